// One cell of the screen as plain memory: 24 bytes without padding or references, so that rows compare as bytes.

/// A character cell: up to five Unicode scalars (what ncurses holds) and a style. Cells hold neutralised text only: every way
/// of making one goes through `SafeText`.
public struct Cell: Hashable, Sendable {
  /// A scalar and its combining marks; unused places are zero. All zero in the right half of a wide character.
  private(set) var scalar0: UInt32
  private(set) var scalar1: UInt32 = 0
  private(set) var scalar2: UInt32 = 0
  private(set) var scalar3: UInt32 = 0
  private(set) var scalar4: UInt32 = 0
  private var roleByte: UInt8
  private var groundByte: UInt8
  private var attributeByte: UInt8
  /// Columns: 1, 2, or 0 for the right half of a wide character.
  public private(set) var width: UInt8

  /// `groundByte` where a style has no ground of its own.
  private static let noGround = UInt8.max

  init(_ glyph: Glyph, style: Style) {
    (scalar0, scalar1, scalar2, scalar3, scalar4) = glyph.scalars
    width = glyph.width
    roleByte = style.role.rawValue
    groundByte = style.ground?.rawValue ?? Self.noGround
    attributeByte = style.attributes.rawValue
  }

  /// A space.
  public init(blank style: Style = .text) { self.init(.space, style: style) }

  /// Other text in the same style.
  func showing(_ glyph: Glyph) -> Cell {
    var cell = self
    (cell.scalar0, cell.scalar1, cell.scalar2, cell.scalar3, cell.scalar4) = glyph.scalars
    cell.width = glyph.width
    return cell
  }

  public var style: Style {
    get {
      Style(Role(rawValue: roleByte) ?? .text, on: Role(rawValue: groundByte), Attributes(rawValue: attributeByte))
    }
    set {
      roleByte = newValue.role.rawValue
      groundByte = newValue.ground?.rawValue ?? Self.noGround
      attributeByte = newValue.attributes.rawValue
    }
  }

  /// Role, ground and attributes in one number: equal exactly where the styles are.
  var styleKey: UInt32 { UInt32(roleByte) | UInt32(groundByte) << 8 | UInt32(attributeByte) << 16 }

  /// The text shown; empty in the right half of a wide character.
  public var text: String {
    var scalars = String.UnicodeScalarView()
    for value in [scalar0, scalar1, scalar2, scalar3, scalar4] where value != 0 {
      if let scalar = Unicode.Scalar(value) { scalars.append(scalar) }
    }
    return String(scalars)
  }
}
