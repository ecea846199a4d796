// Which bytes are which keys, apart from control sequences.

enum KeyTable {
  /// C0 and DEL; nil for other bytes.
  static func control(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x0D, 0x0A: Key(.enter)
    case 0x09: Key(.tab)
    case 0x7F, 0x08: Key(.backspace)
    case 0x00: Key(.character(" "), .control)
    case 0x1C...0x1F: .control(Character(Unicode.Scalar(byte + 0x40)))
    case 0x01...0x1A: .control(Character(Unicode.Scalar(byte + 0x60)))
    default: nil
    }
  }

  /// ESC O …: keypad and, on many terminals, arrows and F1 to F4.
  static func singleShift(_ byte: UInt8) -> Key? {
    switch byte {
    case 0x41: Key(.up)
    case 0x42: Key(.down)
    case 0x43: Key(.right)
    case 0x44: Key(.left)
    case 0x46: Key(.end)
    case 0x48: Key(.home)
    case 0x4D: Key(.enter)
    case 0x50...0x53: Key(.function(Int(byte) - 0x4F))
    // Keypad in application mode: * + , - . / and digits.
    case 0x6A...0x6F, 0x70...0x79: .character(Character(Unicode.Scalar(byte - 0x40)))
    default: nil
    }
  }

  /// The UTF-8 character at the start of `bytes`; nil where more bytes are needed. What is not UTF-8 is U+FFFD.
  static func character(_ bytes: ArraySlice<UInt8>, isFinal: Bool) -> (Character, count: Int)? {
    guard let first = bytes.first else { return nil }
    let length =
      switch first {
      case 0x00...0x7F: 1
      case 0xC2...0xDF: 2
      case 0xE0...0xEF: 3
      case 0xF0...0xF4: 4
      default: 0
      }
    if length == 0 { return ("\u{FFFD}", 1) }
    let continuation = bytes.dropFirst().prefix(length - 1).prefix { $0 & 0xC0 == 0x80 }
    let have = 1 + continuation.count
    if have < length {
      // Broken off by another byte, or for good.
      return bytes.count > have || isFinal ? ("\u{FFFD}", have) : nil
    }
    // C1 controls have no key, and a sequence that decodes to nothing sensible becomes U+FFFD.
    let text = String(decoding: bytes.prefix(length), as: UTF8.self)
    guard let character = text.first, let scalar = character.unicodeScalars.first, scalar.value > 0x9F || length == 1
    else { return ("\u{FFFD}", length) }
    return (character, length)
  }
}
