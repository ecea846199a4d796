// A conversation on screen: a window of its messages that grows at both ends.

import ConversationMemory
import Terminal

/// Whose messages a transcript shows.
enum TranscriptSource: Hashable, Sendable {
  case session(SessionID)
  case channel(Channel)
  case author(String)
}

/// What to bring into sight in a transcript, and which of its words were found.
struct TranscriptTarget: Hashable, Sendable {
  var message: MessageID
  /// UTF-8 ranges in the message's content.
  var matches: [Range<Int>] = []
}

/// A long message shown whole: laid out once for a width, as every key and every frame asks for its lines.
struct UnfoldedText: Sendable, Equatable {
  var text: MessageText
  var lines: [MarkupLine]

  init(_ message: ConversationMessage, _ text: MessageText) {
    self.text = text
    lines = text.lines(of: message)
  }
}

/// Messages as they came from the store, oldest first, with the ways to more.
struct TranscriptState: Sendable, Equatable {
  /// What continues beyond an end of the window.
  enum Edge: Sendable, Equatable {
    case end
    case more(Cursor)
  }

  var source: TranscriptSource
  /// The session's sheet where the source is one and it is known.
  var sheet: ConversationSession?
  private(set) var messages: [ConversationMessage] = []
  private(set) var older = Edge.end
  private(set) var newer = Edge.end
  private(set) var isLoaded = false
  var scroll = BlockScroll()
  /// Long messages shown whole.
  private(set) var unfolded: [MessageID: UnfoldedText] = [:]
  var target: TranscriptTarget?

  /// Messages of a page.
  static let pageSize = 60
  /// How many messages from an end the next page is fetched.
  static let margin = 20
  /// Lines beyond which a message is folded.
  static let foldedLines = 30

  init(source: TranscriptSource, sheet: ConversationSession? = nil) {
    self.source = source
    self.sheet = sheet
  }

  var selected: ConversationMessage? {
    messages.indices.contains(scroll.selected) ? messages[scroll.selected] : nil
  }

  var session: SessionID? {
    switch source {
    case .session(let id): id
    case .channel, .author: selected?.session
    }
  }

  /// Shows the selected message whole, or folds it again.
  mutating func toggleFold(_ text: MessageText) {
    guard let message = selected, unfolded.removeValue(forKey: message.id) == nil else { return }
    unfolded[message.id] = UnfoldedText(message, text)
  }

  /// Lays out anew what is unfolded, where the width or the way has changed.
  mutating func rewrap(_ text: MessageText) {
    for message in messages {
      guard let shown = unfolded[message.id], shown.text != text else { continue }
      unfolded[message.id] = UnfoldedText(message, text)
    }
  }

  var wantsOlder: Cursor? {
    guard case .more(let cursor) = older, scroll.top.index < Self.margin else { return nil }
    return cursor
  }

  /// - Parameter lastVisible: index of the last message in sight.
  func wantsNewer(lastVisible: Int) -> Cursor? {
    guard case .more(let cursor) = newer, lastVisible >= messages.count - Self.margin else { return nil }
    return cursor
  }

  /// The last messages of the source.
  mutating func show(tail page: Page<ConversationMessage>) {
    messages = page.items
    older = Self.edge(page.next)
    newer = .end
    isLoaded = true
    scroll.selected = max(0, messages.count - 1)
  }

  /// The first messages of the source.
  mutating func show(head page: Page<ConversationMessage>) {
    messages = page.items
    older = .end
    newer = Self.edge(page.next)
    isLoaded = true
    scroll = BlockScroll()
  }

  /// A message and what surrounds it.
  mutating func show(
    around message: ConversationMessage, before: Page<ConversationMessage>, after: Page<ConversationMessage>
  ) {
    let preceding = before.items.filter { $0.id != message.id }
    messages = preceding + [message] + after.items.filter { $0.id != message.id }
    older = Self.edge(before.next)
    newer = Self.edge(after.next)
    isLoaded = true
    scroll.selected = preceding.count
    scroll.top = BlockScroll.Top(index: scroll.selected)
  }

  mutating func prepend(_ page: Page<ConversationMessage>) {
    let fresh = unknown(page.items)
    messages.insert(contentsOf: fresh, at: 0)
    older = Self.edge(page.next)
    scroll.shift(by: fresh.count)
  }

  mutating func append(_ page: Page<ConversationMessage>) {
    messages += unknown(page.items)
    newer = Self.edge(page.next)
  }

  /// Takes over what was added at the end since; nothing else moves.
  mutating func merge(tail page: Page<ConversationMessage>) {
    guard case .end = newer else { return }
    guard isLoaded, !messages.isEmpty else {
      show(tail: page)
      return
    }
    let known = Set(messages.map(\.id))
    guard page.next == nil || page.items.contains(where: { known.contains($0.id) }) else {
      // More came than one page holds: a window cannot have a hole.
      show(tail: page)
      return
    }
    let selected = selected?.id
    let top = messages.indices.contains(scroll.top.index) ? messages[scroll.top.index].id : nil
    // A page without a next one is the whole source, deletions included.
    if page.next == nil { messages = page.items } else { add(unknown(page.items)) }
    scroll.selected = messages.firstIndex { $0.id == selected } ?? max(0, messages.count - 1)
    scroll.top.index = messages.firstIndex { $0.id == top } ?? min(scroll.top.index, max(0, messages.count - 1))
  }

  /// Late messages with an earlier time go where they belong.
  private mutating func add(_ fresh: [ConversationMessage]) {
    guard !fresh.isEmpty else { return }
    messages += fresh
    messages.sort { ($0.timestamp, $0.sequence) < ($1.timestamp, $1.sequence) }
  }

  private func unknown(_ items: [ConversationMessage]) -> [ConversationMessage] {
    let known = Set(messages.map(\.id))
    return items.filter { !known.contains($0.id) }
  }

  private static func edge(_ cursor: Cursor?) -> Edge { cursor.map(Edge.more) ?? .end }
}
