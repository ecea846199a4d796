// Tags and notes of sessions: changed, and counted.

import ConversationMemory

extension QdrantTenantStore {
  /// How often a change begins anew where others change the same session.
  private static let mostAttempts = 20

  func annotate(_ session: SessionID, with edit: AnnotationEdit) async throws -> AnnotationChange {
    for attempt in 1...Self.mostAttempts {
      let found = try await points.points("look up a session", [.session(session, of: id)])
      guard let point = found.first else {
        try await requireTenant()
        throw MemoryError.unknownSession(session, tenant: id)
      }
      var sheet = try StoredSheet(point)
      let before = sheet.sheet.session.annotations
      let change = AnnotationChange(before: before, after: try before.applying(edit))
      guard !change.isEmpty else { return change }
      sheet.sheet.session.annotations = change.after
      if try await write([sheet.renewed()]).contains(session) {
        try await noteChange()
        return change
      }
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...(20 * attempt))))
    }
    throw MemoryError(
      .busy, "others are changing session \"\(session)\" all the time", remedy: "nothing is changed; try again")
  }

  func tags() async throws -> [TagSummary] {
    let found = try await points.facet(.tags, .sessions)
    if found.hits.isEmpty { try await requireTenant() }
    return found.byText.map { TagSummary(id: $0.value, sessions: $0.count) }
      .sorted { ($1.sessions, $0.id) < ($0.sessions, $1.id) }
  }
}
