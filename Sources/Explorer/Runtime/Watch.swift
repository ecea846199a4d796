// Compares the store with what was seen last: what another process writes appears without a key press.

import ConversationMemory

struct Watch: Sendable {
  /// What the last look saw.
  struct Seen: Sendable {
    fileprivate var hasLooked = false
    fileprivate var counter: Int64?
    fileprivate var status: SemanticStatus?
    fileprivate var tenants: Page<TenantSummary>?
    /// The tenants are not listed before this moment again.
    fileprivate var tenantsDue = ContinuousClock.now
    fileprivate var minute: Int64 = 0
  }

  let questions: Questions
  /// The tenant on screen.
  let tenant: TenantID?

  /// Listing tenants may take up to this share of the time.
  private static let idleFactor = 20

  /// What is new since the last look.
  func look(_ seen: inout Seen) async -> [Delivery] {
    var news: [Delivery] = []
    if let tenant { await look(into: tenant, &seen, &news) }
    await lookAtTenants(&seen, &news)
    let now = Timestamp.now
    if now.milliseconds / 60_000 != seen.minute { news.append(.clock(now)) }
    seen.minute = now.milliseconds / 60_000
    seen.hasLooked = true
    return Task.isCancelled ? [] : news
  }

  private func look(into tenant: TenantID, _ seen: inout Seen, _ news: inout [Delivery]) async {
    guard let handle = try? await questions.handle(tenant) else { return }
    if let counter = try? await handle.changeCounter() {
      // A tenant that was not there at the first look has come into being since.
      if seen.hasLooked, counter != seen.counter { news += [.clock(.now), .changed(tenant)] }
      seen.counter = counter
    }
    let status = await handle.semanticStatus()
    if status != seen.status { news.append(.semantic(tenant, status)) }
    seen.status = status
  }

  private func lookAtTenants(_ seen: inout Seen, _ news: inout [Delivery]) async {
    let start = ContinuousClock.now
    guard start >= seen.tenantsDue, let page = try? await questions.tenants(after: nil) else { return }
    seen.tenantsDue = .now + (.now - start) * Self.idleFactor
    if let before = seen.tenants, before != page { news.append(.tenants(page)) }
    // Without a tenant on screen the first look counts: one may have come since the list was asked for.
    if seen.tenants == nil, tenant == nil, !page.items.isEmpty { news.append(.tenants(page)) }
    seen.tenants = page
  }
}
