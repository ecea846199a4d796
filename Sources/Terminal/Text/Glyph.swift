// What fills one cell: a spacing scalar with its combining marks, and how many columns it takes.

/// Neutralised text for one cell. Only `SafeText` makes glyphs from text.
public struct Glyph: Sendable, Equatable {
  /// Unused places are zero.
  let scalars: (UInt32, UInt32, UInt32, UInt32, UInt32)
  /// Columns, 1 or 2; 0 only inside the module, for the right half of a wide cell.
  public let width: UInt8

  static let space = Glyph(0x20, width: 1)

  init(_ scalar: UInt32, width: UInt8) {
    scalars = (scalar, 0, 0, 0, 0)
    self.width = width
  }

  init(scalars: (UInt32, UInt32, UInt32, UInt32, UInt32), width: UInt8) {
    self.scalars = scalars
    self.width = width
  }

  /// With a combining mark added; unchanged where all five places are taken.
  func adding(mark: UInt32) -> Glyph {
    var all = scalars
    if all.1 == 0 {
      all.1 = mark
    } else if all.2 == 0 {
      all.2 = mark
    } else if all.3 == 0 {
      all.3 = mark
    } else if all.4 == 0 {
      all.4 = mark
    }
    return Glyph(scalars: all, width: width)
  }

  public static func == (left: Glyph, right: Glyph) -> Bool {
    left.scalars == right.scalars && left.width == right.width
  }
}
