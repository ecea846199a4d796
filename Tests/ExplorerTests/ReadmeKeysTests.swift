// README's table of keys is made from the command table. To write it anew: RECORD_GOLDEN=1 swift test --filter ReadmeKeysTests

import Foundation
import Testing

@testable import Explorer

@Suite("README")
struct ReadmeKeysTests {
  private static let file = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent().appending(path: "README.md")
  private static let start = "<!-- keys: made from the command table -->\n"
  private static let end = "<!-- end of keys -->\n"

  /// Every command, group by group.
  private static var table: String {
    var lines = ["| keys | `:` command | does |", "|---|---|---|"]
    for group in ExplorerCommand.Group.allCases {
      lines.append("| | | **\(group.rawValue)** |")
      for command in CommandTable.all where command.group == group {
        let keys = command.keys.map { key in
          let label = Keymap.label(key)
          // A bar would end the table's cell.
          return label.contains("|") ? "<code>&#124;</code>" : label.contains("`") ? "`` \(label) ``" : "`\(label)`"
        }
        let argument = command.argument.map { " \($0)" } ?? ""
        let description = command.description.replacing("|", with: "&#124;")
        lines.append("| \(keys.joined(separator: " ")) | `\(command.name)\(argument)` | \(description) |")
      }
    }
    return lines.joined(separator: "\n") + "\n"
  }

  @Test func theTableOfKeysIsTheCommandTable() throws {
    let text = try String(contentsOf: Self.file, encoding: .utf8)
    let start = try #require(text.firstRange(of: Self.start)).upperBound
    let end = try #require(text[start...].firstRange(of: Self.end)).lowerBound
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      let written = text[..<start] + Self.table + text[end...]
      try Data(written.utf8).write(to: Self.file)
      return
    }
    #expect(text[start..<end] == Self.table, "write it anew with RECORD_GOLDEN=1")
  }
}
