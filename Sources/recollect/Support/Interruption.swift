// Ctrl-C during long work: the first asks it to come to a clean end, the second ends the program.

import Dispatch
import Foundation
import Synchronization

/// Listens for SIGINT and SIGTERM until it is released.
final class Interruption: Sendable {
  private struct State {
    var isRequested = false
    var action: (@Sendable () -> Void)?
  }

  private let state = Mutex(State())
  // Written once, in `init`, before any signal can arrive; dispatch sources may be cancelled from any thread.
  nonisolated(unsafe) private var sources: [any DispatchSourceSignal] = []

  init() {
    for number in [SIGINT, SIGTERM] {
      signal(number, SIG_IGN)
      let source = DispatchSource.makeSignalSource(signal: number, queue: .global())
      source.setEventHandler { [weak self] in self?.received() }
      source.resume()
      sources.append(source)
    }
  }

  deinit {
    for source in sources { source.cancel() }
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
  }

  var isRequested: Bool { state.withLock { $0.isRequested } }

  /// Runs work that ends with `CancellationError` when an interruption is asked for.
  func cancelling<Value: Sendable>(_ work: @escaping @Sendable () async throws -> Value) async throws -> Value {
    let task = Task { try await work() }
    let isLate = state.withLock { state in
      state.action = { task.cancel() }
      return state.isRequested
    }
    if isLate { task.cancel() }
    defer { state.withLock { $0.action = nil } }
    return try await task.value
  }

  private func received() {
    let (isSecond, action) = state.withLock { state in
      defer { state.isRequested = true }
      return (state.isRequested, state.action)
    }
    if isSecond { exit(130) }
    Console.note("finishing what is at hand; press Ctrl-C again to end at once")
    action?()
  }
}
