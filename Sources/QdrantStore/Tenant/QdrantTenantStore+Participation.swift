// A session's messages counted by who wrote them.

import ConversationMemory

extension QdrantTenantStore {
  private static let turnsAtOnce = 20_000

  func participation(in session: SessionID) async throws -> [Participation] {
    /// How many there are, and the number of the first.
    var found: [Participation: (messages: Int, first: Int64)] = [:]
    try await points.forEachPage(
      "count a session's messages", PointFilter.messages.and(.equals(.session, session.rawValue)),
      size: Self.turnsAtOnce,
      payload: .only([
        PayloadField.kind.rawValue, PayloadField.author.rawValue, PayloadField.role.rawValue,
        PayloadField.channel.rawValue, PayloadField.sequence.rawValue,
      ])
    ) { page in
      for payload in page.compactMap(\.payload) {
        guard let role = payload.role.flatMap(Role.init(rawValue:)), let channel = payload.channel else { continue }
        // By what is counted, without its count.
        let key = Participation(
          author: payload.author, role: role, channel: Channel(unchecked: channel), messages: 0)
        let sequence = payload.sequence ?? 0
        let known = found[key] ?? (0, sequence)
        found[key] = (known.messages + 1, min(known.first, sequence))
      }
    }
    if found.isEmpty { try await requireSession(session) }
    return found.sorted { $0.value.first < $1.value.first }.map { key, value in
      Participation(author: key.author, role: key.role, channel: key.channel, messages: value.messages)
    }
  }
}
