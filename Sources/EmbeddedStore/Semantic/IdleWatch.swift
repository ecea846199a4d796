// Notices that nothing has been asked for a while. An explorer is open all day and searches now and then: between two searches
// it need not count a tenant's vectors as its memory.

import Synchronization

/// Does something once when nothing has happened for some time.
final class IdleWatch: Sendable {
  private struct State {
    var lastUse = ContinuousClock.now
    var isWatching = false
  }

  private let patience: Duration
  private let onIdle: @Sendable () -> Void
  private let state = Mutex(State())

  init(patience: Duration, onIdle: @escaping @Sendable () -> Void) {
    self.patience = patience
    self.onIdle = onIdle
  }

  /// Something happened. Costs a lock where the watch is awake already.
  func touch() {
    let wasWatching = state.withLock { state in
      defer { state.isWatching = true }
      state.lastUse = .now
      return state.isWatching
    }
    guard !wasWatching else { return }
    Task(priority: .background) { [weak self, patience] in
      while let self, let left = self.left() {
        try? await Task.sleep(for: min(left, patience))
      }
    }
  }

  /// How long still to wait; nil once the time has passed and it is done.
  private func left() -> Duration? {
    let left = state.withLock { state -> Duration? in
      let left = state.lastUse + patience - .now
      if left > .zero { return left }
      state.isWatching = false
      return nil
    }
    if left == nil { onIdle() }
    return left
  }
}
