// One line on a terminal that tells how far long work is. Without a terminal it is silent.

import Foundation
import Synchronization

/// Draws `label [#####-----]  45%  140,000 messages  21,400/s  0:12 left`, ten times a second at most.
final class ProgressLine: Sendable {
  private struct State {
    var isShown = false
    var drawn: ContinuousClock.Instant?
  }

  private static let barWidth = 24

  private let label: String
  private let noun: String
  private let started = ContinuousClock.now
  private let state = Mutex(State())

  init(_ label: String, noun: String) {
    self.label = label
    self.noun = noun
  }

  /// - Parameters:
  ///   - fraction: of the work, 0…1; nil where the whole is not known.
  ///   - count: things done.
  func update(fraction: Double?, count: Int) {
    guard Console.errors.isTerminal else { return }
    let now = ContinuousClock.now
    let isDue = state.withLock { state in
      if let drawn = state.drawn, now - drawn < .milliseconds(100) { return false }
      state.drawn = now
      state.isShown = true
      return true
    }
    guard isDue else { return }
    let seconds = max((now - started) / .seconds(1), 0.001)
    var text = "\(label) "
    if let fraction {
      let filled = Int((min(max(fraction, 0), 1) * Double(Self.barWidth)).rounded())
      let bar = String(repeating: "#", count: filled) + String(repeating: "-", count: Self.barWidth - filled)
      text += "[\(bar)]"
      text += String(format: " %3d%%", Int(min(max(fraction, 0), 1) * 100))
    }
    text += "  \(Figures.count(count, noun))  \(Figures.count(Int(Double(count) / seconds)))/s"
    if let fraction, fraction > 0.01, seconds > 1 {
      text += "  \(Figures.clock(seconds: seconds / fraction * (1 - fraction))) left"
    }
    let shown = StyledText(text).truncated(to: (Console.errors.columns ?? 80) - 1)
    try? Console.errors.write("\r\u{1B}[K" + shown.rendered(inColor: false))
  }

  /// Takes the line away: for a message in its place, or at the end.
  func clear() {
    let wasShown = state.withLock { state in
      defer { state.isShown = false }
      return state.isShown
    }
    if wasShown { try? Console.errors.write("\r\u{1B}[K") }
  }
}
