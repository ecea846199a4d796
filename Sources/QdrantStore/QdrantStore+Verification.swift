// Checks what is stored: the collection's shape, every message, every sheet.

public import ConversationMemory

extension QdrantStore {
  public func verify(repair: Bool, progress: @Sendable (String) -> Void) async throws -> [VerificationFinding] {
    let place = "\(context.client.server)/\(context.collection)"
    progress(place)
    guard try await context.preparation.dimensions() != nil else { return [] }
    var findings = [
      VerificationFinding(file: place, outcome: .sound, detail: "vectors, settings and indexes are recollect's")
    ]
    var cursor: Cursor?
    repeat {
      let page = try await tenants(limit: 1000, after: cursor)
      for tenant in page.items {
        progress("\(place)/\(tenant.id)")
        let handle = QdrantTenantStore(id: tenant.id, context: context)
        findings += try await handle.verify(repair: repair, place: "\(place)/\(tenant.id)")
      }
      cursor = page.next
    } while cursor != nil
    return findings
  }
}
