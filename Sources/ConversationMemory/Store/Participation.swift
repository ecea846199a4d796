// Who said how much in a session.

/// One author's messages of one role in one channel of a session, counted.
public struct Participation: Hashable, Sendable {
  /// Nil where the messages name nobody.
  public var author: String?
  public var role: Role
  public var channel: Channel
  public var messages: Int

  public init(author: String?, role: Role, channel: Channel, messages: Int) {
    self.author = author
    self.role = role
    self.channel = channel
    self.messages = messages
  }
}

extension TenantStore {
  /// By reading the whole session: a store that can count does better.
  public func participation(in session: SessionID) async throws -> [Participation] {
    // By what is counted, without its count.
    var counts: [Participation: Int] = [:]
    var order: [Participation] = []
    var cursor: Cursor? = Cursor.message(timestamp: Timestamp(milliseconds: -1), sequence: 0, row: 0)
    while let place = cursor {
      let page = try await sessionHistory(session, limit: 500, after: place)
      for message in page.items {
        let key = Participation(author: message.author, role: message.role, channel: message.channel, messages: 0)
        if counts.updateValue((counts[key] ?? 0) + 1, forKey: key) == nil { order.append(key) }
      }
      cursor = page.next
    }
    return order.map { key in
      var counted = key
      counted.messages = counts[key] ?? 0
      return counted
    }
  }
}
