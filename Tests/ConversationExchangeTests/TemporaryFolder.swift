// Folders for tests, gone when the test is.

import Foundation

@testable import ConversationExchange

/// A folder that is removed with the last reference to it.
final class TemporaryFolder {
  let url: URL

  init() throws {
    url = FileManager.default.temporaryDirectory.appending(path: "exchange-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: url, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: url) }

  func path(_ name: String) -> String { url.appending(path: name).path }

  func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
    try Data(bytes).write(to: url.appending(path: name))
    return path(name)
  }

  func write(_ text: String, to name: String) throws -> String { try write(text.utf8, to: name) }

  func names() throws -> [String] { try FileManager.default.contentsOfDirectory(atPath: url.path).sorted() }

  func text(of name: String) throws -> String {
    String(decoding: try Data(contentsOf: url.appending(path: name)), as: UTF8.self)
  }

  /// Everything an importer makes of a file with this content.
  func read(
    _ content: some Sequence<UInt8>, name: String = "input.jsonl", format: ImportFormat? = nil
  ) throws -> [Result<ImportedLine, ImportRejection>] {
    var importer = try ImportFormat.open(path: try write(content, to: name), format: format)
    var results: [Result<ImportedLine, ImportRejection>] = []
    while let result = try importer.next() { results.append(result) }
    return results
  }

  func read(
    _ content: String, name: String = "input.jsonl", format: ImportFormat? = nil
  ) throws -> [Result<ImportedLine, ImportRejection>] {
    try read(content.utf8, name: name, format: format)
  }
}

extension Result<ImportedLine, ImportRejection> {
  var line: ImportedLine? { try? get() }
  var reason: String? {
    if case .failure(let rejection) = self { rejection.reason } else { nil }
  }
}
