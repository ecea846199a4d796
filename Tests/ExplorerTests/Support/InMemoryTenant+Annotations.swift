// Tags, notes and people of the tenant in memory.

import ConversationMemory

extension InMemoryTenant {
  func annotate(_ session: SessionID, with edit: AnnotationEdit) async throws -> AnnotationChange {
    let before = try await self.session(session).annotations
    let change = AnnotationChange(before: before, after: try before.applying(edit))
    if !change.isEmpty { set(change.after, of: session) }
    return change
  }

  func tags() async throws -> [TagSummary] {
    var sessions: [String: Int] = [:]
    for tag in annotated.values.flatMap(\.tags) { sessions[tag, default: 0] += 1 }
    return sessions.map { TagSummary(id: $0.key, sessions: $0.value) }
      .sorted { ($1.sessions, $0.id) < ($0.sessions, $1.id) }
  }

  func person(_ author: String) async throws -> PersonSummary {
    let own = messages.filter { $0.author == author }
    guard let first = own.first, let last = own.last else { throw MemoryError.unknownAuthor(author, tenant: id) }
    return PersonSummary(
      id: author, messages: own.count, sessions: Set(own.map(\.session)).count,
      channels: Set(own.map(\.channel)).sorted(), first: first.timestamp, last: last.timestamp)
  }
}
