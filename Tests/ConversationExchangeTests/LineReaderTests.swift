// Lines of plain and compressed files, and what happens at their edges.

import Testing

@testable import ConversationExchange

@Suite struct LineReaderTests {
  let folder: TemporaryFolder

  init() throws { folder = try TemporaryFolder() }

  private func lines(_ bytes: [UInt8], limit: Int = 1 << 20) throws -> [String] {
    var reader = LineReader(try ByteStream(path: try folder.write(bytes, to: "lines")), limit: limit)
    var result: [String] = []
    while let line = try reader.next() {
      switch line.content {
      case .bytes(let bytes):
        result.append("\(line.number)@\(line.offset) \(String(decoding: bytes, as: UTF8.self))")
      case .tooLong(let length): result.append("\(line.number)@\(line.offset) too long: \(length)")
      }
    }
    return result
  }

  @Test func `a line ends with LF, with CRLF or with the file`() throws {
    #expect(try lines(Array("one\ntwo\r\n\nfour".utf8)) == ["1@0 one", "2@4 two", "3@9 ", "4@10 four"])
    #expect(try lines([]) == [])
    #expect(try lines([10]) == ["1@0 "])
  }

  @Test func `a byte order mark is no part of the first line`() throws {
    #expect(try lines([0xEF, 0xBB, 0xBF] + Array("a\nb".utf8)) == ["1@3 a", "2@5 b"])
  }

  @Test func `a line over the limit is passed over and the next one is read`() throws {
    let long = String(repeating: "x", count: 700_000)
    #expect(
      try lines(Array("a\n\(long)\nb\n".utf8), limit: 1000)
        == ["1@0 a", "2@2 too long: 700000", "3@700003 b"])
    #expect(try lines(Array("a\n\(long)".utf8), limit: 1000) == ["1@0 a", "2@2 too long: 700000"])
    #expect(try lines(Array("12345\n123456\n".utf8), limit: 5) == ["1@0 12345", "2@6 too long: 6"])
  }

  @Test func `lines longer than a chunk come out whole`() throws {
    let long = String(repeating: "y", count: 3 * ByteStream.chunkSize + 17)
    #expect(try lines(Array("a\n\(long)\nb".utf8)) == ["1@0 a", "2@2 \(long)", "3@\(long.utf8.count + 3) b"])
  }

  @Test func `gzip is told by its content, and several members are read as one file`() throws {
    let first = (0..<40_000).map { "line \($0)\n" }.joined()
    let members = try gzip(Array(first.utf8)) + gzip(Array("tail\n".utf8)) + gzip([])
    let result = try lines(members)
    #expect(result.count == 40_001)
    #expect(result.last?.hasSuffix(" tail") == true)
    #expect(try lines(members + [UInt8](repeating: 0, count: 512)).count == 40_001)
  }

  @Test func `a gzip file that ends early names itself and gives what came before`() throws {
    let text = (0..<50_000).map { "line number \($0 &* 2_654_435_761)\n" }.joined()
    let whole = try gzip(Array(text.utf8))
    let path = try folder.write(whole.prefix(whole.count / 2), to: "half.gz")
    var reader = LineReader(try ByteStream(path: path))
    var count = 0
    let error = #expect(throws: ExchangeError.self) { while try reader.next() != nil { count += 1 } }
    #expect(count > 10_000)
    #expect(error?.code == .damaged)
    #expect(error?.description.contains("half.gz: the compressed data ends early") == true)
  }

  @Test func `broken gzip and text after gzip are damage`() throws {
    var broken = try gzip(Array((0..<9000).map { "\($0) " }.joined().utf8))
    for index in 2000..<2100 { broken[index] ^= 0x5A }
    #expect(throws: ExchangeError.self) { try lines(broken) }
    #expect(throws: ExchangeError.self) { try lines(try gzip([65, 10]) + Array("plain".utf8)) }
  }

  @Test func `what is not text is refused by its name`() throws {
    let error = #expect(throws: ExchangeError.self) { try lines([0x28, 0xB5, 0x2F, 0xFD, 1, 2]) }
    #expect(error?.description.contains("zstd -d") == true)
    #expect(throws: ExchangeError.self) { try lines([0x50, 0x4B, 3, 4]) }
    #expect(throws: ExchangeError.self) { try lines([0xFF, 0xFE, 0x41, 0]) }
    #expect(throws: ExchangeError.self) { try ByteStream(path: folder.path("absent")) }
    let isFolder = #expect(throws: ExchangeError.self) { try ByteStream(path: folder.path(".")) }
    #expect(isFolder?.message == "is a folder")
  }
}
