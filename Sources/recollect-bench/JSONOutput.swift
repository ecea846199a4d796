// One JSON document on standard output.

import Foundation

enum JSONOutput {
  static func print(_ document: some Encodable) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    Swift.print(String(decoding: try encoder.encode(document), as: UTF8.self))
  }
}
