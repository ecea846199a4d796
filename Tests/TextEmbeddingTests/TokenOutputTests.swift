// Token vectors beside the pooled one: which are kept, where their words stand, and that they are the right ones.

import Foundation
import Testing

@testable import TextEmbedding

@Suite struct TokenOutputTests {
  private func words(_ text: String, limit: Int = 64, stopWords: Set<String> = []) throws -> [WordPieceWord] {
    let bytes = Array((TinyModel.vocabulary.joined(separator: "\n") + "\n").utf8)
    let tokenizer = WordPieceTokenizer(vocabulary: try Vocabulary(bytes: bytes, path: "vocab.txt"))
    let (ids, words) = tokenizer.words(of: text, limit: limit, stopWords: stopWords)
    #expect(ids == tokenizer.encode(text, limit: limit))
    #expect(words.flatMap(\.pieces) == Array(1..<ids.count - 1))
    return words
  }

  private func sources(_ text: String, limit: Int = 64) throws -> [String] {
    let bytes = Array(text.utf8)
    return try words(text, limit: limit).map { String(decoding: bytes[$0.source], as: UTF8.self) }
  }

  @Test func everyPieceKnowsTheWholeWordItIsOf() throws {
    #expect(try sources("The unaffordable,price") == ["The", "unaffordable", ",", "price"])
    #expect(try words("The unaffordable,price").map(\.pieces.count) == [1, 3, 1, 1])
    #expect(try sources("  the \t\n cost ") == ["the", "cost"])
    #expect(try sources("") == [])
  }

  @Test(arguments: [
    ("Café Straße", ["Café", "Straße"]),
    ("cafe\u{301}! cafe\u{301}", ["cafe\u{301}", "!", "cafe\u{301}"]),
    ("\u{301}cafe", ["cafe"]),
    ("中文the", ["中", "文", "the"]),
    ("the😀price 😀", ["the😀price", "😀"]),
    ("c\u{200D}o\u{AD}st\u{200D} a", ["c\u{200D}o\u{AD}st", "a"]),
    ("a\u{37E}b", ["a", "\u{37E}", "b"]),
    ("a\u{A0}b\u{3000}c", ["a", "b", "c"]),
    ("각각 é", ["각각", "é"]),
  ])
  func wordsAreFoundInTextOfSeveralBytesAScalar(text: String, expected: [String]) throws {
    #expect(try sources(text).map { Array($0.unicodeScalars) } == expected.map { Array($0.unicodeScalars) })
  }

  /// Marks that take space keep their order only once all are read; each still knows where it stood.
  @Test func marksThatAreReorderedStayWithinTheirWord() throws {
    let text = "the a\u{302E}\u{1D165}\u{302F}b the"
    let found = try sources(text)
    #expect(found.count == 3)
    #expect(Array(found[1].unicodeScalars) == Array("a\u{302E}\u{1D165}\u{302F}b".unicodeScalars))
  }

  @Test func theLimitCutsWithinAWordThatIsStillNamedWhole() throws {
    let text = "the unaffordable price"
    #expect(try sources(text, limit: 4) == ["the", "unaffordable"])
    #expect(try words(text, limit: 4).map(\.pieces.count) == [1, 1])
    #expect(try sources(text, limit: 2) == [])
  }

  @Test func aWordLongerThanAnyIsOneUnknownPiece() throws {
    let long = String(repeating: "é", count: 101)
    #expect(try sources("the \(long) price") == ["the", long, "price"])
    #expect(try words(long, stopWords: [""]).map(\.isStopWord) == [false])
  }

  @Test func punctuationAndStopWordsAreMarked() throws {
    let found = try words("THE Cafe\u{301}, café; the1 \u{AB}a\u{BB}", stopWords: ["the", "cafe"])
    #expect(found.map(\.isPunctuation) == [false, false, true, false, true, false, true, false, true])
    #expect(found.map(\.isStopWord) == [true, true, false, true, false, false, false, false, false])
  }

