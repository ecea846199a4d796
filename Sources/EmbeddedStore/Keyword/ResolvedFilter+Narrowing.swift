// A filter narrowed to the messages that meet its conditions on the text.

import Foundation
import GRDB
import TextAnalysis

extension ResolvedFilter {
  /// The same filter with the messages that meet it: read one by one, in the order they lie in.
  func narrowed(_ database: Database) throws -> ResolvedFilter {
    var arguments = StatementArguments()
    let condition = condition(arguments: &arguments)
    let messages = try Row.fetchCursor(
      database, sql: "SELECT m.row, m.content FROM messages m" + (condition.isEmpty ? "" : " WHERE \(condition)"),
      arguments: arguments)
    var passing: Set<Int64> = []
    while let message = try messages.next() {
      let content = try message.withUnsafeData(atIndex: 1) { String(decoding: $0 ?? Data(), as: UTF8.self) }
      if text.admits(content) { passing.insert(message[0]) }
    }
    var result = self
    result.rows = passing
    return result
  }
}
