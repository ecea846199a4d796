// Tags and notes: what they may be, what a change does, and how a query line asks for them.

import ConversationMemory
import Testing

@Suite("Tags and notes")
struct AnnotationTests {
  @Test func aTagHasOneSpelling() throws {
    #expect(try SessionTag.normalized(" #Follow-Up ") == "follow-up")
    #expect(try SessionTag.normalized("Zoe\u{308}") == "zoë")
    #expect(try SessionTag.normalized("q3/2026") == "q3/2026")
    #expect(try SessionTag.normalized("🔥") == "🔥")
    #expect(try SessionTag.normalized("料金") == "料金")
  }

  @Test(arguments: [
    "", "#", " ", "two words", "-won", "+won", "##won", "a#b", "a,b", "a\"b", "a\u{0}", "a\u{1B}[31m", "a\u{202E}b",
    "\u{200B}", "\u{301}", String(repeating: "x", count: 65),
  ])
  func whatIsNotOneWordIsNoTag(_ text: String) {
    let error = #expect(throws: MemoryError.self) { try SessionTag.normalized(text) }
    #expect(error?.code == .invalidArgument)
  }

  @Test func aChangeKeepsTheOrderAndSaysWhatItDid() throws {
    let before = SessionAnnotations(tags: ["b", "a"], note: "old")
    let after = try before.applying(AnnotationEdit(removedTags: ["A"], addedTags: ["c", "B"], note: .set("new")))
    #expect(after == SessionAnnotations(tags: ["b", "c"], note: "new"))
    let change = AnnotationChange(before: before, after: after)
    #expect(change.addedTags == ["c"])
    #expect(change.removedTags == ["a"])
    #expect(change.isNoteChanged)
    #expect(try before.applying(AnnotationEdit(tags: ["x"], addedTags: ["y"])).tags == ["x", "y"])
    #expect(try AnnotationChange(before: before, after: before.applying(AnnotationEdit())).isEmpty)
  }

  @Test func aQueryLineAsksForTagsAndNotes() throws {
    let query = try SearchQueryParser.parse(#"price tag:Won tag:#big note:"call back" seats"#)
    #expect(query.text == "price seats")
    #expect(query.filter == SearchFilter(tags: ["won", "big"], note: "call back"))
    #expect(query.pieces.map(\.label) == ["tag: Won", "tag: #big", "note: call back"])
    #expect(SearchQueryParser.written(.note, "call back") == #"note:"call back""#)
    #expect(SearchQueryParser.written(.metadata("tag"), "x") == #""tag":x"#)
  }

  @Test func whatATagOrANoteCannotBeIsAnErrorAtItsPlace() {
    let tag = #expect(throws: SearchQueryError.self) { try SearchQueryParser.parse(#"price tag:"two words""#) }
    #expect(tag?.range == 6..<21)
    let note = #expect(throws: SearchQueryError.self) { try SearchQueryParser.parse("note:a note:b") }
    #expect(note?.range == 7..<13)
    let name = #expect(throws: SearchQueryError.self) { try SearchQueryParser.parse("tags:won") }
    #expect(name?.message.contains("did you mean tag?") == true)
  }

  @Test func aNoteMeetsWordsWhateverTheirCaseAndAccents() {
    let annotations = SessionAnnotations(tags: ["won"], note: "Ask Pélissier")
    #expect(annotations.meets(tags: [], note: "pelissier"))
    #expect(annotations.meets(tags: ["won"], note: nil))
    #expect(!annotations.meets(tags: ["won", "big"], note: nil))
    #expect(!annotations.meets(tags: [], note: "January"))
    #expect(!SessionAnnotations().meets(tags: [], note: "a"))
  }
}
