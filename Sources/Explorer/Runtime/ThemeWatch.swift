// Reads the themes, and looks at the user's folder once in a while: what an editor saves shows without a key press.

import Synchronization
import Terminal

/// The themes there are, and those whose files changed since the last news.
struct ThemeNews: Sendable, Equatable {
  var themes: [ThemeSummary]
  var changed: Set<String> = []
}

final class ThemeWatch: Sendable {
  private let library: ThemeLibrary
  private let interval: Duration
  private let task = Mutex<Task<Void, Never>?>(nil)

  /// - Parameter interval: between two looks; a look lists the folder and reads no file.
  init(library: ThemeLibrary, interval: Duration = .milliseconds(500)) {
    self.library = library
    self.interval = interval
  }

  /// Says what themes there are.
  func read(_ deliver: @escaping @Sendable (Delivery) -> Void) {
    Task { [library] in deliver(.themes(ThemeNews(themes: library.summaries()))) }
  }

  /// Looks from now on, once; says nothing as long as nothing happens.
  func start(_ deliver: @escaping @Sendable (Delivery) -> Void) {
    guard library.userFolder != nil else { return }
    task.withLock { task in
      guard task == nil else { return }
      task = Task { [library, interval] in
        var seen = library.stamps()
        while !Task.isCancelled {
          try? await Task.sleep(for: interval)
          let stamps = library.stamps()
          let changed = stamps.changes(since: seen)
          seen = stamps
          if changed.isEmpty || Task.isCancelled { continue }
          deliver(.themes(ThemeNews(themes: library.summaries(), changed: changed)))
        }
      }
    }
  }

  func stop() {
    task.withLock { task in
      task?.cancel()
      task = nil
    }
  }
}
