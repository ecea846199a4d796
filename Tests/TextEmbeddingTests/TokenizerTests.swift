// The tokenizer against tables of known results; the reference script compares it with the reference at large.

import Foundation
import Testing

@testable import TextEmbedding

@Suite struct TokenizerTests {
  /// Expected ids are those of Hugging Face's tokenizers with the same vocabulary, without [CLS] and [SEP].
  @Test(
    "Texts are cut into the reference's word pieces",
    arguments: [
      ("What does it cost?", [2054, 2515, 2009, 3465, 1029]),
      (
        "Antidisestablishmentarianism isn't unbelievable.",
        [
          3424, 10521, 4355, 7875, 13602, 3672, 12199, 2964, 3475, 1005, 1056, 23653, 1012,
        ]
      ),
      ("[CLS] and [SEP] are text", [1031, 18856, 2015, 1033, 1998, 1031, 19802, 1033, 2024, 3793]),
      (
        "na\u{EF}ve caf\u{E9} r\u{E9}sum\u{E9}, Z\u{FC}rich Stra\u{DF}e",
        [
          15743, 7668, 13746, 1010, 10204, 2358, 27807,
        ]
      ),
      ("\u{4EF7}\u{683C}\u{662F}\u{591A}\u{5C11}\u{FF1F}", [100, 100, 100, 100, 100, 1994]),
      (
        "\u{AC00}\u{ACA9}\u{C774} \u{C5BC}\u{B9C8}\u{C608}\u{C694}",
        [
          1455, 30006, 29991, 30010, 30020, 29999, 30019, 100,
        ]
      ),
      (
        "\u{43A}\u{43E}\u{442} \u{130}stanbul \u{3A3}\u{38A}\u{3A3}\u{3A5}\u{3A6}\u{39F}\u{3A3}",
        [
          1189, 14150, 22919, 9960, 1173, 18199, 29733, 29735, 29736, 29730, 29733,
        ]
      ),
      (
        "\u{928}\u{92E}\u{938}\u{94D}\u{924}\u{947} \u{926}\u{941}\u{928}\u{93F}\u{92F}\u{93E}",
        [
          1327, 29867, 29874, 29859, 1325, 29863, 29877, 29868, 29876,
        ]
      ),
      (
        "\u{5E9}\u{5DC}\u{5D5}\u{5DD} \u{5E2}\u{5D5}\u{5DC}\u{5DD}",
        [
          1266, 29799, 29792, 29800, 1259, 29792, 29799, 29800,
        ]
      ),
      (
        "\u{634}\u{643}\u{631}\u{64B}\u{627} \u{62C}\u{632}\u{64A}\u{644}\u{627}",
        [
          1283, 29835, 17149, 25573, 1275, 29823, 14498, 23673, 25573,
        ]
      ),
      ("\u{E2A}\u{E27}\u{E31}\u{E2A}\u{E14}\u{E35}", [100]),
      ("\u{1F468}\u{200D}\u{1F469}\u{200D}\u{1F467} \u{1F1E9}\u{1F1EA} \u{1F600}", [100, 100, 100]),
      (
        "$1,200.50/seat -- 20% off!",
        [
          1002, 1015, 1010, 3263, 1012, 2753, 1013, 2835, 1011, 1011, 2322, 1003, 2125, 999,
        ]
      ),
      ("a\u{0}b\u{7}c\u{AD}d", [5925, 2094]),
      ("e\u{323}\u{301} \u{1E69} \u{FB01} \u{212B}", [1041, 1055, 1984, 1037]),
      ("\u{F0000}x\u{E000}y", [1060, 2100]),
      ("a\u{378}b", [100]),
      (String(repeating: "x", count: 101) + " ok", [100, 7929]),
      ("\u{302E}\u{302F}a\u{302F}\u{302E}", [100]),
      (" ", []),
      (
        " https://example.com/a?b=c#d user@example.com",
        [
          16770, 1024, 1013, 1013, 2742, 1012, 4012, 1013, 1037, 1029, 1038, 1027, 1039, 1001, 1040,
          5310, 1030, 2742, 1012, 4012,
        ]
      ),
    ] as [(String, [Int32])])
  func table(text: String, expected: [Int32]) throws {
    let ids = try RealModel.tokenizer().encode(text, limit: 256)
    #expect(ids == [101] + expected + [102])
  }

  private func tiny() throws -> WordPieceTokenizer {
    let bytes = Array((TinyModel.vocabulary.joined(separator: "\n") + "\n").utf8)
    return WordPieceTokenizer(vocabulary: try Vocabulary(bytes: bytes, path: "vocab.txt"))
  }

