// The project's own conversations and cases under Data/: where they are, and how they get into a store. Every store's tests
// use them.

import ConversationExchange
package import ConversationMemory
import Foundation

package enum EvaluationData {
  /// A fixture's path. `conversations` and `questions` are for search, `recall-…` for recall across sessions.
  package static func path(_ name: String) -> String {
    URL(filePath: #filePath).deletingLastPathComponent().appending(path: "Data/\(name).jsonl").path
  }

  /// A fixture's messages, each as the import format reads it.
  package static func messages(_ name: String) throws -> [MessageDraft] {
    var importer = try JSONLinesImporter(path: path(name))
    var drafts: [MessageDraft] = []
    while let line = try importer.next() { drafts.append(try line.get().draft) }
    return drafts
  }

  /// A fixture's lines as values of a type.
  package static func lines<Value: Decodable>(_ name: String, of type: Value.Type) throws -> [Value] {
    let decoder = JSONDecoder()
    return try String(contentsOfFile: path(name), encoding: .utf8).split(separator: "\n").map {
      try decoder.decode(Value.self, from: Data($0.utf8))
    }
  }
}
