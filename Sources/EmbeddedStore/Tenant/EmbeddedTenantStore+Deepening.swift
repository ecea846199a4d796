// Searching deeper where conditions on the text leave too few of the best candidates.

import ConversationMemory
import Foundation
import GRDB

extension EmbeddedTenantStore {
  /// How deep a search looks under conditions on the text, before it looks at every message once.
  private static let depths = [200, 1000]

  /// Runs a search until it has `topK` hits or there are no more. No index knows which messages meet a condition on the
  /// text, so candidates are held against it one by one: first the best few hundred, then a thousand. Where these are not
  /// enough, every message inside the filter is read once, and the search runs again among those that pass: that is
  /// exact, and cheaper than ranking all messages to look at the last ones too.
  ///
  /// - Parameters:
  ///   - depth: how many candidates a search without such conditions looks at.
  ///   - attempt: the search itself, under a filter and at a depth.
  func deepening(
    _ filter: ResolvedFilter, topK: Int, depth: Int,
    attempt: (ResolvedFilter, Int) async throws -> SearchPipeline.Outcome
  ) async throws -> SearchPipeline.Outcome {
    guard !filter.text.isEmpty else { return try await attempt(filter, depth) }
    for step in Self.depths {
      let found = try await attempt(filter, max(step, depth))
      if found.hits.count >= topK || found.isExhausted { return found }
      try Task.checkCancellation()
    }
    let narrowed = try await read { try filter.narrowed($0) }
    guard narrowed.rows?.isEmpty == false else { return SearchPipeline.Outcome() }
    return try await attempt(narrowed, depth)
  }
}

extension ResolvedFilter {
  /// The same filter with the messages that meet it: read one by one, in the order they lie in.
  fileprivate func narrowed(_ database: Database) throws -> ResolvedFilter {
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
