// How a view asks for a look: a role, the role whose ground it stands on, and attributes on top.

/// Text attributes a terminal can show.
public struct Attributes: OptionSet, Hashable, Sendable {
  public let rawValue: UInt8

  public init(rawValue: UInt8) { self.rawValue = rawValue }

  public static let bold = Attributes(rawValue: 1)
  public static let dim = Attributes(rawValue: 2)
  public static let italic = Attributes(rawValue: 4)
  public static let underline = Attributes(rawValue: 8)
  public static let reverse = Attributes(rawValue: 16)

  /// In the order of their bits: the names a theme file uses.
  static let names = ["bold", "dim", "italic", "underline", "reverse"]
}

/// A look by role. `Style(.match, on: .selection)` is the foreground of `match` on the background of `selection`: a found
/// word in the selected row.
public struct Style: Hashable, Sendable {
  public var role: Role
  /// The role whose background is used; nil takes `role`'s own.
  public var ground: Role?
  /// Added to what the theme gives the role.
  public var attributes: Attributes

  public init(_ role: Role, on ground: Role? = nil, _ attributes: Attributes = []) {
    self.role = role
    self.ground = ground
    self.attributes = attributes
  }

  public static let text = Style(.text)

  /// The same role on another ground.
  public func on(_ ground: Role?) -> Style { Style(role, on: ground, attributes) }
  /// With attributes added.
  public func adding(_ more: Attributes) -> Style { Style(role, on: ground, attributes.union(more)) }
}
