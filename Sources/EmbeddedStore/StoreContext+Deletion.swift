// Removing a whole tenant: out of sight with one rename, then overwritten, then unlinked.

import ConversationMemory
import Foundation

extension StoreContext {
  private static let discardPrefix = ".deleted-"

  /// Takes the tenant's folder away and scrubs it.
  func discard(_ id: TenantID, folder: TenantFolder) throws {
    let doomed = data.tenants.appending(
      path: Self.discardPrefix + UUID().uuidString, directoryHint: .isDirectory)
    do {
      try FileManager.default.moveItem(at: folder.root, to: doomed)
    } catch {
      throw StorageFailure.unavailable(folder.root.path, "cannot be removed", error)
    }
    tellCatalogue { try $0.remove(id) }
    do {
      try Self.scrub(doomed)
    } catch {
      throw MemoryError(
        .storageUnavailable,
        "tenant \"\(id)\" is deleted and nobody sees it, but not all its bytes are overwritten yet "
          + "(\((error as NSError).localizedDescription))",
        remedy: "mend that and run any recollect command on this folder, which finishes it")
    }
  }

  /// A process that died while scrubbing left a folder behind that nobody can see as a tenant any more. One that lives
  /// and scrubs still holds the tenant's lock, which came along with the folder.
  func finishInterruptedDeletions() {
    guard let names = try? FileManager.default.contentsOfDirectory(atPath: data.tenants.path) else { return }
    for name in names where name.hasPrefix(Self.discardPrefix) {
      let doomed = TenantFolder(root: data.tenants.appending(path: name, directoryHint: .isDirectory))
      guard let lock = try? TenantLock.tryAcquire(doomed) else { continue }
      try? Self.scrub(doomed.root)
      withExtendedLifetime(lock) {}
    }
  }

  /// Overwrites every file with zeros, then removes the folder.
  static func scrub(_ folder: URL) throws {
    let files = FileManager.default.enumerator(at: folder, includingPropertiesForKeys: [.fileSizeKey])
    while let file = files?.nextObject() as? URL {
      let values = try? file.resourceValues(forKeys: [.fileSizeKey, .isRegularFileKey])
      guard values?.isRegularFile ?? false, let size = values?.fileSize else { continue }
      try overwrite(file, size: size)
    }
    try FileManager.default.removeItem(at: folder)
  }

  private static func overwrite(_ file: URL, size: Int) throws {
    let handle = try FileHandle(forWritingTo: file)
    defer { try? handle.close() }
    let zeros = Data(count: 1 << 20)
    var left = size
    while left > 0 {
      let part = min(left, zeros.count)
      try handle.write(contentsOf: zeros.prefix(part))
      left -= part
    }
    try handle.synchronize()
  }
}
