// Scalars one after the other, and what each adds to a line. Drawing and measuring both go through here, so they agree.

/// What a scalar adds.
enum ScanStep {
  case nothing
  /// A mark on the glyph before it.
  case mark(UInt32)
  /// A mark with nothing to stand on: on a dotted circle of its own.
  case loneMark(UInt32)
  case glyph(UInt32, width: UInt8)
  case spaces(Int)

  var columns: Int {
    switch self {
    case .nothing, .mark: 0
    case .loneMark: 1
    case .glyph(_, let width): Int(width)
    case .spaces(let count): count
    }
  }
}

/// Remembers as much of the text before as decides about the next scalar. It works on scalars, not on `Character`s, which
/// join what terminals show in several cells (Indic conjuncts), and cost many times as much to find.
struct ScalarScanner {
  /// What a mark or joiner would attach to; 0 where there is nothing.
  private var base: UInt32 = 0
  private var isJoined = false
  private var wasReturn = false

  mutating func step(_ value: UInt32) -> ScanStep {
    if value >= 0x20, value < 0x7F {
      base = value
      isJoined = false
      wasReturn = false
      return .glyph(value, width: 1)
    }
    let afterReturn = wasReturn
    wasReturn = value == 0x0D
    switch value {
    case 0x09, 0x0A, 0x0D:
      base = 0
      if value == 0x0A, afterReturn { return .nothing }
      return .spaces(value == 0x09 ? SafeText.tabColumns : 1)
    case 0x1F1E6...0x1F1FF:
      // Terminals disagree on the width of flags; a flag's two letters are certain.
      return start(value - 0x1F1E6 + 0x41, width: 1)
    default: break
    }
    switch ScalarKind(value) {
    case .replaced(let picture):
      base = 0
      isJoined = false
      return .glyph(picture, width: 1)
    case .ignored: return .nothing
    case .joiner:
      isJoined = ScalarKind.isEmoji(base)
      return .nothing
    case .skinTone: return base == 0 ? start(value, width: 2) : .nothing
    case .mark:
      if base != 0 { return .mark(value) }
      base = 0x25CC
      return .loneMark(value)
    case .spacing(let width):
      if isJoined, ScalarKind.isEmoji(value) {
        // The tail of an emoji sequence has no cell of its own.
        isJoined = false
        return .nothing
      }
      return width == 0 ? start(0xFFFD, width: 1) : start(value, width: width)
    }
  }

  private mutating func start(_ value: UInt32, width: UInt8) -> ScanStep {
    base = value
    isJoined = false
    return .glyph(value, width: width)
  }
}

/// UTF-8 of a Swift string, which is always valid.
enum UTF8Bytes {
  /// The scalar at `position` and the position after it.
  static func scalar(in bytes: UnsafeBufferPointer<UInt8>, at position: Int) -> (value: UInt32, next: Int) {
    let first = bytes[position]
    if first < 0x80 { return (UInt32(first), position + 1) }
    let length = first < 0xE0 ? 2 : first < 0xF0 ? 3 : 4
    let end = min(position + length, bytes.count)
    var value = UInt32(first) & (length == 2 ? 0x1F : length == 3 ? 0x0F : 0x07)
    for index in position + 1..<end { value = value << 6 | UInt32(bytes[index] & 0x3F) }
    return (value, end)
  }

  /// Runs `body` on the bytes of a text, which are copied only where they are not in one piece (never for native strings).
  static func with<Result>(_ text: some StringProtocol, _ body: (UnsafeBufferPointer<UInt8>) -> Result) -> Result {
    if let result = text.utf8.withContiguousStorageIfAvailable(body) { return result }
    return Array(text.utf8).withUnsafeBufferPointer(body)
  }
}
