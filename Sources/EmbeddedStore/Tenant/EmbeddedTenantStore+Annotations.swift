// Tags and notes of sessions: changed, and counted.

import ConversationMemory
import GRDB

extension EmbeddedTenantStore {
  func annotate(_ session: SessionID, with edit: AnnotationEdit) async throws -> AnnotationChange {
    let tenant = id
    let change = try await write { database in
      guard let record = try SessionRecord.fetch(database, id: session) else {
        throw MemoryError.unknownSession(session, tenant: tenant)
      }
      let before = record.session.annotations
      let change = AnnotationChange(before: before, after: try before.applying(edit))
      if !change.isEmpty {
        try AnnotationRecord.write(change.after, session: record.ordinal, database)
        // Freed cells are zeroed, but what SQLite moved between pages may leave copies: what was taken away is as secret as
        // a deleted message.
        if !change.removedTags.isEmpty || (change.isNoteChanged && before.note != nil) {
          try database.execute(sql: "UPDATE tenant SET rewrite_due = 1")
        }
      }
      return change
    }
    return change
  }

  func tags() async throws -> [TagSummary] {
    try await read { database in
      var sessions: [String: Int] = [:]
      let rows = try Row.fetchCursor(database, sql: AnnotationRecord.select)
      while let row = try rows.next() {
        for tag in AnnotationRecord(row).annotations.tags { sessions[tag, default: 0] += 1 }
      }
      return sessions.map { TagSummary(id: $0.key, sessions: $0.value) }
        .sorted { ($1.sessions, $0.id) < ($0.sessions, $1.id) }
    }
  }
}
