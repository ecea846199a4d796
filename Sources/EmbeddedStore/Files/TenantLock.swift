// One writer of a tenant's vectors at a time, across processes.

import ConversationMemory
import Foundation

/// A held lock; released when it goes. `flock` belongs to the open file, so it also keeps two tasks of one process apart,
/// and the kernel releases it when a process dies.
final class TenantLock: Sendable {
  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// The lock, or nil where somebody holds it.
  static func tryAcquire(_ folder: TenantFolder) throws -> TenantLock? {
    let descriptor = open(folder.lock.path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw StorageFailure.unavailable(folder.lock.path, "cannot be opened", SystemFailure(errno))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      if code == EWOULDBLOCK || code == EINTR { return nil }
      throw StorageFailure.unavailable(folder.lock.path, "cannot be locked", SystemFailure(code))
    }
    return TenantLock(descriptor: descriptor)
  }

  /// The lock, waited for; nil when the time is over.
  static func acquire(_ folder: TenantFolder, within duration: Duration) async throws -> TenantLock? {
    let deadline = ContinuousClock.now + duration
    while true {
      if let lock = try tryAcquire(folder) { return lock }
      guard ContinuousClock.now < deadline else { return nil }
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}