  private func pieces(_ text: String) throws -> [String] {
    try tiny().encode(text, limit: 10_000).dropFirst().dropLast().map { TinyModel.vocabulary[Int($0)] }
  }

  @Test func wordsAreCutIntoTheLongestPieces() throws {
    #expect(try pieces("unaffordable price") == ["un", "##afford", "##able", "price"])
    #expect(try pieces("abc bcb") == ["a", "##b", "##c", "b", "##c", "##b"])
  }

  @Test func aWordWithAnUnknownRestIsUnknownAsAWhole() throws {
    #expect(try pieces("unaffordablez the") == ["[UNK]", "the"])
  }

  @Test func aWordOfMoreThanAHundredCharactersIsUnknown() throws {
    #expect(try pieces("a" + String(repeating: "b", count: 99)).count == 100)
    #expect(try pieces("a" + String(repeating: "b", count: 100)) == ["[UNK]"])
  }

  @Test func accentsAndCaseAreDroppedAndSharpSIsKept() throws {
    #expect(try pieces("CAFÉ café cafe\u{301} Straße") == ["cafe", "cafe", "cafe", "straße"])
  }

  @Test func whatLooksLikeASpecialTokenIsText() throws {
    #expect(try pieces("[SEP]") == ["[", "sep", "]"])
    #expect(try pieces("##the") == ["#", "#", "the"])
  }

  @Test func ideographsAreWordsOfTheirOwn() throws {
    #expect(try pieces("a中文b") == ["a", "中", "文", "b"])
  }

  @Test func controlCharactersVanishAndWhiteSpaceOfEveryKindSeparates() throws {
    #expect(try pieces("pr\u{0}i\u{7}c\u{200B}e\u{FEFF}") == ["price"])
    #expect(try pieces("the\u{A0}price\u{2028}is\u{3000}a\r\nb\tc") == ["the", "price", "is", "a", "b", "c"])
  }

  @Test func aLongTextKeepsItsBeginning() throws {
    let ids = try tiny().encode(String(repeating: "the price ", count: 100), limit: 8)
    #expect(ids == [2, 4, 5, 4, 5, 4, 5, 3])
  }

  @Test func anEmptyTextIsTheTwoSpecialTokens() throws {
    #expect(try tiny().encode("", limit: 256) == [2, 3])
    #expect(try tiny().encode(" \n\u{0}\u{301}", limit: 256) == [2, 3])
  }
}

@Suite struct VocabularyTests {
  private func failure(_ bytes: [UInt8]) -> EmbeddingError? {
    #expect(throws: EmbeddingError.self) { try Vocabulary(bytes: bytes, path: "/models/vocab.txt") }
  }

  @Test func aVocabularyWithoutTheSpecialTokensIsRefusedByName() throws {
    let error = try #require(failure(Array("[UNK]\n[CLS]\nthe\n".utf8)))
    #expect(error.code == .damaged)
    #expect(error.description.contains("[SEP]"))
    #expect(error.description.contains("/models/vocab.txt"))
    #expect(error.remedy != nil)
  }

  @Test func bytesThatAreNotTextAreRefused() throws {
    #expect(try #require(failure([0xFF, 0xFE, 0x00, 0x0A])).description.contains("UTF-8"))
  }

  @Test func windowsLineEndsMakeNoDifference() throws {
    let unix = TinyModel.vocabulary.joined(separator: "\n")
    let windows = TinyModel.vocabulary.joined(separator: "\r\n") + "\r\n"
    let text = "unaffordable price, 12!"
    let expected = WordPieceTokenizer(vocabulary: try Vocabulary(bytes: Array(unix.utf8), path: ""))
      .encode(text, limit: 64)
    #expect(
      WordPieceTokenizer(vocabulary: try Vocabulary(bytes: Array(windows.utf8), path: "")).encode(text, limit: 64)
        == expected)
  }

  @Test func emptyLinesUseUpAnIdAndOfEqualPiecesTheLaterCounts() throws {
    let bytes = Array("[UNK]\n[CLS]\n[SEP]\n\nthe\nprice\nthe\n".utf8)
    let tokenizer = WordPieceTokenizer(vocabulary: try Vocabulary(bytes: bytes, path: ""))
    #expect(tokenizer.encode("the price", limit: 8) == [1, 6, 5, 2])
  }

  @Test func aMissingFileIsNamedWithTheRemedy() throws {
    let error = try #require(
      #expect(throws: EmbeddingError.self) { try Vocabulary(path: "/nonexistent/vocab.txt") })
    #expect(error.code == .missing)
    #expect(error.description.contains("recollect model install"))
  }
}
