// Metadata as stores write it down.

import Foundation

/// Metadata as JSON text with sorted names, so that equal metadata is equal text.
package enum MetadataText {
  package static func encode(_ metadata: [String: String]) -> String? {
    guard !metadata.isEmpty else { return nil }
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    return (try? encoder.encode(metadata)).map { String(decoding: $0, as: UTF8.self) }
  }

  /// What ``encode(_:)`` writes where nothing in it needs escaping: a search reads a hundred of these. Nil for all else.
  private static func plain(_ text: String) -> [String: String]? {
    let bytes = text.utf8
    guard !bytes.contains(UInt8(ascii: "\\")), text.hasPrefix("{\""), text.hasSuffix("\"}") else { return nil }
    // Without escapes every quote is one of JSON's own: {"name":"value","name":"value"}
    let parts = bytes.dropFirst(2).dropLast(2).split(separator: UInt8(ascii: "\""), omittingEmptySubsequences: false)
    guard parts.count % 4 == 3 else { return nil }
    var metadata: [String: String] = [:]
    for name in stride(from: 0, to: parts.count, by: 4) {
      guard parts[name + 1].elementsEqual(":".utf8),
        name + 3 == parts.count || parts[name + 3].elementsEqual(",".utf8),
        let key = String(parts[name]), let value = String(parts[name + 2])
      else { return nil }
      metadata[key] = value
    }
    return metadata
  }

  package static func decode(_ text: String?) throws -> [String: String] {
    guard let text else { return [:] }
    if let plain = plain(text) { return plain }
    guard let metadata = try? JSONDecoder().decode([String: String].self, from: Data(text.utf8)) else {
      throw MemoryError(.damaged, "stored metadata is not JSON", remedy: "run `recollect verify`")
    }
    return metadata
  }
}
