// Plain text for people: what a pager shows and a clipboard takes.

import ConversationMemory

struct PlainTextWriter: ExportWriter {
  private let title: String?
  private let clock: ExportClock

  init(_ options: ExportOptions) {
    title = options.title
    clock = ExportClock(zone: options.zone)
  }

  mutating func open() -> String { title.map { Self.heading($0, "=") } ?? "" }
  mutating func close() -> String { "" }

  mutating func session(_ sheet: ConversationSession) -> String {
    var text = Self.heading(sheet.title, title == nil ? "=" : "-")
    for (name, value) in SheetLines(sheet, clock).lines {
      text += "\(ReadableText.line(name)): \(ReadableText.line(value))\n"
    }
    if let note = sheet.note { text += "Note: \(ReadableText.make(note))\n" }
    return text + "\n"
  }

  mutating func message(_ entry: ExportEntry) -> String {
    var heading = "\(ReadableText.line(entry.speaker)), \(clock.text(entry.message.timestamp))"
    if entry.standsAlone {
      let session = entry.sheet?.title ?? entry.message.session.rawValue
      heading += ", \(ReadableText.line(entry.message.channel.rawValue)): \(ReadableText.line(session))"
    }
    let remark = entry.remark.map { "(\(ReadableText.line($0)))\n" } ?? ""
    return "\(heading)\n\(ReadableText.make(entry.message.content))\n\(remark)\n"
  }

  mutating func row(_ sheet: ConversationSession) -> String {
    let tags = sheet.tags.map { " #" + $0 }.joined()
    let note = sheet.note.map { "  Note: \(ReadableText.line($0))\n" } ?? ""
    return "\(clock.text(sheet.lastActivity))  \(ReadableText.line(sheet.channel.rawValue))  "
      + "\(ReadableText.line(sheet.id.rawValue))  \(ReadableText.line(sheet.title))  (\(sheet.messageCount))\(tags)\n\(note)"
  }

  private static func heading(_ text: String, _ line: String) -> String {
    let text = ReadableText.line(text)
    return "\(text)\n\(String(repeating: line, count: min(80, max(3, text.count))))\n\n"
  }
}
