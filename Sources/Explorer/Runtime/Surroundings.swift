// What the person's environment says about files and programs.

import Foundation

/// Read once, at the start.
struct Surroundings: Sendable {
  let environment: [String: String]
  let home: String

  /// - Parameter home: nil takes `$HOME`, as a shell does, else the account's.
  init(environment: [String: String] = ProcessInfo.processInfo.environment, home: String? = nil) {
    self.environment = environment
    let variable = environment["HOME"] ?? ""
    self.home = home ?? (variable.isEmpty ? NSHomeDirectory() : variable)
  }

  /// `$PAGER`, else `less`.
  var pager: String { value("PAGER") ?? "less" }

  /// `$VISUAL`, `$EDITOR`, else `vi`.
  var editor: String { value("VISUAL") ?? value("EDITOR") ?? "vi" }

  /// Where exports go: the documents folder where the person has one (XDG user-dirs), else the current folder, which is
  /// empty. As people write it: `~/Documents`.
  var exportFolder: String {
    let configuration = value("XDG_CONFIG_HOME") ?? home + "/.config"
    guard let text = try? String(contentsOfFile: configuration + "/user-dirs.dirs", encoding: .utf8),
      let line = text.split(separator: "\n").last(where: { $0.hasPrefix("XDG_DOCUMENTS_DIR=") })
    else { return "" }
    let path = line.dropFirst("XDG_DOCUMENTS_DIR=".count).filter { $0 != "\"" }
      .replacing("$HOME", with: home)
    var isFolder: ObjCBool = false
    guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder), isFolder.boolValue,
      path != home, path != home + "/"
    else { return "" }
    return homeRelative(path)
  }

  /// `~/…` for what lies in the home folder.
  func homeRelative(_ path: String) -> String {
    path.hasPrefix(home + "/") ? "~" + path.dropFirst(home.count) : path
  }

  /// The path that `~/…` stands for; any other as it is.
  func expanded(_ path: String) -> String { path.hasPrefix("~/") ? home + path.dropFirst() : path }

  private func value(_ name: String) -> String? {
    guard let value = environment[name], !value.isEmpty else { return nil }
    return value
  }
}
