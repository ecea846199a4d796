// Markdown (CommonMark): nothing in a message's text has a meaning to it, so that a page made of the file shows the text as
// it was written, and no markup, hidden link or picture of a customer's. An address that stands in the text may become a link to
// what it shows (GitHub's extension).

import ConversationMemory

struct MarkdownWriter: ExportWriter {
  private let title: String?
  private let clock: ExportClock
  private var hasTable = false

  init(_ options: ExportOptions) {
    title = options.title
    clock = ExportClock(zone: options.zone)
  }

  mutating func open() -> String { title.map { "# \(Self.line($0))\n\n" } ?? "" }
  mutating func close() -> String { "" }

  mutating func session(_ sheet: ConversationSession) -> String {
    var text = "\(title == nil ? "#" : "##") \(Self.line(sheet.title))\n\n"
    for (name, value) in SheetLines(sheet, clock).lines { text += "- \(Self.line(name)): \(Self.line(value))\n" }
    text += "\n"
    if let note = sheet.note { text += Self.block(note, prefix: "> ") + "\n\n" }
    return text
  }

  mutating func message(_ entry: ExportEntry) -> String {
    var heading = "**\(Self.line(entry.speaker))** · \(clock.text(entry.message.timestamp))"
    if entry.standsAlone {
      let session = entry.sheet?.title ?? entry.message.session.rawValue
      heading += " · \(Self.line(entry.message.channel.rawValue)) · \(Self.line(session))"
    }
    let remark = entry.remark.map { "*\(Self.line($0))*\n\n" } ?? ""
    return "\(heading)\n\n\(Self.block(entry.message.content))\n\n\(remark)"
  }

  mutating func row(_ sheet: ConversationSession) -> String {
    var text = ""
    if !hasTable {
      text = "| Session | Channel | Messages | Last activity | Title | Tags | Note |\n|---|---|--:|---|---|---|---|\n"
      hasTable = true
    }
    let cells = [
      Self.line(sheet.id.rawValue), Self.line(sheet.channel.rawValue), String(sheet.messageCount),
      clock.text(sheet.lastActivity), Self.line(sheet.title),
      Self.line(sheet.tags.map { "#" + $0 }.joined(separator: " ")),
      Self.line(sheet.note ?? ""),
    ]
    return text + "| " + cells.joined(separator: " | ") + " |\n"
  }

  /// Text on one line.
  private static func line(_ text: String) -> String { escaped(ReadableText.line(text)[...]) }

  /// Text of several lines, each on a line of its own.
  private static func block(_ text: String, prefix: String = "") -> String {
    let lines = ReadableText.make(text).split(separator: "\n", omittingEmptySubsequences: false).map { line in
      let indent = line.prefix { $0 == " " || $0 == "\t" }
      let rest = line.dropFirst(indent.count)
      guard !rest.isEmpty else { return "" }
      // Four plain spaces would make code of it.
      let space = indent.map { $0 == "\t" ? "&nbsp;&nbsp;&nbsp;&nbsp;" : "&nbsp;" }.joined()
      return space + escaped(rest)
    }
    return lines.enumerated().map { index, line in
      let isBroken = !line.isEmpty && index + 1 < lines.count && !lines[index + 1].isEmpty
      return prefix + line + (isBroken ? "\\" : "")
    }.joined(separator: "\n")
  }

  private static let special = Set("\\`*_[]<>&|~$".unicodeScalars)
  private static let specialAtStart = Set("#+-=!:".unicodeScalars)

  private static func escaped(_ line: Substring) -> String {
    var result = String.UnicodeScalarView()
    var isStart = true
    var isNumber = true
    for scalar in line.unicodeScalars {
      // `1.` and `1)` begin a list.
      let endsNumber = isNumber && !isStart && (scalar == "." || scalar == ")")
      if special.contains(scalar) || isStart && specialAtStart.contains(scalar) || endsNumber { result.append("\\") }
      result.append(scalar)
      isNumber = isNumber && (0x30...0x39).contains(scalar.value)
      isStart = false
    }
    return String(result)
  }
}
