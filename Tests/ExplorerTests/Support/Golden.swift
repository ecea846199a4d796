// Compares a surface with a file under Golden/. To record new ones, or changed ones after looking at the difference:
//     RECORD_GOLDEN=1 swift test --filter GoldenTests

import Foundation
import Terminal
import Testing

enum Golden {
  private static let folder = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .appending(path: "Golden")

  static func expect(_ text: String, named name: String, sourceLocation: SourceLocation = #_sourceLocation) throws {
    let file = folder.appending(path: "\(name).txt")
    if ProcessInfo.processInfo.environment["RECORD_GOLDEN"] == "1" {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
      try Data((text + "\n").utf8).write(to: file)
      return
    }
    let recorded = try String(contentsOf: file, encoding: .utf8)
    let expected = recorded.split(separator: "\n", omittingEmptySubsequences: false).dropLast()
    let found = text.split(separator: "\n", omittingEmptySubsequences: false)
    for (row, pair) in zip(expected, found).enumerated() where pair.0 != pair.1 {
      Issue.record("\(name), line \(row + 1):\n- \(pair.0)\n+ \(pair.1)", sourceLocation: sourceLocation)
      return
    }
    #expect(expected.count == found.count, "\(name) has another number of lines", sourceLocation: sourceLocation)
  }
}
