// The few signs the views use beside text. Where the terminal cannot show Unicode the screen maps lines and blocks by
// itself; the signs that carry a meaning need stand-ins of their own.

import ConversationMemory

struct Glyphs: Sendable, Equatable {
  var pointer: String
  var step: String
  var dot: String
  var warning: String
  var unread: String
  /// Something came just now.
  var live: String
  var bookmark: String
  var quote: (open: String, close: String)
  var semanticBlock: String
  var keywordBlock: String
  var featureBlock: String
  var trackBlock: String
  /// One to eight eighths of a bar, and the place of one that is empty.
  var bars: [String]
  var noBar: String
  var spinner: [String]
  private var channels: [String: String]
  private var otherChannel: String

  static func == (left: Glyphs, right: Glyphs) -> Bool { left.pointer == right.pointer }

  static let unicode = Glyphs(
    pointer: "▌", step: "›", dot: "·", warning: "▲", unread: "●", live: "◉", bookmark: "★", quote: ("“", "”"),
    semanticBlock: "█", keywordBlock: "▒",
    featureBlock: "▓", trackBlock: "·", bars: ["▁", "▂", "▃", "▄", "▅", "▆", "▇", "█"], noBar: "·",
    spinner: ["⠋", "⠙", "⠹", "⠸", "⠼", "⠴", "⠦", "⠧", "⠇", "⠏"],
    channels: [
      "email": "✉", "mail": "✉", "web": "⌂", "chat": "⌂", "slack": "#", "teams": "⊞", "phone": "☎", "call": "☎",
    ],
    otherChannel: "◦")

  static let ascii = Glyphs(
    pointer: ">", step: ">", dot: "-", warning: "!", unread: "*", live: "~", bookmark: "+", quote: ("\"", "\""),
    semanticBlock: "#", keywordBlock: "=",
    featureBlock: "+", trackBlock: ".", bars: [".", ":", "-", "=", "+", "*", "%", "#"], noBar: " ",
    spinner: ["|", "/", "-", "\\"],
    channels: [
      "email": "@", "mail": "@", "web": "w", "chat": "w", "slack": "#", "teams": "t", "phone": "p", "call": "p",
    ],
    otherChannel: "o")

  func channel(_ channel: Channel) -> String { channels[channel.rawValue.lowercased()] ?? otherChannel }

  func spinner(_ frame: Int) -> String { spinner[abs(frame) % spinner.count] }
}
