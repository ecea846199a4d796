// The names that metadata has in a tenant. Read from the messages once, then only from those that came since.

import ConversationMemory
import GRDB
import Synchronization

/// What a handle knows of the names so far.
final class MetadataKeyCache: Sendable {
  fileprivate struct Contents: Sendable {
    var keys: Set<String> = []
    var ofMessages: Set<String> = []
    /// The tenant's counters when this was read.
    var changes: Int64 = -1
    var messages = 0
    var lastRow: Int64 = 0
  }

  private let contents = Mutex(Contents())

  fileprivate var current: Contents {
    get { contents.withLock { $0 } }
    set { contents.withLock { $0 = newValue } }
  }
}

extension EmbeddedTenantStore {
  func metadataKeys() async throws -> Set<String> {
    let known = metadataKeyCache.current
    let fresh = try await read { database in
      let counts = try Row.fetchOne(database, sql: "SELECT changes, messages FROM tenant")
      guard let counts, counts[0] != known.changes else { return known }
      var fresh = known
      fresh.changes = counts[0]
      fresh.messages = counts[1]
      let added = try Int.fetchOne(
        database, sql: "SELECT count(*) FROM messages WHERE row > ?", arguments: [known.lastRow])
      // Something was deleted: which names went with it only all messages can tell.
      if known.messages + (added ?? 0) != fresh.messages {
        fresh.lastRow = 0
        fresh.ofMessages = []
      }
      fresh.ofMessages.formUnion(
        try String.fetchAll(
          database,
          sql: """
            SELECT DISTINCT pair.key FROM messages m, json_each(m.metadata) pair
            WHERE m.row > ? AND m.metadata IS NOT NULL
            """, arguments: [fresh.lastRow]))
      fresh.lastRow = try Int64.fetchOne(database, sql: "SELECT max(row) FROM messages") ?? 0
      fresh.keys = fresh.ofMessages.union(
        try String.fetchAll(
          database, sql: "SELECT DISTINCT pair.key FROM sessions s, json_each(s.metadata) pair"))
      return fresh
    }
    metadataKeyCache.current = fresh
    return fresh.keys
  }
}
