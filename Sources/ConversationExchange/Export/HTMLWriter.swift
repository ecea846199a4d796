// One HTML page that needs nothing else and runs nothing: its policy forbids scripts, pictures and connections, should the
// escaping ever fail.

import ConversationMemory

struct HTMLWriter: ExportWriter {
  private let title: String?
  private let clock: ExportClock
  private var hasBody = false
  private var isInTable = false

  init(_ options: ExportOptions) {
    title = options.title
    clock = ExportClock(zone: options.zone)
  }

  mutating func open() -> String {
    guard let title else { return "" }
    return head(title) + "<h1 dir=\"auto\">\(Self.escaped(title))</h1>\n"
  }

  mutating func close() -> String {
    (hasBody ? "" : head("Conversations")) + (isInTable ? "</tbody></table>\n" : "") + "</main>\n</body>\n</html>\n"
  }

  mutating func session(_ sheet: ConversationSession) -> String {
    var text = head(sheet.title)
    let level = title == nil ? "h1" : "h2"
    text += "<\(level) dir=\"auto\">\(Self.escaped(sheet.title))</\(level)>\n<dl>\n"
    for (name, value) in SheetLines(sheet, clock).lines {
      text += "<div><dt dir=\"auto\">\(Self.escaped(name))</dt><dd dir=\"auto\">\(Self.escaped(value))</dd></div>\n"
    }
    text += "</dl>\n"
    if let note = sheet.note { text += "<blockquote dir=\"auto\">\(Self.escaped(note))</blockquote>\n" }
    return text
  }

  mutating func message(_ entry: ExportEntry) -> String {
    let message = entry.message
    var text = head("Messages")
    text += "<article class=\"\(message.role.rawValue)\">\n<header><b><bdi>\(Self.escaped(entry.speaker))</bdi></b> "
    text += "<time datetime=\"\(message.timestamp.iso8601)\">\(clock.text(message.timestamp))</time>"
    if entry.standsAlone {
      let session = entry.sheet?.title ?? message.session.rawValue
      text += " <bdi>\(Self.escaped(message.channel.rawValue))</bdi> <bdi>\(Self.escaped(session))</bdi>"
    }
    text += "</header>\n<div class=\"text\" dir=\"auto\">\(Self.escaped(message.content))</div>\n"
    if let remark = entry.remark { text += "<footer dir=\"auto\">\(Self.escaped(remark))</footer>\n" }
    return text + "</article>\n"
  }

  mutating func row(_ sheet: ConversationSession) -> String {
    var text = head("Sessions")
    if !isInTable {
      let names = ["Session", "Channel", "Messages", "Last activity", "Title", "Tags", "Note"]
      text += "<table>\n<thead><tr>\(names.map { "<th>\($0)</th>" }.joined())</tr></thead>\n<tbody>\n"
      isInTable = true
    }
    let cells = [
      sheet.id.rawValue, sheet.channel.rawValue, String(sheet.messageCount), clock.text(sheet.lastActivity),
      sheet.title,
      sheet.tags.map { "#" + $0 }.joined(separator: " "), sheet.note ?? "",
    ]
    return text + "<tr>\(cells.map { "<td dir=\"auto\">\(Self.escaped($0))</td>" }.joined())</tr>\n"
  }

  /// The page's beginning, once.
  private mutating func head(_ title: String) -> String {
    guard !hasBody else { return "" }
    hasBody = true
    return """
      <!DOCTYPE html>
      <html>
      <head>
      <meta charset="utf-8">
      <meta http-equiv="Content-Security-Policy" content="default-src 'none'; style-src 'unsafe-inline'">
      <meta name="viewport" content="width=device-width, initial-scale=1">
      <meta name="color-scheme" content="light dark">
      <title>\(Self.escaped(ReadableText.line(title)))</title>
      <style>
      \(Self.style)
      </style>
      </head>
      <body>
      <main>

      """
  }

  /// Contrast of all text on its ground is 7 and more, in light and in dark.
  private static let style = """
    :root { --ground: #fff; --text: #1b1b1f; --muted: #4a4a55; --line: #d0d0d8; --user: #eef3fb; --assistant: #f3f3f5; }
    @media (prefers-color-scheme: dark) {
      :root { --ground: #16161a; --text: #e8e8ee; --muted: #b4b4c0; --line: #3a3a44; --user: #1e2636; --assistant: #202026; }
    }
    body { margin: 0; background: var(--ground); color: var(--text); font: 16px/1.5 system-ui, sans-serif; }
    main { max-width: 52rem; margin: 0 auto; padding: 1.5rem 1rem 4rem; }
    h1, h2 { line-height: 1.25; overflow-wrap: anywhere; }
    h2 { margin-top: 3rem; border-top: 1px solid var(--line); padding-top: 1.5rem; }
    dl { color: var(--muted); font-size: .9rem; }
    dl div { display: flex; gap: .75rem; }
    dt { min-width: 7rem; }
    dd { margin: 0; overflow-wrap: anywhere; }
    blockquote { margin: 1rem 0; padding: .5rem 1rem; border-inline-start: 4px solid var(--line); white-space: pre-wrap; }
    article { margin: .75rem 0; padding: .6rem .9rem; border: 1px solid var(--line); border-radius: .5rem; }
    article.user { background: var(--user); }
    article.assistant, article.system { background: var(--assistant); }
    article header, article footer, time { color: var(--muted); font-size: .85rem; }
    article header b { color: var(--text); }
    .text { white-space: pre-wrap; overflow-wrap: anywhere; }
    table { border-collapse: collapse; font-size: .9rem; }
    th, td { text-align: start; vertical-align: top; padding: .3rem .6rem; border-bottom: 1px solid var(--line); }
    @media print { article { break-inside: avoid; } }
    """

  private static func escaped(_ text: String) -> String {
    var result = ""
    for scalar in ReadableText.make(text).unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }
}
