// What every format's writer is told, one thing after the other; and how the formats for people write times and text.

import ConversationMemory
import Foundation

/// Turns what it is told into text. Pieces are written as they come: an export of any size needs little memory.
protocol ExportWriter {
  /// Comes first.
  mutating func open() -> String
  /// The messages of a session follow.
  mutating func session(_ sheet: ConversationSession) -> String
  mutating func message(_ entry: ExportEntry) -> String
  /// A session of a list of sessions.
  mutating func row(_ sheet: ConversationSession) -> String
  /// Comes last.
  mutating func close() -> String
}

extension ExportFormat {
  func writer(_ options: ExportOptions) -> any ExportWriter {
    switch self {
    case .jsonl: JSONLinesWriter()
    case .csv: CSVWriter(guardsFormulas: options.guardsFormulas)
    case .markdown: MarkdownWriter(options)
    case .html: HTMLWriter(options)
    case .text: PlainTextWriter(options)
    }
  }
}

/// A message on its way out.
struct ExportEntry {
  var message: ConversationMessage
  /// Its session's sheet; nil where that was deleted meanwhile.
  var sheet: ConversationSession?
  /// No message of its session was written before.
  var isFirstOfSession: Bool
  /// It stands among messages of other sessions.
  var standsAlone: Bool
  var remark: String?

  /// `Dana Whitfield (user)`, or the role alone.
  var speaker: String { message.author.map { "\($0) (\(message.role))" } ?? "\(message.role)" }
}

/// Times as people read them: `2026-11-21 14:02:05 UTC`, or with the zone's offset.
struct ExportClock {
  let zone: TimeZone

  func text(_ time: Timestamp) -> String {
    let offset = zone.secondsFromGMT(for: time.date)
    let local = time.adding(milliseconds: Int64(offset) * 1000).iso8601
    let minutes = abs(offset) / 60
    func two(_ number: Int) -> String { number < 10 ? "0\(number)" : "\(number)" }
    let name = offset == 0 ? "UTC" : "\(offset < 0 ? "-" : "+")\(two(minutes / 60)):\(two(minutes % 60))"
    return "\(local.prefix(10)) \(local.dropFirst(11).prefix(8)) \(name)"
  }
}

/// Text for people to read in a file: what would steer a terminal or reorder a line becomes visible. Line breaks become LF.
enum ReadableText {
  static func make(_ text: String) -> String {
    // Most text has nothing of the kind.
    guard text.utf8.contains(where: { $0 < 0x20 && $0 != 10 || $0 == 0x7F || $0 >= 0x80 }) else { return text }
    var result = String.UnicodeScalarView()
    var previousWasReturn = false
    for scalar in text.unicodeScalars {
      defer { previousWasReturn = scalar == "\r" }
      switch scalar.value {
      case 10: if !previousWasReturn { result.append("\n") }
      case 13: result.append("\n")
      case 9: result.append(scalar)
      case 0..<0x20: result.append(Unicode.Scalar(0x2400 + scalar.value) ?? "\u{FFFD}")
      case 0x7F: result.append("\u{2421}")
      case 0x80...0x9F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F:
        result.append("\u{FFFD}")
      default: result.append(scalar)
      }
    }
    return String(result)
  }

  /// On one line.
  static func line(_ text: String) -> String {
    make(text).split(whereSeparator: \.isWhitespace).joined(separator: " ")
  }
}

/// What is said about a session above its messages, name by name.
struct SheetLines {
  let lines: [(name: String, value: String)]

  init(_ sheet: ConversationSession, _ clock: ExportClock) {
    var lines = [
      ("Session", sheet.id.rawValue), ("Channel", sheet.channel.rawValue),
      ("Messages", "\(sheet.messageCount), \(clock.text(sheet.startedAt)) to \(clock.text(sheet.lastActivity))"),
    ]
    if !sheet.tags.isEmpty { lines.append(("Tags", sheet.tags.map { "#" + $0 }.joined(separator: " "))) }
    lines += sheet.metadata.sorted { $0.key < $1.key }.map { ($0.key, $0.value) }
    self.lines = lines
  }
}
