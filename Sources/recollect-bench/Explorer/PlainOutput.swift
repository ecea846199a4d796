// The text in what a program sends to a terminal, and the answers that it waits for.

/// Drops control sequences. Text that the program skips over because it is on the screen already is not there.
struct PlainOutput {
  private(set) var text = ""
  private var pending: [UInt8] = []
  private var sequence: [UInt8]?
  private var replies: [String] = []

  mutating func append(_ bytes: some Sequence<UInt8>) {
    for byte in bytes { append(byte) }
    // The last character may be cut in two; it is kept until its end comes.
    let whole = pending.count - Self.incompleteTail(pending)
    text += String(decoding: pending[..<whole], as: UTF8.self)
    pending.removeFirst(whole)
  }

  mutating func forget() { text = "" }

  /// What a terminal would have answered since the last call.
  mutating func takeReplies() -> [String] {
    defer { replies = [] }
    return replies
  }

  private mutating func append(_ byte: UInt8) {
    guard var open = sequence else {
      if byte == 0x1B { sequence = [] } else if byte >= 0x20 { pending.append(byte) }
      return
    }
    open.append(byte)
    sequence = Self.isComplete(open) ? nil : open
    if sequence == nil { answer(open) }
  }

  /// Programs that ask and get no answer wait: that would be measured.
  private mutating func answer(_ sequence: [UInt8]) {
    switch String(decoding: sequence, as: UTF8.self) {
    case "[6n": replies.append("\u{1B}[1;1R")
    // Left and right margins: known and reset, as xterm answers.
    case "[?69$p": replies.append("\u{1B}[?69;2$y")
    case "[c", "[0c": replies.append("\u{1B}[?62;22c")
    case "[>c", "[>0c": replies.append("\u{1B}[>1;6003;0c")
    case let question where question.hasPrefix("]11;?"): replies.append("\u{1B}]11;rgb:1a1a/1b1b/2626\u{1B}\\")
    case let question where question.hasPrefix("]10;?"): replies.append("\u{1B}]10;rgb:c0c0/caca/f5f5\u{1B}\\")
    default: break
    }
  }

  /// Whether what came after ESC is a whole sequence (ECMA-48).
  private static func isComplete(_ sequence: [UInt8]) -> Bool {
    guard let first = sequence.first, let last = sequence.last else { return false }
    switch first {
    case UInt8(ascii: "["): return sequence.count > 1 && (0x40...0x7E).contains(last)
    case UInt8(ascii: "]"), UInt8(ascii: "P"):
      return last == 0x07 || sequence.suffix(2).elementsEqual([0x1B, UInt8(ascii: "\\")])
    case UInt8(ascii: "("), UInt8(ascii: ")"): return sequence.count == 2
    default: return true
    }
  }

  private static func incompleteTail(_ bytes: [UInt8]) -> Int {
    for (back, byte) in bytes.reversed().prefix(4).enumerated() where byte & 0xC0 != 0x80 {
      let length = byte < 0x80 ? 1 : byte >= 0xF0 ? 4 : byte >= 0xE0 ? 3 : 2
      return length > back + 1 ? back + 1 : 0
    }
    return 0
  }
}
