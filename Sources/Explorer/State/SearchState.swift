// The search view: the line being typed, its meaning, and what was found.

import ConversationMemory

/// Everything the search view shows; kept whole while one is elsewhere, so that coming back finds it as it was.
struct SearchState: Sendable, Equatable {
  var field = TextField()
  /// The line's meaning; what is wrong with it where it has none.
  var query: Result<SearchQuery, SearchQueryError> = .success(SearchQuery())
  private(set) var hits: [SearchHit] = []
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
  /// The question under way.
  var asked: SearchRequest?
  /// What was asked once more because the model had come: once is enough.
  var repeated: SearchRequest?

  static let topK = 50

  var selected: SearchHit? { hits.indices.contains(scroll.selected) ? hits[scroll.selected] : nil }

  /// Why the line cannot be searched, with the offending place.
  var error: SearchQueryError? {
    if case .failure(let error) = query { return error }
    return nil
  }

  var parsed: SearchQuery? { try? query.get() }

  /// Takes the hits of `request`. The selected hit stays selected where it is found again by the same question.
  mutating func show(_ result: SearchResult, for request: SearchRequest, titles: [SessionID: ConversationSession]) {
    let isSame = answered == request
    let kept = isSame ? selected?.message.id : nil
    let offset = scroll.top.index - scroll.selected
    hits = result.hits
    semantic = result.semantic
    answered = request
    self.titles.merge(titles) { _, new in new }
    scroll = BlockScroll()
    guard let index = kept.flatMap({ id in hits.firstIndex { $0.message.id == id } }) else { return }
    scroll.selected = index
    scroll.top.index = max(0, index + offset)
  }

  mutating func clear() {
    hits = []
    answered = nil
    scroll = BlockScroll()
    conversation = nil
    awaited = nil
  }
}
