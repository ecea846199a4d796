// What is added comes back, in order, once.

import ConversationMemory
import Foundation
import Testing
import TextEmbedding

struct MessageContract: StoreRules {
  let stores: any StoreMaker

  static let rules = [
    rule("addAndRetrieveMessages") { try await $0.addAndRetrieveMessages() },
    rule("channelHistory") { try await $0.channelHistory() },
    rule("historiesPageThroughEqualTimesWithoutGapOrRepeat") {
      try await $0.historiesPageThroughEqualTimesWithoutGapOrRepeat()
    },
    rule("theSameMessageTwiceIsOne") { try await $0.theSameMessageTwiceIsOne() },
    rule("anIdTakenByOtherWordsIsAConflictAndStoresNothing") {
      try await $0.anIdTakenByOtherWordsIsAConflictAndStoresNothing()
    },
    rule("messagesBeyondTheLimitsAreRefusedByName") { try await $0.messagesBeyondTheLimitsAreRefusedByName() },
  ]

  func addAndRetrieveMessages() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("lumenworks")
    let lines = [
      "Hello!", "What does the enterprise tier cost?", "It is $41 a seat.\u{0}\nReally.", "日本語もできますか？", "👩‍👩‍👧 ok",
    ]
    for (minute, line) in lines.enumerated() {
      try await tenant.add(
        MessageDraft(line, session: "chat", role: minute % 2 == 0 ? .user : .assistant, minute: minute))
    }
    let history = try await tenant.sessionHistory(SessionID("chat"))
    #expect(history.map(\.content) == lines)
    #expect(history.map(\.sequence) == [1, 2, 3, 4, 5])
    #expect(history.map(\.role) == [.user, .assistant, .user, .assistant, .user])
    let reopened = try await temporary.reopened(semantic: SemanticSource.none).tenant(tenant.id)
    #expect(try await reopened.sessionHistory(SessionID("chat")) == history)
  }

  func channelHistory() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("lumenworks")
    try await tenant.add([
      MessageDraft("web one", session: "a", channel: "web", minute: 0),
      MessageDraft("mail one", session: "b", channel: "email", minute: 1),
      MessageDraft("web two", session: "c", channel: "web", minute: 2),
      MessageDraft("mail two", session: "b", channel: "email", minute: 3),
      MessageDraft("web three", session: "a", channel: "web", minute: 4),
    ])
    #expect(try await tenant.channelHistory(Channel("web")).map(\.content) == ["web one", "web two", "web three"])
    #expect(try await tenant.channelHistory(Channel("email")).map(\.content) == ["mail one", "mail two"])
    #expect(try await tenant.channelHistory(Channel("web"), limit: 2).map(\.content) == ["web two", "web three"])
    let channels = try await tenant.channels()
    #expect(channels.map(\.messages) == [2, 3])
    #expect(channels.map(\.sessions) == [1, 2])
    await #expect(throws: MemoryError.self) { try await tenant.channelHistory(Channel("slack")) }
  }

  func historiesPageThroughEqualTimesWithoutGapOrRepeat() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    try await tenant.add((0..<53).map { try MessageDraft("m\($0)", session: $0 % 3 == 0 ? "x" : "y", minute: $0 / 20) })
    func walk(_ page: (Cursor?) async throws -> Page<ConversationMessage>) async throws -> [String] {
      var seen: [[String]] = []
      var cursor: Cursor?
      repeat {
        let next = try await page(cursor)
        seen.append(next.items.map(\.content))
        cursor = try next.next.map { try Cursor(text: $0.description) }
      } while cursor != nil
      return seen.reversed().flatMap { $0 }
    }
    let channel = try Channel("web")
    let all = try await tenant.channelHistory(channel, limit: 100).map(\.content)
    #expect(all.count == 53)
    #expect(try await walk { try await tenant.channelHistory(channel, limit: 7, before: $0) } == all)
    let session = try SessionID("y")
    #expect(
      try await walk { try await tenant.sessionHistory(session, limit: 5, before: $0) }
        == tenant.sessionHistory(session, limit: 100).map(\.content))
    var forward = try await tenant.sessionHistory(session, limit: 4, before: nil)
    #expect(forward.items.count == 4)
    let first = try await tenant.sessionHistory(session, limit: 100)
    forward = try await tenant.sessionHistory(
      session, limit: 100, after: .message(timestamp: first[2].timestamp, sequence: first[2].sequence, row: .max))
    #expect(forward.items.map(\.content) == first.dropFirst(3).map(\.content))
    #expect(try await tenant.recentContext(limit: 3).map(\.content) == Array(all.suffix(3).reversed()))
    await #expect(throws: MemoryError.self) {
      try await tenant.sessionHistory(session, limit: 5, before: Cursor(listing: "sessions", key: ["1", "2"]))
    }
  }

  func theSameMessageTwiceIsOne() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    let batch = [
      try MessageDraft("Yes.", session: "s", minute: 1), try MessageDraft("Yes.", session: "s", minute: 1),
      try MessageDraft("named", session: "s", minute: 2, id: "id-1"),
    ]
    let first = try await tenant.add(batch, policy: .refuseBatch)
    #expect(first.added == 3)
    #expect(Set(first.ids).count == 3)
    let second = try await tenant.add(batch, policy: .refuseBatch)
    #expect(second.added == 0)
    #expect(second.duplicates == 3)
    #expect(second.ids == first.ids)
    #expect(try await tenant.counts().messages == 3)
  }

  func anIdTakenByOtherWordsIsAConflictAndStoresNothing() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    try await tenant.add(MessageDraft("first", session: "s", id: "x"))
    let error = await #expect(throws: MemoryError.self) {
      try await tenant.add([
        MessageDraft("fine", session: "s", minute: 5), MessageDraft("second", session: "s", id: "x"),
      ])
    }
    #expect(error?.code == .conflict)
    #expect(try await tenant.counts().messages == 1)
    let partly = try await tenant.add(
      [MessageDraft("fine", session: "s", minute: 5), MessageDraft("second", session: "s", id: "x")],
      policy: .skipMessage)
    #expect(partly.added == 1)
    #expect(partly.rejections.map(\.index) == [1])
  }

  func messagesBeyondTheLimitsAreRefusedByName() async throws {
    let temporary = try await stores.make(semantic: SemanticSource.none)
    let tenant = try await temporary.tenant("t")
    let largest = String(repeating: "a", count: MessageLimits.contentBytes)
    try await tenant.add(MessageDraft(largest, session: "s"))
    #expect(try await tenant.sessionHistory(SessionID("s")).first?.content.utf8.count == MessageLimits.contentBytes)
    for (draft, word) in [
      (try MessageDraft(largest + "a", session: "s"), "bytes"),
      (try MessageDraft(" \n\t ", session: "s"), "empty"),
      (try MessageDraft("x", session: "s", minute: 999_999_999), "1970"),
      (try MessageDraft("x", session: "s", metadata: ["k": largest]), "metadata"),
    ] {
      let error = await #expect(throws: MemoryError.self) { try await tenant.add(draft) }
      #expect(error?.description.contains(word) == true)
    }
    #expect(throws: MemoryError.self) { try SessionID("") }
    #expect(throws: MemoryError.self) { try SessionID(String(repeating: "é", count: 257)) }
    #expect(try await tenant.counts().messages == 1)
  }
}
