// Names in filters that do not exist: nothing is found with them, which must not look like nothing being there.

import ConversationMemory

extension TenantStore {
  /// What a filter names in vain, a sentence each; for an answer that is empty.
  func unknownNames(
    session: SessionID? = nil, channel: Channel? = nil, tags: Set<String> = []
  ) async throws -> [String] {
    var unknown: [String] = []
    if let session {
      do {
        _ = try await self.session(session)
      } catch let error as MemoryError where error.code == .unknownSession {
        unknown.append(error.description)
      }
    }
    if let channel, !(try await channels().contains { $0.id == channel }) {
      unknown.append(MemoryError.unknownChannel(channel, tenant: id).description)
    }
    if !tags.isEmpty {
      let known = try await self.tags().map(\.id)
      for tag in tags.sorted() where !known.contains(tag) {
        let meant = NameSuggestion.nearest(to: tag, among: known).map { " (did you mean \($0)?)" } ?? ""
        unknown.append("no session of tenant \"\(id)\" is tagged \"\(tag)\"\(meant)")
      }
    }
    return unknown
  }
}
