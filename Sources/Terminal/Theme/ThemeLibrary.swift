// Where themes come from: those compiled in, and the user's own folder.

internal import Foundation

/// The themes a person can choose from. A user's theme hides a built-in one of the same name.
public struct ThemeLibrary: Sendable {
  /// A folder of `*.toml` files; it need not exist.
  public let userFolder: String?

  public init(userFolder: String? = nil) { self.userFolder = userFolder }

  /// The names of all themes, in alphabetical order.
  public var identifiers: [String] {
    Set(BuiltInThemes.sources.map(\.identifier)).union(userFiles).sorted()
  }

  /// The theme chosen where none is named.
  public static let defaultIdentifier = "midnight"
  public static let defaultLightIdentifier = "daylight"

  public func theme(_ identifier: String) throws(ThemeError) -> Theme {
    if let userFolder, userFiles.contains(identifier) {
      let path = "\(userFolder)/\(identifier).toml"
      guard let data = FileManager.default.contents(atPath: path) else {
        throw ThemeError(
          code: .unreadable, file: path, line: 0, column: 0, message: "the file cannot be read",
          remedy: "check its permissions")
      }
      var file = ThemeFile(identifier: identifier, file: path, source: String(decoding: data, as: UTF8.self))
      return try file.theme()
    }
    guard let builtIn = BuiltInThemes.sources.first(where: { $0.identifier == identifier }) else {
      let places = userFolder.map { "built in or in \($0)" } ?? "built in"
      throw ThemeError(
        code: .unknownTheme, file: identifier, line: 0, column: 0, message: "there is no theme of this name \(places)",
        remedy: "use one of \(identifiers.joined(separator: ", "))")
    }
    var file = ThemeFile(
      identifier: identifier, file: "built-in theme \(identifier)",
      source: String(decoding: builtIn.bytes, as: UTF8.self))
    return try file.theme()
  }

  /// Identifiers of the user's own.
  var userFiles: [String] {
    guard let userFolder, let names = try? FileManager.default.contentsOfDirectory(atPath: userFolder) else {
      return []
    }
    return names.filter { $0.hasSuffix(".toml") && !$0.hasPrefix(".") }.map { String($0.dropLast(5)) }
  }
}

/// `Themes/*.toml`, compiled in by the package manager so that a copied binary has them.
enum BuiltInThemes {
  static var sources: [(identifier: String, bytes: [UInt8])] {
    [
      ("catppuccin-latte", PackageResources.catppuccin_latte_toml),
      ("catppuccin-mocha", PackageResources.catppuccin_mocha_toml),
      ("daylight", PackageResources.daylight_toml),
      ("dracula", PackageResources.dracula_toml),
      ("gruvbox-dark", PackageResources.gruvbox_dark_toml),
      ("gruvbox-light", PackageResources.gruvbox_light_toml),
      ("high-contrast-dark", PackageResources.high_contrast_dark_toml),
      ("high-contrast-light", PackageResources.high_contrast_light_toml),
      ("midnight", PackageResources.midnight_toml),
      ("nord", PackageResources.nord_toml),
      ("okabe-ito-dark", PackageResources.okabe_ito_dark_toml),
      ("okabe-ito-light", PackageResources.okabe_ito_light_toml),
      ("one-dark", PackageResources.one_dark_toml),
      ("solarized-dark", PackageResources.solarized_dark_toml),
      ("solarized-light", PackageResources.solarized_light_toml),
      ("tokyo-night", PackageResources.tokyo_night_toml),
    ]
  }
}
