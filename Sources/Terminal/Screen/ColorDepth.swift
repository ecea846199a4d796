// How many colours this terminal gets, and under which description ncurses drives it.

/// The kinds of colour a theme is written for.
public enum ColorDepth: String, Sendable, Equatable {
  case mono
  /// 8 colours; bright ones are bold.
  case ansi8
  case ansi16
  case indexed256
  case trueColor
}

/// What the environment says about the terminal.
struct TerminalEnvironment {
  var term: String
  var colorTerm: String
  var noColor: String
  var isInsideTmux: Bool

  /// Terminals that understand xterm's sequences, by the start of their name.
  private static let xtermLike = [
    "xterm", "tmux", "alacritty", "kitty", "foot", "wezterm", "ghostty", "rxvt", "konsole", "gnome", "vte", "iterm",
    "st-", "contour", "mintty", "putty", "rio",
  ]

  var isXtermLike: Bool {
    Self.xtermLike.contains { term.hasPrefix($0) } || isInsideTmux && term.hasPrefix("screen")
  }

  private var saysTrueColor: Bool { colorTerm == "truecolor" || colorTerm == "24bit" }

  /// - Parameter colors: what terminfo says; negative where it says nothing.
  func depth(colors: Int) -> ColorDepth {
    if !noColor.isEmpty { return .mono }
    if isXtermLike && (saysTrueColor || colors > 256 && term.hasSuffix("-direct")) { return .trueColor }
    return switch colors {
    case 256...: .indexed256
    case 16...: .ansi16
    case 8...: .ansi8
    default: .mono
    }
  }
}
