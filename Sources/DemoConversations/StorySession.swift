// A session as its story file tells it, and how it is placed before a given now.

struct StoryMessage {
  let line: Int
  let author: String?
  let role: String
  var text: String
  /// Since the session's start.
  let offsetMilliseconds: Int64
}

struct StorySession {
  let fileName: String
  /// Of the header.
  let line: Int
  let id: String
  let channel: String
  let start: StoryStart
  var metadata: [String: String] = [:]
  var messages: [StoryMessage] = []

  /// Adds a continuation line to the last message, if there is one yet.
  mutating func appendLine(_ line: some StringProtocol) {
    guard !messages.isEmpty else { return }
    messages[messages.count - 1].text += "\n" + line
  }

  func placed(nowMilliseconds: Int64) throws(DemoConversationsError) -> DemoSession {
    let startTime = start.milliseconds(before: nowMilliseconds)
    var placedMetadata: [String: String] = [:]
    for (key, value) in metadata {
      placedMetadata[key] = try expanded(value, at: startTime, line: line)
    }
    var placedMessages: [DemoMessage] = []
    for message in messages {
      let time = startTime + message.offsetMilliseconds
      placedMessages.append(
        DemoMessage(
          sessionID: id, channel: channel, role: message.role, author: message.author,
          content: try expanded(message.text, at: time, line: message.line), timestampMilliseconds: time))
    }
    return DemoSession(id: id, channel: channel, metadata: placedMetadata, messages: placedMessages)
  }

  private func expanded(_ text: String, at time: Int64, line: Int) throws(DemoConversationsError) -> String {
    do {
      return try StoryDates(milliseconds: time).expand(text)
    } catch {
      throw .malformed(file: fileName, line: line, problem: error.description)
    }
  }
}
