// A listing's order of sessions: by number or by title, then by age, then by id, all in one direction.

import ConversationMemory

/// A row of a listing.
struct ListedSession: Sendable {
  let session: ConversationSession
  let born: Int64

  init(_ sheet: StoredSheet, messages: Int) {
    session = sheet.session(messages: messages)
    born = sheet.born
  }

  private init(session: ConversationSession, born: Int64) {
    self.session = session
    self.born = born
  }

  func with(messages: Int) -> ListedSession {
    var session = session
    session.messageCount = messages
    return ListedSession(session: session, born: born)
  }
}

struct SheetOrder: Sendable {
  /// Where a session stands.
  struct Place: Sendable {
    /// What numbers are compared; 0 in the order of titles.
    let number: Int64
    /// Empty in all other orders.
    let title: String
    let born: Int64
    let id: SessionID
  }

  let order: SessionQuery.Order
  let isDescending: Bool

  init(_ query: SessionQuery) {
    order = query.order
    isDescending = (query.order != .title) != query.reversed
  }

  /// The field that the server can order by; nil where there is none.
  var field: PayloadField? {
    switch order {
    case .lastActivity: .lastActivity
    case .startedAt: .startedAt
    case .messageCount, .title: nil
    }
  }

  func place(of row: ListedSession) -> Place {
    let number =
      switch order {
      case .lastActivity: row.session.lastActivity.milliseconds
      case .startedAt: row.session.startedAt.milliseconds
      case .messageCount: Int64(row.session.messageCount)
      case .title: 0 as Int64
      }
    return Place(
      number: number, title: order == .title ? row.session.title : "", born: row.born, id: row.session.id)
  }

  func precedes(_ left: Place, _ right: Place) -> Bool {
    isDescending ? Self.isLess(right, left) : Self.isLess(left, right)
  }

  private static func isLess(_ left: Place, _ right: Place) -> Bool {
    if left.number != right.number { return left.number < right.number }
    // As SQLite's NOCASE: the case of ASCII letters does not count.
    let (a, b) = (left.title.utf8.lazy.map(lowercased), right.title.utf8.lazy.map(lowercased))
    if !a.elementsEqual(b) { return a.lexicographicallyPrecedes(b) }
    return (left.born, left.id) < (right.born, right.id)
  }

  static func lowercased(_ byte: UInt8) -> UInt8 { (65...90).contains(byte) ? byte + 32 : byte }

  private var listing: String { "sessions:\(order.rawValue):\(isDescending ? "down" : "up")" }

  func cursor(of row: ListedSession) -> Cursor {
    let place = place(of: row)
    return Cursor(
      listing: listing,
      key: [order == .title ? place.title : String(place.number), String(place.born), place.id.rawValue])
  }

  /// - Throws: ``MemoryError/Code/invalidCursor``.
  func place(of cursor: Cursor) throws(MemoryError) -> Place {
    guard cursor.listing == listing, cursor.key.count == 3, let born = Int64(cursor.key[1]),
      let number = order == .title ? 0 : Int64(cursor.key[0])
    else {
      throw MemoryError(
        .invalidCursor, "\(cursor) is not a cursor of this listing",
        remedy: "pass the `next` of the page before, with the same order")
    }
    return Place(
      number: number, title: order == .title ? cursor.key[0] : "", born: born,
      id: SessionID(unchecked: cursor.key[2]))
  }
}

/// Part of a session's title, id, metadata, tags or note, as whoever lists sessions types it.
struct SheetText: Sendable {
  private let bytes: [UInt8]

  init(_ text: String) { bytes = text.utf8.map(SheetOrder.lowercased) }

  /// As SQLite's LIKE: the case of ASCII letters does not count.
  func isPart(of sheet: StoredSheet) -> Bool {
    let session = sheet.sheet.session
    return isPart(of: session.title) || isPart(of: session.id.rawValue)
      || isPart(of: MetadataText.encode(session.metadata) ?? "{}")
      || isPart(of: session.tags.map { "#" + $0 }.joined(separator: " ")) || isPart(of: session.note ?? "")
  }

  private func isPart(of text: String) -> Bool {
    guard !bytes.isEmpty else { return true }
    let text = text.utf8.map(SheetOrder.lowercased)
    guard text.count >= bytes.count else { return false }
    return (0...text.count - bytes.count).contains { start in
      text[start] == bytes[0] && text[start..<start + bytes.count].elementsEqual(bytes)
    }
  }
}
