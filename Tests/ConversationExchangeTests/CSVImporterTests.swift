// Comma-separated values: the dialects that occur, and what is refused.

import ConversationMemory
import Testing

@testable import ConversationExchange

@Suite struct CSVImporterTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  static let header = "session_id,channel,role,content,timestamp\n"
  static let time = "2026-11-21T14:02:00Z"

  @Test func `quotes, line breaks inside them and CRLF are read, and line numbers stay right`() throws {
    let text = """
      session_id,channel,role,content,timestamp,author,metadata,region\r
      s1,web,user,"He said ""no"",\r\nthen left",\(Self.time),Dana,"{""deal_stage"":""won""}",EMEA\r
      \r
      s1,web,assistant,plain,\(Self.time),,,\r
      s2,"web",user,"",\(Self.time),,,\r
      s2,web,user,last,\(Self.time),,,
      """
    let results = try folder.read(text, name: "a.csv")
    #expect(results.map { $0.line?.line } == [2, 5, 6, 7])
    let first = try #require(results[0].line?.draft)
    #expect(first.content == "He said \"no\",\r\nthen left")
    #expect(first.author == "Dana")
    #expect(first.metadata == ["deal_stage": "won", "region": "EMEA"])
    #expect(results[1].line?.draft.author == nil)
    #expect(results[1].line?.draft.metadata == [:])
    #expect(results[2].line?.draft.content == "")
    #expect(results[3].line?.draft.content == "last")
  }

  @Test(arguments: [";", "\t"])
  func `the separator is told by the header, a byte order mark is dropped`(separator: String) throws {
    let text = "\u{FEFF}" + (Self.header + "s1,web,user,hello,\(Self.time)\n").replacing(",", with: separator)
    #expect(try folder.read(text, name: "a.csv").first?.line?.draft.content == "hello")
  }

  @Test func `names of the header may be in any order and case`() throws {
    let text = "Timestamp,CONTENT, Role ,channel,session_id,message_id\n\(Self.time),hi,user,web,s1,m9\n"
    let draft = try #require(try folder.read(text, name: "a.csv").first?.line?.draft)
    #expect(draft.id?.rawValue == "m9")
    #expect(draft.content == "hi")
  }

  @Test func `a header without a needed column refuses the file by the column's name`() throws {
    let error = #expect(throws: ExchangeError.self) { try folder.read("session_id,role,text\n", name: "a.csv") }
    #expect(error?.description.contains("has no column \"channel\" (it has session_id, role, text)") == true)
    #expect(throws: ExchangeError.self) { try folder.read("", name: "a.csv") }
    #expect(throws: ExchangeError.self) {
      try folder.read("session_id,channel,role,content,timestamp,x,x\n", name: "a.csv")
    }
  }

  @Test func `a record of a wrong width or with stray quotes costs itself only`() throws {
    let rows = [
      "s1,web,user,one,\(Self.time)", "s1,web,user,\(Self.time)", "s1,web,user,\"two\"x,\(Self.time)",
      "s1,web,user,5\" screen,\(Self.time)", "s1,web,user,\"never closed,\(Self.time)", "s1,web,user,last,\(Self.time)",
    ]
    let results = try folder.read(Self.header + rows.joined(separator: "\n") + "\n", name: "a.csv")
    #expect(results.map { $0.line?.line } == [2, nil, nil, 5, nil, 7])
    #expect(results[1].reason == "the record has 4 fields, the header 5")
    #expect(results[2].reason == "there is text after a closing quote")
    #expect(results[3].line?.draft.content == "5\" screen")
    #expect(results[4].reason == "a quote is opened and never closed")
    #expect(results[5].line?.draft.content == "last")
  }

  @Test func `metadata that is no JSON object, and text that is not UTF-8, are refused by the column's name`() throws {
    let text = "session_id,channel,role,content,timestamp,metadata\ns1,web,user,x,\(Self.time),[1]\n"
    #expect(try folder.read(text, name: "a.csv").first?.reason?.contains("\"metadata\" is not a JSON object") == true)
    let bytes = Array("\(Self.header)s1,web,user,".utf8) + [0xFF] + Array(",\(Self.time)\n".utf8)
    #expect(
      try folder.read(bytes, name: "a.csv").first?.reason
        == "the field \"content\" is not UTF-8, in the record at byte \(Self.header.utf8.count)")
  }

  @Test func `records longer than a chunk come out whole`() throws {
    let long = String(repeating: "line \"\"of\"\" text\n", count: 40_000)
    let results = try folder.read(
      "\(Self.header)s1,web,user,\"\(long)\",\(Self.time)\ns1,web,user,b,\(Self.time)", name: "a.csv")
    #expect(results.count == 2)
    #expect(results[0].line?.draft.content == long.replacing("\"\"", with: "\""))
    #expect(results[1].line?.line == 40_003)
  }

  @Test func `the format is told by extension, then by content`() throws {
    #expect(ImportFormat(fileName: "a/b.CSV.gz") == .csv)
    #expect(ImportFormat(fileName: "x.ndjson") == .jsonl)
    #expect(ImportFormat(fileName: "export.txt") == nil)
    let csv = Self.header + "s1,web,user,hello,\(Self.time)\n"
    #expect(try folder.read(csv, name: "export.txt").first?.line != nil)
    #expect(try folder.read("\u{FEFF}\n" + JSONLinesImporterTests.good, name: "export.txt").first?.line != nil)
    #expect(try folder.read(try gzip(Array(csv.utf8)), name: "unnamed").first?.line != nil)
    #expect(try folder.read(csv, name: "wrong.jsonl", format: .csv).first?.line != nil)
    let list = #expect(throws: ExchangeError.self) {
      try folder.read("[\n\(JSONLinesImporterTests.good)\n]", name: "list.json")
    }
    #expect(list?.remedy == "convert it first: jq -c '.[]'")
  }
}