  @Test func passagesKeepTheSignsOfTheTokensThatSaySomething() async throws {
    let folder = try TemporaryFolder()
    let model = TinyModel()
    let encoder = try SentenceEncoder.load(folder: try model.write(to: folder), precision: .float32)
    let texts = ["the price, unaffordable!", "", "the, the.", "12 cost a cafe"]
    let batch = try await encoder.embedPassages(texts, keeping: TokenSelection(stopWords: ["the"], limit: 3))
    #expect(batch.vectors == (try await encoder.embed(texts)))
    // price un ##afford of "[CLS] the price , un ##afford ##able ! [SEP]"; 1 ##2 cost of "[CLS] 1 ##2 cost …".
    for (text, expected) in zip(texts.indices, [[2, 4, 5], [], [], [1, 2, 3]]) {
      let states = try PlainBert(model: model).states(encoder.tokenizer.encode(texts[text], limit: 64))
      let tokens = batch.tokens[text]
      #expect(tokens.count == expected.count && tokens.bytes.count == expected.count * 4)
      for (row, token) in expected.enumerated() {
        for column in 0..<32 {
          let isSet = tokens.bytes[row * 4 + column / 8] >> UInt8(column % 8) & 1 == 1
          #expect(isSet == (states[token][column] >= 0), "text \(text), token \(token), column \(column)")
        }
      }
    }
  }

  @Test func aLimitOfNoTokensKeepsNone() async throws {
    let folder = try TemporaryFolder()
    let encoder = try SentenceEncoder.load(folder: try TinyModel().write(to: folder))
    for limit in [0, -1] {
      let batch = try await encoder.embedPassages(["the price"], keeping: TokenSelection(stopWords: [], limit: limit))
      #expect(batch.tokens == [TokenSigns(count: 0, bytes: [])])
    }
    let none = try await encoder.embedPassages([], keeping: TokenSelection(stopWords: [], limit: 3))
    #expect(none.tokens.isEmpty && none.vectors.count == 0)
  }

  @Test func questionsGiveAVectorPerPiece() async throws {
    let folder = try TemporaryFolder()
    let model = TinyModel()
    let encoder = try SentenceEncoder.load(folder: try model.write(to: folder), precision: .float32)
    let text = "Is the café unaffordable?"
    let questions = try await encoder.embedQuestions(["", text])
    #expect(questions.count == 2)
    #expect(questions[0].tokens.isEmpty && questions[0].tokenVectors.isEmpty)
    let question = questions[1]
    #expect(question.vector == Array(try await encoder.embed(["", text])[1]))
    #expect(question.tokens.map(\.word) == [0..<2, 3..<6, 7..<12, 13..<25, 13..<25, 13..<25, 25..<26])
    #expect(question.tokens.map(\.isPunctuation) == [false, false, false, false, false, false, true])
    let states = try PlainBert(model: model).states(encoder.tokenizer.encode(text, limit: 64))
    #expect(question.tokenVectors.count == 7 * 32)
    for (index, value) in question.tokenVectors.enumerated() {
      #expect(abs(Double(value) - states[1 + index / 32][index % 32]) < 1e-4)
    }
  }

  @Test func tokensDoNotDependOnTheTextsBesideThemNorOnTheThreads() async throws {
    let folder = try TemporaryFolder()
    let path = try TinyModel().write(to: folder)
    let encoder = try SentenceEncoder.load(folder: path, threads: 2)
    let single = try SentenceEncoder.load(folder: path, threads: 1)
    let texts = (0..<40).map { String(repeating: "the unaffordable price of a cafe. ", count: $0 % 7) }
    let many = try await encoder.embedQuestions(texts)
    for (text, question) in zip(texts, many) {
      let alone = try await single.embedQuestions([text])
      #expect(alone[0].tokens == question.tokens)
      for (value, other) in zip(alone[0].tokenVectors, question.tokenVectors) { #expect(abs(value - other) < 1e-4) }
    }
  }

  @Test func aServiceThatKnowsOnlyWholeTextsGivesNoTokens() async throws {
    struct WholeTexts: EmbeddingService {
      let model = EmbeddingModel(name: "whole", dimensions: 2, maximumTokens: 8, fingerprint: "0")
      func embed(_ texts: [String]) async throws -> EmbeddingBatch {
        EmbeddingBatch(dimensions: 2, values: texts.flatMap { [Float($0.utf8.count), 1] })
      }
      func passages(of content: String, author: String?) -> [Passage] { [] }
    }
    let questions = try await WholeTexts().embedQuestions(["a", "bb"])
    #expect(questions.map(\.vector) == [[1, 1], [2, 1]])
    #expect(questions.allSatisfy { $0.tokens.isEmpty && $0.tokenVectors.isEmpty })
    let passages = try await WholeTexts().embedPassages(["a"], keeping: TokenSelection(stopWords: [], limit: 5))
    #expect(passages.vectors.count == 1 && passages.tokens == [TokenSigns(count: 0, bytes: [])])
  }
}
