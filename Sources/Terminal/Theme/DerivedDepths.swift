// What a theme file leaves unsaid about terminals of few colours or none: worked out from the role and its colours.

import Glibc

extension Role {
  /// What tells the role apart where there is no colour.
  var monoAttributes: Attributes {
    switch self {
    case .selection, .header, .chip: .reverse
    case .chipExcluded: [.reverse, .underline]
    case .error: [.bold, .reverse]
    case .match, .otherProspect: [.bold, .underline]
    case .accent, .title, .borderFocused, .marked, .key, .user, .assistant, .author, .tenant, .histogramSelected,
      .warning, .heading, .listMarker:
      .bold
    case .selectionInactive, .link, .input, .tag, .note: .underline
    case .muted, .disabled, .placeholder, .timestamp, .quote, .barTrack, .weak, .code, .linkTarget:
      .dim
    case .recalled: .italic
    default: []
    }
  }

  /// Roles that are read by their ground: with eight colours they get one, with a foreground that can be read on it.
  fileprivate func filledANSI(isLight: Bool) -> (foreground: ANSIColor, background: ANSIColor)? {
    let ink: ANSIColor = isLight ? .white : .black
    return switch self {
    case .selection: (ink, isLight ? .blue : .cyan)
    case .chip: (ink, .blue)
    case .chipExcluded: (ink, .red)
    default: nil
    }
  }
}

extension Look {
  /// Fills in the 8 and 16 colours.
  /// - Parameter text: the role `text`, whose ground tells dark from light.
  mutating func deriveANSI(for role: Role, text: Look) {
    let isLight = (text.background?.luminance ?? 0) > 0.4
    if let (foreground, background) = role.filledANSI(isLight: isLight) {
      (ansiForeground, ansiBackground) = (foreground, background)
    } else {
      ansiForeground = foreground?.nearestANSI(isLight: isLight, text: text.foreground) ?? .default
      ansiBackground = .default
    }
    // A role without a colour of its own is told by its attributes; the header stays plain, as its words have colours.
    let hasColor = ansiForeground != .default || ansiBackground != .default || role == .header
    ansiAttributes = hasColor ? attributes : attributes.union(mono)
  }
}

extension Color {
  /// The ANSI colour of the same hue. Greys are the terminal's own foreground, or bright black where they are meant to
  /// stand back behind `text`.
  fileprivate func nearestANSI(isLight: Bool, text: Color?) -> ANSIColor {
    let lab = self.lab
    if hypot(lab.a, lab.b) < Self.leastChroma {
      let textLightness = text?.lab.lightness ?? lab.lightness
      return (isLight ? lab.lightness - textLightness : textLightness - lab.lightness) > 8 ? .brightBlack : .default
    }
    let hue = (atan2(lab.b, lab.a) * 180 / .pi + 360).truncatingRemainder(dividingBy: 360)
    // Hues in CIELAB. Yellow and cyan cannot be read on a light ground: their neighbours stand in.
    return switch hue {
    case ..<50: lab.b < 0 || hue < 10 ? .magenta : .red
    case ..<110: isLight ? .magenta : .yellow
    case ..<175: .green
    case ..<245: isLight ? .blue : .cyan
    case ..<300: .blue
    default: .magenta
    }
  }

  private static let leastChroma = 20.0
}
