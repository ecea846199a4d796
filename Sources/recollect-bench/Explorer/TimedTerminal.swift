// A program on a terminal whose bytes are timed as they come. What they mean is not interpreted, but for the text among them.

import Foundation
import PseudoTerminal

/// What followed a key.
struct KeySample: Sendable {
  /// From writing the key to the first byte of the answer.
  var first: Duration
  /// To the last byte before the silence.
  var last: Duration
  var bytes: Int
}

/// Times a full-screen program. Used from one thread.
final class TimedTerminal {
  private let terminal: PseudoTerminal
  let start: ContinuousClock.Instant
  /// From the start of the program; nil until it has sent anything.
  private(set) var firstByte: Duration?
  /// When anything came last, from the start of the program.
  private(set) var lastByte: Duration = .zero
  private(set) var isAtEnd = false
  private var output = PlainOutput()
  private var buffer = [UInt8](repeating: 0, count: 65_536)

  init(_ program: String, _ arguments: [String], columns: Int, rows: Int) throws {
    start = .now
    terminal = try PseudoTerminal(
      program: program, arguments: arguments, environment: Self.environment, columns: columns, rows: rows)
  }

  /// The person's own folders, but for what the explorer keeps of a visit, on a terminal of 256 colours.
  private static var environment: [String: String] {
    let kept = ["PATH", "HOME", "RECOLLECT_MODELS", "XDG_DATA_HOME", "XDG_CONFIG_HOME"]
    var variables = ProcessInfo.processInfo.environment.filter { kept.contains($0.key) }
    variables["XDG_STATE_HOME"] = FileManager.default.temporaryDirectory.appending(path: "recollect-bench-state").path
    variables["TERM"] = "xterm-256color"
    variables["LANG"] = "C.UTF-8"
    return variables
  }

  /// Waits for output and takes it in.
  ///
  /// - Returns: how many bytes came and when; nil where none came in time.
  private func read(within timeout: Duration) -> (count: Int, at: ContinuousClock.Instant)? {
    guard !isAtEnd else { return nil }
    var descriptor = pollfd(fd: terminal.master, events: Int16(POLLIN), revents: 0)
    guard poll(&descriptor, 1, Int32(max(0, timeout.inSeconds * 1000).rounded(.up))) > 0 else { return nil }
    let count = Glibc.read(terminal.master, &buffer, buffer.count)
    let now = ContinuousClock.now
    guard count > 0 else {
      isAtEnd = true
      return nil
    }
    if firstByte == nil { firstByte = now - start }
    lastByte = now - start
    output.append(buffer[..<count])
    for reply in output.takeReplies() { _ = terminal.write(Array(reply.utf8)) }
    return (count, now)
  }

  /// Takes in output until a text has been sent.
  ///
  /// - Returns: when, from the start of the program.
  func wait(for text: String, within patience: Duration = .seconds(20)) throws -> Duration {
    let deadline = ContinuousClock.now + patience
    while !output.text.contains(text) {
      guard !isAtEnd, ContinuousClock.now < deadline else {
        throw ExplorerBenchmarkError(
          description: "'\(text)' did not appear; last on the screen: \(String(output.text.suffix(300)))")
      }
      _ = read(within: .milliseconds(100))
    }
    return lastByte
  }

  /// Takes in output until nothing has come for a while, or for so long in all.
  func settle(quiet: Duration = .milliseconds(300), within patience: Duration = .seconds(20)) {
    let deadline = ContinuousClock.now + patience
    while ContinuousClock.now < deadline, read(within: quiet) != nil {}
  }

  /// Writes a key and takes in what follows until a silence.
  ///
  /// - Returns: nil where nothing follows within half a second.
  func press(_ key: String, quiet: Duration = .milliseconds(30)) -> KeySample? {
    while read(within: .zero) != nil {}
    output.forget()
    let written = ContinuousClock.now
    _ = terminal.write(Array(key.utf8))
    guard let answer = read(within: .milliseconds(500)) else { return nil }
    var sample = KeySample(first: answer.at - written, last: answer.at - written, bytes: answer.count)
    // A program that never falls silent ends by the clock.
    let deadline = answer.at + .seconds(2)
    while ContinuousClock.now < deadline, let more = read(within: quiet) {
      sample.last = more.at - written
      sample.bytes += more.count
    }
    return sample
  }

  /// What the program takes now; nil where it has ended.
  var memory: ProcessMemory? { ProcessMemory(of: terminal.process) }

  /// How many bytes come although no key is pressed.
  func bytes(during period: Duration) -> Int {
    let deadline = ContinuousClock.now + period
    var bytes = 0
    while !isAtEnd {
      let left = deadline - .now
      guard left > .zero else { break }
      bytes += read(within: left)?.count ?? 0
    }
    return bytes
  }
}
