// Identifiers and derived ids.

import ConversationMemory
import Testing

@Suite struct IdentityTests {
  @Test func identifiersAreEqualByBytesOnly() throws {
    let composed = try TenantID("caf\u{E9}")
    let decomposed = try TenantID("cafe\u{301}")
    #expect("caf\u{E9}" == "cafe\u{301}")
    #expect(composed != decomposed)
    #expect(Set([composed, decomposed]).count == 2)
  }

  @Test func aMessageKeepsItsDerivedIdAndEveryFieldCounts() throws {
    func id(
      tenant: String = "t", session: String = "s", role: Role = .user, time: Int64 = 1, content: String = "x",
      occurrence: Int = 0
    ) throws -> MessageID {
      MessageIdentity.derive(
        tenant: try TenantID(tenant), session: try SessionID(session), role: role,
        timestamp: Timestamp(milliseconds: time), content: content, occurrence: occurrence)
    }
    let base = try id()
    #expect(try id() == base)
    let others = [
      try id(tenant: "u"), try id(session: "z"), try id(role: .system), try id(time: 2), try id(content: "y"),
      try id(occurrence: 1), try id(tenant: "ts", session: "s"), try id(tenant: "t", session: "ss"),
    ]
    #expect(Set(others + [base]).count == others.count + 1)
  }

  @Test func occurrencesCountOnlyEqualMessages() throws {
    var counter = OccurrenceCounter()
    let session = try SessionID("s")
    func next(_ text: String) -> Int {
      counter.next(session: session, role: .user, timestamp: Timestamp(milliseconds: 5), content: text)
    }
    #expect([next("Yes."), next("No."), next("Yes."), next("Yes.")] == [0, 0, 1, 2])
  }

  @Test func cursorsSurviveTheirTextForm() throws {
    let cursor = Cursor(listing: "sessions:title:up", key: ["Ünïcode, \"quoted\" 🦊", "17"])
    #expect(try Cursor(text: cursor.description) == cursor)
    #expect(cursor.description.utf8.allSatisfy { $0 < 128 && $0 != UInt8(ascii: "/") && $0 != UInt8(ascii: "+") })
    for text in ["", "abc", "!!!!", "bm90IGpzb24"] { #expect(throws: MemoryError.self) { try Cursor(text: text) } }
  }

  @Test func titlesPreferSubjectThenProspectThenTheFirstWords() throws {
    let id = try SessionID("8f3a")
    func title(_ metadata: [String: String], _ opening: String?) -> String {
      SessionTitle.make(metadata: metadata, opening: opening, id: id)
    }
    #expect(title(["subject": " Re: Renewal \n", "prospect_name": "Dana"], "Hi") == "Re: Renewal")
    #expect(title(["prospect_name": "Dana"], "\n\n  Can you   hold\nthe price?") == "Dana: Can you hold")
    #expect(title([:], String(repeating: "word ", count: 100)).count <= SessionTitle.length)
    #expect(title([:], "  \n ") == "8f3a")
  }
}
