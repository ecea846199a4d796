// Names that a person typed must exist: a mistyped filter must not look like an empty result.

import ConversationMemory

extension TenantStore {
  /// - Throws: ``MemoryError/Code/unknownSession`` or ``MemoryError/Code/unknownChannel``.
  func requireKnown(session: SessionID? = nil, channel: Channel? = nil) async throws {
    if let session { _ = try await self.session(session) }
    if let channel, !(try await channels().contains { $0.id == channel }) {
      throw MemoryError.unknownChannel(channel, tenant: id)
    }
  }
}
