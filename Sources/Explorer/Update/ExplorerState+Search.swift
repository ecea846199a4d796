// Searching: from the line being typed to the question asked, and the context view beside it.

import ConversationMemory
import Terminal

extension ExplorerState {
  /// Where keys come faster than answers, only the question of the last key within this is asked; otherwise each is, at once.
  static let searchDelay = Duration.milliseconds(60)

  mutating func openSearch(line: String?) {
    visit()
    if focus.view != .search, !leads(focus, to: .search) { place.searchOrigin = focus }
    place.isDetour = false
    if let line = focus == .timeline ? timelineSearchLine(line) : line { place.search.field.set(line) }
    focus = .query
    learnMetadataKeys()
    search(isFinal: false)
  }

  mutating func searchHere(_ words: String) {
    let filter: String
    if focus == .list, place.browse.kind == .channels, let channel = place.browse.channels.selected {
      filter = SearchQueryParser.written(.channel, channel.id.rawValue)
    } else if focus == .transcript, case .channel(let channel) = place.browse.transcript?.source {
      filter = SearchQueryParser.written(.channel, channel.rawValue)
    } else if let session = currentSession {
      filter = SearchQueryParser.written(.session, session.rawValue)
    } else {
      return
    }
    openSearch(line: "\(filter) \(words)")
  }

  /// Asks what the line says.
  ///
  /// - Parameters:
  ///   - isFinal: the last word is complete.
  ///   - again: even if this was answered before.
  mutating func search(isFinal: Bool, again: Bool = false) {
    guard let tenant = place.tenant else { return }
    do throws(SearchQueryError) {
      let line = place.search.field.text
      let query = try SearchQueryParser.parse(
        line, metadataKeys: place.metadataKeys, zone: settings.zone, now: now)
      place.search.query = .success(query)
      guard !query.text.isEmpty else {
        cancel(.search)
        place.search.asked = nil
        place.search.clear()
        return
      }
      var request = SearchRequest(query.text, topK: SearchState.topK)
      request.filter = query.filter
      // At the end of a filter no word of the text is being typed.
      let endsInText = line.last != " " && query.pieces.last?.range.upperBound != line.utf8.count
      request.lastWordIsPrefix = !isFinal && endsInText && query.unfinished == nil
      let current = requests.isWaiting(.search) ? place.search.asked : place.search.answered
      guard again || request != current else { return }
      place.search.asked = request
      ask(
        .search, .search(tenant, request, known: Set(place.search.titles.keys)),
        delay: isFinal || !requests.isWaiting(.search) ? .zero : Self.searchDelay)
    } catch {
      place.search.query = .failure(error)
      cancel(.search)
      place.search.asked = nil
    }
  }

  /// Asks once more what the results on screen answer.
  mutating func searchAgain() {
    guard let tenant = place.tenant, focus.view == .search, !requests.isWaiting(.search),
      let request = place.search.answered
    else { return }
    place.search.asked = request
    ask(.search, .search(tenant, request, known: Set(place.search.titles.keys)))
  }

  // MARK: Chips

  /// Marks the filter before or after the marked one; the last one at first.
  mutating func markChip(_ step: Int) {
    let count = place.search.pieces.count
    guard count > 0 else { return }
    let start = place.search.marked ?? (step < 0 ? count : count - 1)
    place.search.marked = min(max(0, start + step), count - 1)
  }

  /// Takes the marked filter out of the line, or the one of that number.
  mutating func removeFilter(_ argument: String) {
    let pieces = place.search.pieces
    guard !argument.isEmpty else {
      if let piece = place.search.markedPiece { remove(piece) }
      return
    }
    guard let number = Int(argument), pieces.indices.contains(number - 1) else {
      let known = pieces.count == 1 ? "there is one" : "they are numbered from 1 to \(pieces.count)"
      notice = Notice(kind: .error, text: "there is no filter \"\(argument)\": \(known)")
      return
    }
    remove(pieces[number - 1])
  }

  /// Takes a filter out of the line; a marked one hands its mark on to the one behind it.
  mutating func remove(_ piece: SearchQuery.Piece) {
    let marked = place.search.marked
    place.search.field.set(SearchQueryParser.removing(piece, from: place.search.field.text))
    search(isFinal: focus != .query)
    if let marked, !place.search.pieces.isEmpty { place.search.marked = min(marked, place.search.pieces.count - 1) }
  }

  // MARK: Context

  mutating func openContext() {
    guard let session = currentSession else { return }
    visit()
    if focus.view != .context, !leads(focus, to: .context) { place.contextOrigin = focus }
    place.isDetour = false
    let options = place.context?.options ?? ContextOptions()
    let title = knownSheet(session)?.title ?? session.rawValue
    if place.context?.session != session {
      place.context = ContextState(session: session, title: title, options: options)
    }
    focus = .context
    loadContext()
  }

  mutating func openContextMessage() {
    if let selected = place.context?.selected { jump(to: selected.message) }
  }

  /// Opens a message in its conversation, wherever it was met; Escape comes back to where one was.
  mutating func jump(to message: ConversationMessage) {
    visit()
    var transcript = TranscriptState(source: .session(message.session), sheet: knownSheet(message.session))
    transcript.target = TranscriptTarget(message: message.id)
    show(detour: transcript, message: message)
  }

  /// Shows a conversation that Escape leads back from.
  mutating func show(detour transcript: TranscriptState, message: ConversationMessage?) {
    place.isDetour = true
    place.browse.kind = .sessions
    if case .session(let session) = transcript.source { place.browse.sessions.select(session) }
    preview(transcript, in: .transcript, message: message)
    go(to: .transcript)
  }
}
