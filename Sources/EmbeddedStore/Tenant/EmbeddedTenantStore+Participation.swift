// A session's messages counted by who wrote them.

import ConversationMemory
import GRDB

extension EmbeddedTenantStore {
  func participation(in session: SessionID) async throws -> [Participation] {
    let tenant = id
    return try await read { database in
      let ordinal = try Self.sessionOrdinal(session, tenant: tenant, database)
      let rows = try Row.fetchAll(
        database,
        sql: """
          SELECT a.name, g.role, c.name, g.messages FROM (
            SELECT author, role, channel, count(*) AS messages, min(sequence) AS first
            FROM messages WHERE session = ? GROUP BY author, role, channel) g
          JOIN channels c ON c.ordinal = g.channel LEFT JOIN authors a ON a.ordinal = g.author ORDER BY g.first
          """, arguments: [ordinal])
      return try rows.map {
        Participation(
          author: $0[0], role: try RoleCode.role(of: $0[1]), channel: Channel(unchecked: $0[2]), messages: $0[3])
      }
    }
  }
}
