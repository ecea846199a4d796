// The lock of this module. Not Synchronization's Mutex: on Linux the thread sanitizer cannot see that a Mutex orders what
// is done under it, and reports all of that as races.

internal import Foundation

/// A value behind a lock.
///
/// Unchecked: the value is only touched under the lock.
package final class Lock<Value>: @unchecked Sendable {
  private let lock = NSLock()
  private var value: Value

  package init(_ value: Value) { self.value = value }

  package func withLock<Result>(_ body: (inout Value) throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body(&value)
  }
}
