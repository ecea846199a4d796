// What a list of themes says of each, and when the user's files were changed.

internal import Foundation

/// A theme as a list shows it.
public struct ThemeSummary: Sendable, Equatable {
  /// The three kinds people look for.
  public enum Group: Int, Sendable, CaseIterable {
    case dark, light, highContrast
  }

  public var identifier: String
  /// For people.
  public var name: String
  public var group: Group
  /// A dark ground, in high contrast too.
  public var isLight: Bool
  /// Why it cannot be used: file, line, message.
  public var problem: String?

  public init(
    identifier: String, name: String, group: Group = .dark, isLight: Bool = false, problem: String? = nil
  ) {
    self.identifier = identifier
    self.name = name
    self.group = group
    self.isLight = isLight
    self.problem = problem
  }

  /// `dark`, `light`, `high contrast, dark`.
  public var caption: String {
    switch group {
    case .dark: "dark"
    case .light: "light"
    case .highContrast: isLight ? "high contrast, light" : "high contrast, dark"
    }
  }
}

/// When the user's theme files were last changed: files that are equal here are the same.
public struct ThemeStamps: Sendable, Equatable {
  struct Stamp: Sendable, Equatable {
    var inode: UInt64
    var bytes: Int64
    var seconds: Int
    var nanoseconds: Int
  }

  /// By identifier.
  var files: [String: Stamp] = [:]

  public init() {}

  /// The themes that came, went or changed since.
  public func changes(since other: ThemeStamps) -> Set<String> {
    Set(files.keys).union(other.files.keys).filter { files[$0] != other.files[$0] }
  }
}

extension ThemeLibrary {
  /// Every theme, dark ones first, then light ones, then high contrast; in alphabetical order within. Reads all files.
  public func summaries() -> [ThemeSummary] {
    let all = identifiers.map { identifier in
      do throws(ThemeError) {
        let theme = try theme(identifier)
        let group: ThemeSummary.Group =
          switch theme.kind {
          case .dark: .dark
          case .light: .light
          case .highContrast: .highContrast
          }
        return ThemeSummary(identifier: identifier, name: theme.name, group: group, isLight: theme.isLight)
      } catch {
        return ThemeSummary(identifier: identifier, name: identifier, problem: "\(error)")
      }
    }
    return ThemeSummary.Group.allCases.flatMap { group in all.filter { $0.group == group } }
  }

  /// Looks at the user's folder without reading a file.
  public func stamps() -> ThemeStamps {
    var result = ThemeStamps()
    guard let userFolder else { return result }
    for identifier in userFiles {
      var status = stat()
      guard stat("\(userFolder)/\(identifier).toml", &status) == 0 else { continue }
      result.files[identifier] = ThemeStamps.Stamp(
        inode: UInt64(status.st_ino), bytes: Int64(status.st_size), seconds: status.st_mtim.tv_sec,
        nanoseconds: status.st_mtim.tv_nsec)
    }
    return result
  }
}
