// Other full-screen programs, driven and timed in the same way in the same run.

import Foundation

/// Programs of Debian's that are installed; what is not there is left out.
struct PeerBenchmark {
  var columns: Int
  var rows: Int
  var starts: Int
  var keys: Int
  /// Where files for them to show are made.
  var folder: URL

  private struct Peer {
    var name: String
    var program: String
    var arguments: [String]
    var down: String
    var end: String
    var up: String
  }

  func run(into report: inout ExplorerReport) throws {
    for peer in try peers() where FileManager.default.isExecutableFile(atPath: peer.program) {
      var settled: [Duration] = []
      var first: [Duration] = []
      var terminal: TimedTerminal?
      for _ in 0..<starts {
        let opened = try TimedTerminal(peer.program, peer.arguments, columns: columns, rows: rows)
        opened.settle(within: .seconds(3))
        settled.append(opened.lastByte)
        first.append(opened.firstByte ?? .zero)
        terminal = opened
      }
      guard let terminal, !terminal.isAtEnd else {
        throw ExplorerBenchmarkError(description: "\(peer.name) ended at once; run it by hand to see why")
      }
      report.starts.append(
        StartFigures(
          program: peer.name, starts: starts, firstByte: .init(first), firstPaint: nil, firstContent: nil,
          settled: .init(settled)))
      for _ in 0..<rows { _ = terminal.press(peer.down) }
      let scrolling = (0..<keys).compactMap { _ in terminal.press(peer.down) }
      report.keys.append(KeyFigures(program: peer.name, keys: "scrolling", samples: scrolling))
      _ = terminal.press(peer.end, quiet: .milliseconds(500))
      for _ in 0..<rows { _ = terminal.press(peer.up) }
      let far = (0..<keys).compactMap { _ in terminal.press(peer.up) }
      report.keys.append(KeyFigures(program: peer.name, keys: "at its far end", samples: far))
      let bytes = terminal.bytes(during: .seconds(10))
      report.rest.append(
        RestFigures(program: peer.name, idleBytes: bytes, memory: terminal.memory))
    }
  }

  private func peers() throws -> [Peer] {
    let text = folder.appending(path: "lines.txt")
    let lines = (0..<1_000_000).lazy.map { "line \($0): what was said about the price, the renewal and the pilot\n" }
    try Data(lines.joined().utf8).write(to: text)
    let mail = folder.appending(path: "mail.mbox")
    try Data((0..<20_000).lazy.map(Self.message).joined().utf8).write(to: mail)
    let settings = folder.appending(path: "neomuttrc")
    try Data("set folder=\"\(folder.path)\"\nset header_cache=\"\"\nset sort=mailbox-order\n".utf8).write(to: settings)
    return [
      Peer(
        name: "less, 1M lines", program: "/usr/bin/less", arguments: [text.path], down: "j", end: "G", up: "k"),
      Peer(
        name: "htop", program: "/usr/bin/htop", arguments: [], down: "\u{1B}[B", end: "\u{1B}[F", up: "\u{1B}[A"),
      Peer(
        name: "neomutt, 20k mails", program: "/usr/bin/neomutt",
        arguments: ["-R", "-F", settings.path, "-f", mail.path],
        down: "j", end: "*", up: "k"),
      Peer(name: "tig, this repository", program: "/usr/bin/tig", arguments: [], down: "j", end: "\u{1B}[F", up: "k"),
    ].filter { !$0.name.hasPrefix("tig") || FileManager.default.fileExists(atPath: ".git") }
  }

  private static func message(_ number: Int) -> String {
    """
    From dana@example.com Mon Nov  2 10:00:00 2026
    From: Dana Whitfield <dana\(number)@example.com>
    To: agent@example.com
    Subject: what was said about the price, \(number)
    Date: Mon, 2 Nov 2026 10:00:00 +0000
    Message-ID: <\(number)@example.com>

    Does the price still stand?


    """
  }
}
