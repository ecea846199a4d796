// One author across sessions and channels.

import ConversationMemory
import Foundation
import Testing
import TextEmbedding

struct PeopleContract: StoreRules {
  let stores: any StoreMaker

  static let rules = [
    rule("anAuthorsMessagesComeInTimeOrderAndPageByPage") {
      try await $0.anAuthorsMessagesComeInTimeOrderAndPageByPage()
    },
    rule("aPersonIsCountedAcrossSessionsAndChannels") { try await $0.aPersonIsCountedAcrossSessionsAndChannels() },
    rule("whoSaidHowMuchIsCountedAsReadingTheWholeSessionWould") {
      try await $0.whoSaidHowMuchIsCountedAsReadingTheWholeSessionWould()
    },
    rule("aNameThatNoMessageHasIsAnErrorThatSaysSo") { try await $0.aNameThatNoMessageHasIsAnErrorThatSaysSo() },
  ]

  private func made() async throws -> (store: any StoreUnderTest, tenant: any TenantStore) {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("acme")
    try await tenant.add(
      (0..<10).map {
        try MessageDraft(
          "\($0)", session: "s\($0 % 4)", channel: $0 % 2 == 0 ? "web" : "email", author: $0 < 7 ? "Dana" : "dana",
          minute: $0)
      })
    return (temporary, tenant)
  }

  func anAuthorsMessagesComeInTimeOrderAndPageByPage() async throws {
    let tenant = try await made().tenant
    let last = try await tenant.authorHistory("Dana", limit: 3, before: nil)
    #expect(last.items.map(\.content) == ["4", "5", "6"])
    let earlier = try await tenant.authorHistory("Dana", limit: 3, before: last.next)
    #expect(earlier.items.map(\.content) == ["1", "2", "3"])
    let first = try await tenant.authorHistory("Dana", limit: 3, before: earlier.next)
    #expect(first.items.map(\.content) == ["0"])
    #expect(first.next == nil)
    let start = Cursor.message(timestamp: Timestamp(milliseconds: -1), sequence: 0, row: 0)
    let forward = try await tenant.authorHistory("Dana", limit: 4, after: start)
    #expect(forward.items.map(\.content) == ["0", "1", "2", "3"])
    let rest = try await tenant.authorHistory("Dana", limit: 4, after: try #require(forward.next))
    #expect(rest.items.map(\.content) == ["4", "5", "6"])
    #expect(rest.next == nil)
    #expect(try await tenant.authorHistory("dana", limit: 9, before: nil).items.map(\.content) == ["7", "8", "9"])
  }

  func aPersonIsCountedAcrossSessionsAndChannels() async throws {
    let tenant = try await made().tenant
    let person = try await tenant.person("Dana")
    #expect(person.messages == 7)
    #expect(person.sessions == 4)
    #expect(person.channels.map(\.rawValue) == ["email", "web"])
    #expect(person.last.milliseconds - person.first.milliseconds == 6 * 60_000)
    #expect(try await tenant.person("dana").messages == 3)
  }

  func whoSaidHowMuchIsCountedAsReadingTheWholeSessionWould() async throws {
    let tenant = try await made().tenant
    let id = SessionID(unchecked: "parts")
    let channels = [Channel(unchecked: "email"), Channel(unchecked: "web")]
    var drafts: [MessageDraft] = []
    for index in 0..<1203 {
      let channel = channels[index % 5 == 0 ? 0 : 1]
      let role: Role = index % 3 == 0 ? .assistant : .user
      let author: String? = index % 7 == 0 ? nil : "Person \(index % 3)"
      let time = Timestamp(milliseconds: Int64(index) * 1000)
      drafts.append(
        MessageDraft(
          session: id, channel: channel, role: role, author: author, content: "\(index)", timestamp: time))
    }
    try await tenant.add(drafts)
    let counted = try await tenant.participation(in: id)
    #expect(counted.reduce(0) { $0 + $1.messages } == drafts.count)
    #expect(
      counted.first == Participation(author: nil, role: .assistant, channel: Channel(unchecked: "email"), messages: 12))
    var expected: [Participation: Int] = [:]
    for draft in drafts {
      let key = Participation(author: draft.author, role: draft.role, channel: draft.channel, messages: 0)
      expected[key, default: 0] += 1
    }
    for part in counted {
      var key = part
      key.messages = 0
      #expect(expected.removeValue(forKey: key) == part.messages)
    }
    #expect(expected.isEmpty)
    let missing = await #expect(throws: MemoryError.self) {
      try await tenant.participation(in: SessionID(unchecked: "nowhere"))
    }
    #expect(missing?.code == .unknownSession)
  }

  func aNameThatNoMessageHasIsAnErrorThatSaysSo() async throws {
    let tenant = try await made().tenant
    let history = await #expect(throws: MemoryError.self) {
      try await tenant.authorHistory("DANA", limit: 3, before: nil)
    }
    #expect(history?.code == .unknownAuthor)
    let person = await #expect(throws: MemoryError.self) { try await tenant.person("DANA") }
    #expect(person?.code == .unknownAuthor)
  }
}
