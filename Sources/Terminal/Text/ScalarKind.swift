// What a single Unicode scalar means for a terminal: the table behind `SafeText`.

import CNCurses

enum ScalarKind {
  /// Never sent: stands for a control, shown as this scalar in one column.
  case replaced(UInt32)
  /// Takes no cell and changes nothing that a terminal can show.
  case ignored
  /// Joins emoji into one.
  case joiner
  /// An emoji modifier: dropped after its base, shown when alone.
  case skinTone
  /// Drawn over the scalar before it.
  case mark
  case spacing(width: UInt8)

  init(_ value: UInt32) {
    if let picture = Self.picture(of: value) {
      self = .replaced(picture)
      return
    }
    switch value {
    // Soft hyphen and Hangul fillers: a width in the table, nothing to see on most terminals.
    case 0xAD, 0x115F, 0x3164, 0xFFA0: self = .ignored
    case 0x200D: self = .joiner
    case 0x1F3FB...0x1F3FF: self = .skinTone
    default:
      switch Self.columns(value) {
      case 0: self = Self.isIgnorable(value) ? .ignored : .mark
      case 1: self = .spacing(width: 1)
      case 2: self = .spacing(width: 2)
      default: self = .spacing(width: 0)
      }
    }
  }

  /// The stand-in for a scalar that could steer a terminal or reorder a line; nil where the scalar is harmless.
  static func picture(of value: UInt32) -> UInt32? {
    switch value {
    case 0x20...0x7E: nil
    case 0x00...0x1F: 0x2400 + value
    case 0x7F: 0x2421
    case 0x80...0x9F: 0xFFFD
    case 0x061C, 0x200E, 0x200F, 0x202A...0x202E, 0x2066...0x2069: 0x00A4
    case 0x2028, 0x2029, 0xFEFF, 0xFFF9...0xFFFB, 0xE0000...0xE007F: 0xFFFD
    default: nil
    }
  }

  /// Whether a joiner after this scalar, or before it, makes an emoji sequence.
  static func isEmoji(_ value: UInt32) -> Bool {
    value > 0x2000 && Unicode.Scalar(value)?.properties.isEmoji == true
  }

  private static func isIgnorable(_ value: UInt32) -> Bool {
    Unicode.Scalar(value)?.properties.isDefaultIgnorableCodePoint ?? true
  }

  /// Negative where the scalar cannot be shown.
  private static func columns(_ value: UInt32) -> Int { Int(terminal_columns(value, WidthLocale.handle)) }
}

/// The locale whose width table is used: counting must not depend on the user's locale, nor on who set it when.
private enum WidthLocale {
  // Made once, never freed and never changed after.
  nonisolated(unsafe) static let handle: UnsafeMutableRawPointer? = terminal_width_locale()
}
