// `verify`: reads everything that is stored and compares it with its checksums and with each other.

public import ConversationMemory
import Foundation

extension EmbeddedStore {
  /// Checks every tenant's database, keyword index and vectors, and the catalogue.
  ///
  /// With `repair`, what is derived is made again: keyword index, counters, vectors (where a model is installed),
  /// catalogue. A damaged message is reported and left as it is, for a backup to replace.
  public func verify(
    repair: Bool, progress: @Sendable (String) -> Void
  ) async throws -> [VerificationFinding] {
    progress(relative(context.data.catalogue))
    var findings = try verifyCatalogue(repair: repair)
    for folder in try tenantFolders() {
      progress(relative(folder.root))
      findings += await verify(folder, repair: repair)
    }
    return findings
  }

  private func verify(_ folder: TenantFolder, repair: Bool) async -> [VerificationFinding] {
    let file = relative(folder.database)
    let owner: TenantID
    switch EmbeddedTenantStore.owner(of: folder) {
    case .tenant(let id): owner = id
    case .unclear(let error):
      return [VerificationFinding(file: file, outcome: .unchecked, detail: "\(error)")]
    case .foreign(let error):
      return [
        VerificationFinding(
          file: file, outcome: .damaged,
          detail: "cannot be read as a recollect database (\(error)): restore it from a backup")
      ]
    }
    guard context.data.folder(of: owner) == folder else {
      return [
        VerificationFinding(
          file: file, outcome: .damaged,
          detail: "belongs to tenant \"\(owner)\", whose folder has another name: move it to "
            + relative(context.data.folder(of: owner).root))
      ]
    }
    do {
      let tenant = try handle(owner, create: false)
      return await TenantVerification(tenant: tenant, name: relative, repair: repair).run()
    } catch {
      return [VerificationFinding(file: file, outcome: .outcome(of: error), detail: "\(error)")]
    }
  }

  private func verifyCatalogue(repair: Bool) throws -> [VerificationFinding] {
    let file = relative(context.data.catalogue)
    guard FileManager.default.fileExists(atPath: context.data.catalogue.path) else { return [] }
    var faults: [String] = []
    do {
      let catalogue = try context.catalogue()
      faults = try catalogue.structuralDamage()
      if let loss = context.takeCatalogueLoss() {
        try rebuildCatalogue(catalogue, folders: try tenantFolders())
        return [VerificationFinding(file: file, outcome: .damaged, detail: "was damaged (\(loss)) and is made again")]
      }
      let entries = try catalogue.entries(limit: .max, after: nil)
      for entry in entries where !entry.isWriting {
        let id = entry.counts.summary.id
        guard context.data.folder(of: id).exists else {
          faults.append("lists tenant \"\(id)\", which is not there")
          continue
        }
        // Equal change numbers and other counts: that cannot be somebody's write just now.
        if let counts = try? handle(id, create: false).storedCounts(), counts.changes == entry.counts.changes,
          counts.summary != entry.counts.summary
        {
          faults.append("has wrong counts of tenant \"\(id)\"")
        }
      }
      let listed = Set(entries.map(\.counts.summary.id))
      for folder in try tenantFolders() {
        if case .tenant(let owner) = EmbeddedTenantStore.owner(of: folder), !listed.contains(owner) {
          faults.append("does not list tenant \"\(owner)\"")
        }
      }
    } catch let error as MemoryError where error.code == .busy {
      return [VerificationFinding(file: file, outcome: .unchecked, detail: "\(error)")]
    } catch {
      faults.append("\(error)")
    }
    guard !faults.isEmpty else {
      return [VerificationFinding(file: file, outcome: .sound, detail: "agrees with the tenants")]
    }
    if repair {
      try context.discardCatalogue()
      try rebuildCatalogue(try context.catalogue(), folders: try tenantFolders())
    }
    return faults.map {
      VerificationFinding(
        file: file, outcome: repair ? .repaired : .damaged,
        detail: repair ? "\($0); made again" : "\($0): --repair makes it again")
    }
  }

  /// A path within the data folder.
  private func relative(_ url: URL) -> String {
    let root = context.data.root.path
    let path = url.path
    return path.hasPrefix(root) ? String(path.dropFirst(root.count).drop { $0 == "/" }) : path
  }
}

extension VerificationFinding.Outcome {
  /// What an error met on the way says of a file.
  static func outcome(of error: any Error) -> Self {
    switch (error as? MemoryError)?.code {
    case .busy, .newerVersion, .unknownTenant, .storageFull: .unchecked
    default: .damaged
    }
  }
}
