// Recall across sessions on cases of its own: 20 histories on 20 matters, 120 sessions of one vendor's prospects. Where the
// session at hand has nothing to do with the history, nothing may be recalled; where it has, one named message must be.

import ConversationMemory
import EmbeddedStore
import EvaluationSet
import Foundation
import StoreContract
import Testing

@Suite struct RecallCasesTests {
  /// One line of `recall-cases`.
  private struct Case: Decodable {
    enum Kind: String, Decodable { case related, unrelated }
    /// Who speaks in the session at hand: the history's prospect, another one, or somebody unknown.
    enum Speaker: String, Decodable { case same, other, none }

    let number: Int
    let kind: Kind
    /// A session of `recall-histories`.
    let history: SessionID
    /// A session of `recall-sessions`.
    let current: SessionID
    let speaker: Speaker
    /// The message of the history that must be recalled, where the two are related.
    let expected: MessageID?

    enum CodingKeys: String, CodingKey {
      case number = "case"
      case kind, history, current, speaker, expected
    }
  }

  @Test func recallFindsWhatMattersAndNothingElse() async throws {
    let cases = try EvaluationData.lines("recall-cases", of: Case.self)
    let histories = Dictionary(grouping: try EvaluationData.messages("recall-histories"), by: \.session)
    let sessions = Dictionary(grouping: try EvaluationData.messages("recall-sessions"), by: \.session)
    #expect(cases.count { $0.kind == .unrelated } == 200)
    #expect(cases.count { $0.kind == .related && $0.expected != nil } == 100)

    var right: [String: [Double]] = [:]
    for (history, cases) in Dictionary(grouping: cases, by: \.history).sorted(by: { $0.key < $1.key }) {
      let messages = try #require(histories[history])
      let temporary = try TemporaryStore(inMemory: true)
      let tenant = try await temporary.tenant("meridian")
      try await tenant.add(messages)
      for each in cases {
        let current = try #require(sessions[each.current])
        let recalled = try await Self.recalled(for: current, by: each.speaker, of: messages, in: tenant)
        let isRight = each.expected.map { id in recalled.contains { $0.message.id == id } } ?? recalled.isEmpty
        if !isRight {
          print("  case \(each.number), expected \(each.expected?.rawValue ?? "nothing")")
          print(Self.report(recalled, current))
        }
        let half = each.number % 2 == 0 ? "even" : "odd"
        for group in ["", " " + half, " " + each.speaker.rawValue] {
          right[each.kind.rawValue + group, default: []].append(isRight ? 1 : 0)
        }
      }
    }
    for (group, values) in right.sorted(by: { $0.key < $1.key }) {
      print("\(group): \(String(format: "%.3f", Bootstrap.mean(values))) of \(values.count)")
    }
    #expect(Bootstrap.mean(right["unrelated"] ?? []) >= 0.95)
    #expect(Bootstrap.mean(right["related"] ?? []) >= 0.90)
  }

  /// The more messages there are, the likelier one of them is close by chance: all histories but the one on the session's
  /// own matter, some 220 messages, and the speaker is one of their prospects, another one or unknown.
  @Test func recallStaysEmptyInALargeUnrelatedHistory() async throws {
    let histories = Dictionary(grouping: try EvaluationData.messages("recall-histories"), by: \.session)
      .sorted { $0.key < $1.key }
    let sessions = Dictionary(grouping: try EvaluationData.messages("recall-sessions"), by: \.session)
    let temporary = try TemporaryStore(inMemory: true)
    let tenant = try await temporary.tenant("meridian")
    try await tenant.add(histories.flatMap(\.value))
    try await tenant.finishIndexing { _ in }

    var empty: [Double] = []
    for (number, history) in histories.enumerated() {
      _ = try await tenant.deleteSession(history.key)
      // h07 and c07-1 to c07-6 are on one matter.
      let own = sessions.filter { $0.key.rawValue.hasPrefix("c\(history.key.rawValue.dropFirst())-") }
      #expect(own.count == 6)
      let neighbour = histories[(number + 1) % histories.count].value
      for (speaker, current) in own.sorted(by: { $0.key < $1.key }).enumerated() {
        let recalled = try await Self.recalled(
          for: current.value, by: [.same, .other, .none][speaker % 3], of: neighbour, in: tenant)
        if !recalled.isEmpty { print(Self.report(recalled, current.value)) }
        empty.append(recalled.isEmpty ? 1 : 0)
      }
      try await tenant.add(history.value)
    }
    print("empty in a large unrelated history: \(String(format: "%.3f", Bootstrap.mean(empty))) of \(empty.count)")
    #expect(Bootstrap.mean(empty) >= 0.94)
  }

  /// What is recalled for a session that is added, asked about and deleted again.
  private static func recalled(
    for session: [MessageDraft], by speaker: Case.Speaker, of history: [MessageDraft], in tenant: any TenantStore
  ) async throws -> [ContextMessage] {
    let id = try #require(session.first?.session)
    try await tenant.add(session.map { spoken($0, by: speaker, of: history) })
    let context = try await SessionManager(tenant).context(for: id)
    #expect(context.semantic == .ready)
    _ = try await tenant.deleteSession(id)
    return context.recalled
  }

  /// The draft as said by the history's prospect, by another or by nobody known.
  private static func spoken(
    _ draft: MessageDraft, by speaker: Case.Speaker, of history: [MessageDraft]
  ) -> MessageDraft {
    let prospect: String? =
      switch speaker {
      case .same: history.lazy.compactMap { $0.metadata[MetadataKey.prospectName] }.first
      case .other: "Robin Fairweather"
      case .none: nil
      }
    var draft = draft
    if let prospect {
      draft.metadata[MetadataKey.prospectName] = prospect
      if draft.role == .user { draft.author = prospect }
    }
    return draft
  }

  private static func report(_ recalled: [ContextMessage], _ current: [MessageDraft]) -> String {
    "    said: \(current.map(\.content).joined(separator: " | "))"
      + recalled.map { "\n    \($0.message.id): \($0.message.content.prefix(90)) (\($0.reason ?? ""))" }.joined()
  }
}
