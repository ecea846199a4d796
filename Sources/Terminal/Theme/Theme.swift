// A theme in memory: a look for every role, for each kind of terminal.

/// What one role looks like.
public struct Look: Hashable, Sendable {
  /// nil is the terminal's own colour.
  public var foreground: Color?
  public var background: Color?
  public var attributes: Attributes = []
  /// On terminals of 8 or 16 colours.
  public var ansiForeground: ANSIColor = .default
  public var ansiBackground: ANSIColor = .default
  /// With 8 or 16 colours: those of `mono` too where the role has no ANSI colour to tell it apart.
  public var ansiAttributes: Attributes = []
  /// Where there is no colour at all.
  public var mono: Attributes = []

  public init() {}
}

/// A look for every role.
public struct Theme: Sendable, Equatable {
  public enum Kind: String, Sendable, CaseIterable {
    case dark, light
    case highContrast = "high-contrast"
  }

  /// What it is called in settings: the file's name without `.toml`.
  public let identifier: String
  /// For people.
  public let name: String
  public let kind: Kind
  /// By `Role.rawValue`.
  private let looks: [Look]

  /// Roles that `defined` lacks take their parent's look; `text` has to be there.
  init?(identifier: String, name: String, kind: Kind, defined: [Role: Look]) {
    guard let text = defined[.text] else { return nil }
    self.identifier = identifier
    self.name = name
    self.kind = kind
    looks = Role.allCases.map { role in
      var current: Role? = role
      while let candidate = current {
        if let look = defined[candidate] { return look }
        current = candidate.parent
      }
      return text
    }
  }

  /// Whether its text is dark on a light ground.
  public var isLight: Bool { (self[.text].background?.luminance ?? 0) > 0.4 }

  /// What text is held to where few colours make a choice necessary (WCAG 2.2: level AA, for high contrast AAA).
  public var contrast: Double { kind == .highContrast ? 7 : 4.5 }

  public subscript(role: Role) -> Look { looks[Int(role.rawValue)] }

  /// The look of a style: the role's, on the background of its ground, with the attributes of both.
  public func look(for style: Style) -> Look {
    var look = self[style.role]
    if let ground = style.ground {
      let base = self[ground]
      look.background = base.background ?? look.background
      look.ansiBackground = base.ansiBackground
      look.mono.formUnion(base.mono)
      look.ansiAttributes.formUnion(base.ansiAttributes)
      if base.ansiBackground != .default, look.ansiForeground != base.ansiForeground {
        // Eight colours on one of the eight are hardly readable: a coloured ground brings its own foreground, and the
        // role is told by its attributes.
        look.ansiForeground = base.ansiForeground
        look.ansiAttributes.formUnion(self[style.role].mono.intersection([.bold, .italic, .underline]))
      } else if look.ansiForeground == .default {
        look.ansiForeground = base.ansiForeground
      }
    }
    if look.background == nil { look.background = self[.text].background }
    look.attributes.formUnion(style.attributes)
    look.ansiAttributes.formUnion(style.attributes)
    look.mono.formUnion(style.attributes)
    return look
  }

  /// The terminal's own colours, selection reversed: for tests and for where no theme can be had.
  public static let plain = Theme()

  private init() {
    identifier = "plain"
    name = "Plain"
    kind = .dark
    var selection = Look()
    selection.attributes = .reverse
    selection.mono = .reverse
    selection.ansiAttributes = .reverse
    looks = Role.allCases.map { $0 == .selection || $0 == .selectionInactive ? selection : Look() }
  }
}
