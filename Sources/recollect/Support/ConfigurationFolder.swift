// Where a person's own files lie.

import Explorer
import Foundation
import Terminal

enum ConfigurationFolder {
  /// `$XDG_CONFIG_HOME/recollect`, else `~/.config/recollect`.
  static var path: String { base("XDG_CONFIG_HOME", ".config") + "/recollect" }

  /// Themes of one's own.
  static var themeFolder: String { "\(path)/themes" }

  static var file: ConfigurationFile {
    ConfigurationFile(path: "\(path)/config.toml", themes: ThemeLibrary(userFolder: themeFolder))
  }

  /// Where the explorer remembers places: `$XDG_STATE_HOME/recollect/places.json`, else under `~/.local/state`.
  static var placeFile: String { base("XDG_STATE_HOME", ".local/state") + "/recollect/places.json" }

  /// Where bookmarks, saved searches and what was read are kept: beside it.
  static var marksFile: String { base("XDG_STATE_HOME", ".local/state") + "/recollect/marks.json" }

  /// A relative path in such a variable is to be ignored (XDG Base Directory Specification 0.8).
  private static func base(_ variable: String, _ fallback: String) -> String {
    let environment = ProcessInfo.processInfo.environment
    if let folder = environment[variable], folder.hasPrefix("/") { return folder }
    return "\(environment["HOME"] ?? NSHomeDirectory())/\(fallback)"
  }
}
