// Listing tenants, and keeping the catalogue true.

public import ConversationMemory
import Foundation

extension EmbeddedStore {
  public func tenants(limit: Int, after cursor: Cursor?) async throws -> Page<TenantSummary> {
    guard FileManager.default.fileExists(atPath: context.data.tenants.path) else { return Page(items: [], next: nil) }
    let after = try cursor?.tenant
    let limit = min(max(1, limit), 100_000)
    let catalogue: Catalogue
    let entries: [Catalogue.Entry]
    do {
      catalogue = try context.catalogue()
      if after == nil { try reconcile(catalogue) }
      entries = try catalogue.entries(limit: limit + 1, after: after)
    } catch let error as MemoryError where error.code == .damaged || error.code == .storageUnavailable {
      try context.discardCatalogue()
      try rebuildCatalogue(try context.catalogue(), folders: try tenantFolders())
      return try await tenants(limit: limit, after: cursor)
    }
    var items: [TenantSummary] = []
    for entry in entries.prefix(limit) {
      if let summary = try current(entry, catalogue: catalogue) { items.append(summary) }
    }
    let last = entries.prefix(limit).last
    return Page(
      items: items,
      next: entries.count > limit
        ? last.map { Cursor.tenant($0.counts.summary.id) } : nil)
  }

  /// An entry's counts; read from the tenant where a writer was at work. Nil where its folder is gone.
  private func current(_ entry: Catalogue.Entry, catalogue: Catalogue) throws -> TenantSummary? {
    let id = entry.counts.summary.id
    guard context.data.folder(of: id).exists else {
      try? catalogue.remove(id)
      return nil
    }
    guard entry.isWriting else { return entry.counts.summary }
    do {
      let counts = try handle(id, create: false).storedCounts()
      context.tellCatalogue { try $0.didWrite(counts) }
      return counts.summary
    } catch let error as MemoryError where error.code == .unknownTenant {
      return nil
    } catch let error as MemoryError where error.code == .damaged || error.code == .newerVersion {
      return entry.counts.summary
    }
  }

  /// Compares the number of folders with the number of entries; only where they differ are the folders looked into.
  private func reconcile(_ catalogue: Catalogue) throws {
    let folders = try tenantFolders()
    guard try catalogue.count() != folders.count else { return }
    try rebuildCatalogue(catalogue, folders: folders)
  }

  /// Makes the catalogue from the tenants' own counters.
  func rebuildCatalogue(_ catalogue: Catalogue, folders: [TenantFolder]) throws {
    var found = Set<TenantID>()
    for folder in folders {
      switch EmbeddedTenantStore.owner(of: folder) {
      case .tenant(let id) where context.data.folder(of: id) == folder: found.insert(id)
      case .unclear: return
      case .tenant, .foreign: continue
      }
    }
    for id in found {
      if let counts = try? handle(id, create: false).storedCounts() { try catalogue.didWrite(counts) }
    }
    for entry in try catalogue.entries(limit: .max, after: nil) where !found.contains(entry.counts.summary.id) {
      try catalogue.remove(entry.counts.summary.id)
    }
  }

  /// The tenants' folders, in the order of their names.
  func tenantFolders() throws -> [TenantFolder] {
    guard FileManager.default.fileExists(atPath: context.data.tenants.path) else { return [] }
    do {
      return try FileManager.default.contentsOfDirectory(atPath: context.data.tenants.path).sorted()
        .filter { !$0.hasPrefix(".") }
        .map { TenantFolder(root: context.data.tenants.appending(path: $0, directoryHint: .isDirectory)) }
        .filter(\.exists)
    } catch {
      throw StorageFailure.unavailable(context.data.tenants.path, "cannot be listed", error)
    }
  }
}
