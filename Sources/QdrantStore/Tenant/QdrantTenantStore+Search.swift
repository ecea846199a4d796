import ConversationMemory

extension QdrantTenantStore {
  func search(_ request: SearchRequest) async throws -> SearchResult {
    throw MemoryError(.semanticUnavailable, "search on a cluster is being built")
  }
}
