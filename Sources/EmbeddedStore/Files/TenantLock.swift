// One writer of a tenant's vectors, and one of its words, at a time, across processes.

import ConversationMemory
import Foundation

/// A held lock; released when it goes. `flock` belongs to the open file, so it also keeps two tasks of one process apart,
/// and the kernel releases it when a process dies.
final class TenantLock: Sendable {
  /// What a lock is of.
  enum Subject: Sendable {
    case vectors
    case words

    func file(in folder: TenantFolder) -> URL {
      switch self {
      case .vectors: folder.lock
      case .words: folder.keywordLock
      }
    }
  }

  private let descriptor: Int32

  private init(descriptor: Int32) { self.descriptor = descriptor }

  deinit { close(descriptor) }

  /// The lock, that of the vectors when nothing else is said; nil where somebody holds it.
  static func tryAcquire(
    _ folder: TenantFolder, _ subject: Subject = .vectors
  ) throws -> TenantLock? {
    let file = subject.file(in: folder)
    let descriptor = open(file.path, O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      throw StorageFailure.unavailable(file.path, "cannot be opened", SystemFailure(errno))
    }
    guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
      let code = errno
      close(descriptor)
      if code == EWOULDBLOCK || code == EINTR { return nil }
      throw StorageFailure.unavailable(file.path, "cannot be locked", SystemFailure(code))
    }
    return TenantLock(descriptor: descriptor)
  }

  /// The lock, waited for; nil when the time is over.
  static func acquire(
    _ folder: TenantFolder, _ subject: Subject = .vectors, within duration: Duration
  ) async throws -> TenantLock? {
    let deadline = ContinuousClock.now + duration
    while true {
      if let lock = try tryAcquire(folder, subject) { return lock }
      guard ContinuousClock.now < deadline else { return nil }
      try await Task.sleep(for: .milliseconds(20))
    }
  }
}
