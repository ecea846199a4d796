// Names in filters that do not exist: nothing is found with them, which must not look like nothing being there.

import ConversationMemory

extension TenantStore {
  /// What a filter names in vain, a sentence each; for an answer that is empty.
  func unknownNames(session: SessionID? = nil, channel: Channel? = nil) async throws -> [String] {
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
    return unknown
  }
}
