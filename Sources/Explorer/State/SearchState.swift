// The search view: the line being typed, its meaning, and what was found.

import ConversationMemory

/// Everything the search view shows; kept whole while one is elsewhere, so that coming back finds it as it was.
struct SearchState: Sendable, Equatable {
  var field = TextField()
  /// The line's meaning; what is wrong with it where it has none.
  var query: Result<SearchQuery, SearchQueryError> = .success(SearchQuery())
  private(set) var hits: [SearchHit] = []
  /// The hits as they stand on screen.
  private(set) var rows: [HitRow] = []
  /// Hit by hit, instead of session by session.
  private(set) var isFlat = false
  /// Hits whose neighbours are shown.
  private(set) var unfolded: Set<MessageID> = []
  /// What the hits answer; nil before the first search.
  private(set) var answered: SearchRequest?
  private(set) var semantic = SemanticStatus.ready
  /// Titles of the hits' sessions, as far as they are known.
  var titles: [SessionID: ConversationSession] = [:]
  var scroll = BlockScroll()
  /// The selected hit in its conversation.
  var conversation: TranscriptState?
  /// What will replace it as soon as the store has answered.
  var awaited: TranscriptState?
  /// Which filter of the line is marked, to be taken out; the last one where none is. Another line marks none.
  var marked: Int? {
    get { mark.flatMap { $0.line == field.text && pieces.indices.contains($0.index) ? $0.index : nil } }
    set { mark = newValue.map { Mark(line: field.text, index: $0) } }
  }
  private var mark: Mark?

  private struct Mark: Sendable, Equatable {
    var line: String
    var index: Int
  }

  /// The question under way.
  var asked: SearchRequest?
  /// What was asked once more because the model had come: once is enough.
  var repeated: SearchRequest?

  static let topK = 50

  var selectedRow: HitRow? { rows.indices.contains(scroll.selected) ? rows[scroll.selected] : nil }
  var selected: SearchHit? { selectedRow.map { hits[$0.hit] } }

  /// Why the line cannot be searched, with the offending place.
  var error: SearchQueryError? {
    if case .failure(let error) = query { return error }
    return nil
  }

  var parsed: SearchQuery? { try? query.get() }

  /// The filters of the line, each a chip.
  var pieces: [SearchQuery.Piece] { parsed?.pieces ?? [] }
  var markedPiece: SearchQuery.Piece? { marked.map { pieces[$0] } ?? pieces.last }

  /// Takes the hits of `request`. The selected hit stays selected where it is found again by the same question.
  mutating func show(_ result: SearchResult, for request: SearchRequest, titles: [SessionID: ConversationSession]) {
    let isSame = answered == request
    let kept = isSame ? selected?.message.id : nil
    hits = result.hits
    semantic = result.semantic
    answered = request
    self.titles.merge(titles) { _, new in new }
    if !isSame { unfolded = [] }
    arrange(keeping: kept)
  }

  mutating func setFlat(_ isFlat: Bool) {
    let kept = selected?.message.id
    self.isFlat = isFlat
    unfolded = []
    arrange(keeping: kept)
  }

  /// Shows the neighbours of the selected hit, or folds them again.
  mutating func toggleNeighbours() {
    guard let row = selectedRow, !row.neighbours.isEmpty else { return }
    let id = hits[row.hit].message.id
    if unfolded.remove(id) == nil { unfolded.insert(id) }
    arrange(keeping: id)
  }

  /// Makes the rows anew. The row of the message `kept`, or the one it is folded under, is selected and stays where it was
  /// on screen.
  private mutating func arrange(keeping kept: MessageID?) {
    let offset = scroll.top.index - scroll.selected
    rows = HitRow.rows(of: hits, isFlat: isFlat, unfolded: unfolded)
    scroll = BlockScroll()
    func has(_ index: Int) -> Bool { hits[index].message.id == kept }
    guard kept != nil,
      let index = rows.firstIndex(where: { has($0.hit) })
        ?? rows.firstIndex(where: { $0.neighbours.contains(where: has) })
    else { return }
    scroll.selected = index
    scroll.top.index = max(0, index + offset)
  }

  mutating func clear() {
    hits = []
    rows = []
    unfolded = []
    answered = nil
    scroll = BlockScroll()
    conversation = nil
    awaited = nil
  }
}
