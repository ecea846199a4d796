// Reads a story file: the sessions of one tenant as text that people can write and review.
//
//     # A comment: '#' in the first column.
//     == globex-pricing-chat | web | -33 14:05
//     prospect_name: Dana Whitfield
//     company: Globex
//
//     Dana Whitfield (user) +0m: Hi, I'm looking at Lumen.
//     Agent (assistant) +30s: Hi Dana! Two things:
//
//       - a continuation line is indented by two spaces, which are taken off
//     - (system) +1d2h: Handed over to Priya.
//
// Header: `== id | channel | start`. The start is `-DAYS HH:MM` (UTC, whole days before today's date, at least 1) or
// `now-DURATION` for what happens today. A session may not reach past the midnight before today in the first form, nor
// past now in the second: so no message can lie in the future, whatever the time of day.
// Metadata: `key: value` lines right after the header. Message: `Author (role) +DURATION: text`, where the role is user,
// assistant or system, the author `-` stands for nobody, and the duration counts from the message before. Durations
// are such as `40s`, `5m`, `1d2h30m`. Text may hold dates relative to its own day: see `StoryDates`.

/// Turns the text of one story file into sessions that are not yet placed in time.
struct StoryParser {
  let fileName: String
  private let lines: [Substring]
  private var sessions: [StorySession] = []
  private var current: StorySession?
  private var readingMetadata = false

  init(fileName: String, text: String) {
    self.fileName = fileName
    lines = text.split(separator: "\n", omittingEmptySubsequences: false)
  }

  mutating func parse() throws(DemoConversationsError) -> [StorySession] {
    for (index, line) in lines.enumerated() {
      try read(line, number: index + 1)
    }
    try closeSession()
    return sessions
  }

  private mutating func read(_ line: Substring, number: Int) throws(DemoConversationsError) {
    if line.hasPrefix("#") { return }
    if line.hasPrefix("== ") {
      try closeSession()
      current = try header(line.dropFirst(3), number: number)
      readingMetadata = true
    } else if line.isEmpty {
      readingMetadata = false
      current?.appendLine("")
    } else if current == nil {
      throw problem(number, "text before the first session header '== id | channel | start'")
    } else if line.hasPrefix("  ") {
      guard current?.messages.isEmpty == false else {
        throw problem(number, "a continuation line needs a message above it")
      }
      current?.appendLine(line.dropFirst(2))
    } else if readingMetadata {
      try readMetadata(line, number: number)
    } else {
      try readMessage(line, number: number)
    }
  }

  private func header(_ text: Substring, number: Int) throws(DemoConversationsError) -> StorySession {
    let fields = text.split(separator: "|").map { $0.trimmed }
    guard fields.count == 3, !fields[0].isEmpty else {
      throw problem(number, "a session header is '== id | channel | start'")
    }
    guard ["web", "email", "slack", "teams"].contains(fields[1]) else {
      throw problem(number, "unknown channel '\(fields[1])': use web, email, slack or teams")
    }
    if let earlier = sessions.first(where: { $0.id == fields[0] }) {
      throw problem(number, "session id '\(fields[0])' is taken by line \(earlier.line)")
    }
    guard let start = StoryStart(fields[2]) else {
      throw problem(number, "cannot read the start '\(fields[2])': use '-12 09:30' or 'now-2h10m'")
    }
    return StorySession(fileName: fileName, line: number, id: fields[0], channel: fields[1], start: start)
  }

  private mutating func readMetadata(_ line: Substring, number: Int) throws(DemoConversationsError) {
    guard let colon = line.firstIndex(of: ":") else {
      throw problem(number, "expected 'key: value'; an empty line ends the metadata")
    }
    let key = line[..<colon].trimmed
    let value = line[line.index(after: colon)...].trimmed
    guard !value.isEmpty, !key.isEmpty, key.allSatisfy({ $0.isLowercase || $0 == "_" }) else {
      throw problem(number, "metadata is 'key: value' with a lower-case key; an empty line ends it")
    }
    guard current?.metadata.updateValue(value, forKey: key) == nil else {
      throw problem(number, "metadata '\(key)' appears twice")
    }
  }

  private mutating func readMessage(_ line: Substring, number: Int) throws(DemoConversationsError) {
    guard let match = line.wholeMatch(of: #/(.+?) \((\w+)\) \+(\w+):(?: (.*))?/#) else {
      throw problem(number, "expected 'Author (role) +5m: text', or a continuation indented by two spaces")
    }
    let (_, author, role, delay, text) = match.output
    guard ["user", "assistant", "system"].contains(role) else {
      throw problem(number, "unknown role '\(role)': use user, assistant or system")
    }
    guard let milliseconds = StoryDuration.milliseconds(delay) else {
      throw problem(number, "cannot read the time '+\(delay)': use such as +40s, +5m or +1d2h30m")
    }
    let previous = current?.messages.last?.offsetMilliseconds
    if previous != nil, milliseconds == 0 {
      throw problem(number, "only the first message of a session may be at +0")
    }
    current?.messages.append(
      StoryMessage(
        line: number, author: author == "-" ? nil : String(author), role: String(role), text: String(text ?? ""),
        offsetMilliseconds: (previous ?? 0) + milliseconds))
  }

  /// Checks what can be said only of a whole session.
  private mutating func closeSession() throws(DemoConversationsError) {
    guard var session = current else { return }
    for index in session.messages.indices {
      session.messages[index].text = session.messages[index].text.trimmed
      if session.messages[index].text.isEmpty {
        throw problem(session.messages[index].line, "the message has no text")
      }
    }
    guard let last = session.messages.last, session.messages.count >= 2 else {
      throw problem(session.line, "session '\(session.id)' needs at least two messages")
    }
    guard last.offsetMilliseconds < session.start.roomMilliseconds else {
      throw problem(last.line, "session '\(session.id)' runs into the future: start it earlier")
    }
    sessions.append(session)
    current = nil
  }

  private func problem(_ line: Int, _ text: String) -> DemoConversationsError {
    .malformed(file: fileName, line: line, problem: text)
  }
}

extension Substring {
  fileprivate var trimmed: String { String(self).trimmed }
}

extension String {
  /// Without white space and line ends at either side.
  fileprivate var trimmed: String {
    guard let first = firstIndex(where: { !$0.isWhitespace }), let last = lastIndex(where: { !$0.isWhitespace }) else {
      return ""
    }
    return String(self[first...last])
  }
}
