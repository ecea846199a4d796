// What xterm sends for a key: the other direction of the decoder, written down on its own.

import Terminal

enum KeyEncoding {
  static func bytes(for key: Key) -> String? {
    let modifier =
      1 + (key.modifiers.contains(.shift) ? 1 : 0) + (key.modifiers.contains(.alt) ? 2 : 0)
      + (key.modifiers.contains(.control) ? 4 : 0)
    let alt = key.modifiers.contains(.alt) ? "\u{1B}" : ""
    switch key.code {
    case .character(let character):
      guard key.modifiers.contains(.control) else { return alt + String(character) }
      guard let byte = character.asciiValue, let scalar = Unicode.Scalar(UInt32(byte & 0x1F)) else { return nil }
      return alt + String(Character(scalar))
    case .enter: return alt + "\r"
    case .tab: return key.modifiers.contains(.shift) ? "\u{1B}[Z" : alt + "\t"
    case .backspace: return alt + "\u{7F}"
    case .escape: return "\u{1B}"
    case .up: return letter("A", modifier)
    case .down: return letter("B", modifier)
    case .right: return letter("C", modifier)
    case .left: return letter("D", modifier)
    case .home: return letter("H", modifier)
    case .end: return letter("F", modifier)
    case .insert: return number(2, modifier)
    case .delete: return number(3, modifier)
    case .pageUp: return number(5, modifier)
    case .pageDown: return number(6, modifier)
    case .function(let index): return function(index, modifier)
    }
  }

  private static func letter(_ final: String, _ modifier: Int) -> String {
    modifier == 1 ? "\u{1B}[\(final)" : "\u{1B}[1;\(modifier)\(final)"
  }

  private static func number(_ number: Int, _ modifier: Int) -> String {
    modifier == 1 ? "\u{1B}[\(number)~" : "\u{1B}[\(number);\(modifier)~"
  }

  private static func function(_ index: Int, _ modifier: Int) -> String? {
    switch index {
    case 1...4:
      let final = ["P", "Q", "R", "S"][index - 1]
      return modifier == 1 ? "\u{1B}O\(final)" : "\u{1B}[1;\(modifier)\(final)"
    case 5: return number(15, modifier)
    case 6...10: return number(index + 11, modifier)
    case 11, 12: return number(index + 12, modifier)
    default: return nil
    }
  }
}
