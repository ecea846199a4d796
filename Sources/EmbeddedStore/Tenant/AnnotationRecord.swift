// Tags and note of a session as the tables hold them. Sessions that have neither have no row.

import ConversationMemory
import GRDB

struct AnnotationRecord {
  let session: Int64
  let annotations: SessionAnnotations
  let checksum: Int64

  static let select = "SELECT session, tags, note, checksum FROM session_annotations"

  init(_ values: Row) {
    session = values[0]
    annotations = Self.annotations(tags: values[1], note: values[2])
    checksum = values[3]
  }

  /// From the two columns, nil where there is no row.
  static func annotations(tags: String?, note: String?) -> SessionAnnotations {
    let tags = (tags ?? "").split(separator: " ").map { String($0.dropFirst()) }
    return SessionAnnotations(tags: tags, note: note)
  }

  /// `#one #two`: as people write tags, so that part of it finds them in a list. No tag has a `#` or a space.
  private static func text(of tags: [String]) -> String { tags.map { "#" + $0 }.joined(separator: " ") }

  static func write(_ annotations: SessionAnnotations, session: Int64, _ database: Database) throws {
    if annotations.isEmpty {
      try database.execute(sql: "DELETE FROM session_annotations WHERE session = ?", arguments: [session])
      return
    }
    let statement = try database.cachedStatement(
      sql: """
        INSERT INTO session_annotations (session, tags, note, checksum) VALUES (?, ?, ?, ?)
        ON CONFLICT (session) DO UPDATE SET tags = excluded.tags, note = excluded.note, checksum = excluded.checksum
        """)
    try statement.execute(arguments: [
      session, text(of: annotations.tags), annotations.note, Self.checksum(of: annotations, session: session),
    ])
  }

  /// What ``checksum`` should be.
  var expectedChecksum: Int64 { Self.checksum(of: annotations, session: session) }

  private static func checksum(of annotations: SessionAnnotations, session: Int64) -> Int64 {
    var checksum = RowChecksum()
    checksum.add(session)
    checksum.add(text(of: annotations.tags))
    checksum.add(annotations.note)
    return checksum.value
  }

  /// Sessions that have all of these tags, and this in their note.
  static func sessions(tags: Set<String>, note: String?, _ database: Database) throws -> Set<Int64> {
    var sessions: Set<Int64> = []
    let rows = try Row.fetchCursor(database, sql: select)
    while let row = try rows.next() {
      let record = AnnotationRecord(row)
      if record.annotations.meets(tags: tags, note: note) { sessions.insert(record.session) }
    }
    return sessions
  }
}
