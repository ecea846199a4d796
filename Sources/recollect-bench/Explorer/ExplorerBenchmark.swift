// Runs the explorer on a terminal of its own and does what a person does in it: opens it, moves, searches, leaves it alone.

import ConversationMemory
import Foundation

struct ExplorerBenchmark {
  /// The path of the `recollect` to measure.
  var program: String
  var data: String
  var tenant: TenantID
  var columns: Int
  var rows: Int
  /// How often the program is started, and how many keys of a kind are pressed.
  var starts: Int
  var keys: Int
  /// What the first row of the tenant's sessions says.
  var firstTitle: String

  private static let questions = ["cheap table for two tonight", "price of the flight", "when does it start"]

  func run(into report: inout ExplorerReport) throws {
    report.starts.append(try start("recollect --tenant", ["--tenant", tenant.rawValue], content: firstTitle))
    report.starts.append(try start("recollect", [], content: nil))
    let terminal = try open(["--tenant", tenant.rawValue])
    _ = try terminal.wait(for: firstTitle)
    terminal.settle()
    func add(_ what: String, _ samples: [KeySample]) {
      // A list of one row answers no key: nothing was measured.
      guard !samples.isEmpty else { return }
      report.keys.append(KeyFigures(program: "recollect", keys: what, samples: samples))
    }
    _ = press("j", 9, terminal)
    add("a list, row 10 to 20", around(terminal, first: "j", then: "k"))
    _ = press("j", rows, terminal)
    add("a list, scrolling", press("j", keys, terminal))
    _ = terminal.press("\u{1B}[F", quiet: .milliseconds(500))
    add("a list, at its far end", around(terminal, first: "k", then: "j"))
    add("panes: tab", press("\t", min(keys, 40), terminal))
    _ = terminal.press("\u{1B}[H", quiet: .milliseconds(500))
    report.rest.append(rest(terminal, "recollect, browsing"))
    let typed = type(terminal)
    add("search: a letter, all results", typed)
    report.rest.append(rest(terminal, "recollect, after searching"))
  }

  // MARK: Starting

  private func open(_ arguments: [String]) throws -> TimedTerminal {
    try TimedTerminal(
      program, ["explore", "--data", data, "--read-only"] + arguments, columns: columns, rows: rows)
  }

  /// - Parameter content: a text of the first row; the first tenant's name comes with no option, and then the settled
  ///   screen tells.
  private func start(_ name: String, _ arguments: [String], content: String?) throws -> StartFigures {
    var figures: (first: [Duration], paint: [Duration], content: [Duration], settled: [Duration]) = ([], [], [], [])
    for _ in 0..<starts {
      let terminal = try open(arguments)
      // The last word of the frame: the bar at the bottom ends with it.
      figures.paint.append(try terminal.wait(for: "quit"))
      if let content { figures.content.append(try terminal.wait(for: content)) }
      terminal.settle()
      figures.settled.append(terminal.lastByte)
      figures.first.append(terminal.firstByte ?? .zero)
    }
    return StartFigures(
      program: name, starts: starts, firstByte: .init(figures.first), firstPaint: .init(figures.paint),
      firstContent: figures.content.isEmpty ? nil : .init(figures.content), settled: .init(figures.settled))
  }

  // MARK: Keys

  private func press(_ key: String, _ count: Int, _ terminal: TimedTerminal) -> [KeySample] {
    (0..<count).compactMap { _ in terminal.press(key) }
  }

  /// Ten keys one way, ten back, and so on: the place stays the same however many keys there are.
  private func around(_ terminal: TimedTerminal, first: String, then: String) -> [KeySample] {
    (0..<keys).compactMap { terminal.press($0 / 10 % 2 == 0 ? first : then) }
  }

  /// Types questions, letter by letter; each letter's results and the conversation beside them are waited for.
  private func type(_ terminal: TimedTerminal) -> [KeySample] {
    _ = terminal.press("s", quiet: .milliseconds(300))
    // The model is loaded by the first search, and files are read for the first time.
    for letter in Self.questions[0] { _ = terminal.press(String(letter), quiet: .milliseconds(150)) }
    terminal.settle(quiet: .seconds(1))
    var samples: [KeySample] = []
    while samples.count < keys {
      for question in Self.questions {
        _ = terminal.press("\u{15}", quiet: .milliseconds(150))
        samples += question.compactMap { terminal.press(String($0), quiet: .milliseconds(150)) }
      }
    }
    return samples
  }

  // MARK: At rest

  private func rest(_ terminal: TimedTerminal, _ name: String) -> RestFigures {
    terminal.settle(quiet: .seconds(1))
    let bytes = terminal.bytes(during: .seconds(10))
    return RestFigures(
      program: name, idleBytes: bytes, memory: terminal.memory)
  }
}

/// What kept a measurement from being taken.
struct ExplorerBenchmarkError: Error, CustomStringConvertible {
  let description: String
}
