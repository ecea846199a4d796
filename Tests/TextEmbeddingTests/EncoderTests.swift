// The encoder on a tiny random model against plain arithmetic, and what batches, tasks and damaged weights do.

import Foundation
import Testing

@testable import TextEmbedding

@Suite struct EncoderTests {
  private let texts = [
    "", "the price", "is the cost unaffordable?", "abbb bcb acb!", "中文 cafe straße 12", "[SEP] unaffordable, the",
    String(repeating: "the price is a cost. ", count: 40),
  ]

  private func tiny(
    _ folder: TemporaryFolder, model: TinyModel = TinyModel(), precision: SentenceEncoder.Precision = .float32,
    threads: Int? = nil
  ) throws -> SentenceEncoder {
    try SentenceEncoder.load(folder: try model.write(to: folder), precision: precision, threads: threads)
  }

  @Test func vectorsAreThoseOfPlainArithmetic() async throws {
    let folder = try TemporaryFolder()
    let model = TinyModel()
    let encoder = try tiny(folder, model: model)
    let batch = try await encoder.embed(texts)
    #expect(batch.count == texts.count && batch.dimensions == 32)
    for (index, text) in texts.enumerated() {
      let expected = try PlainBert(model: model).vector(encoder.tokenizer.encode(text, limit: 64))
      for (found, value) in zip(batch[index], expected) {
        #expect(abs(Double(found) - value) < 1e-4, "text \(index)")
      }
    }
  }

  @Test(arguments: SentenceEncoder.Precision.allCases)
  func aTextsVectorDoesNotDependOnTheTextsBesideItNorOnTheThreads(precision: SentenceEncoder.Precision) async throws {
    let folder = try TemporaryFolder()
    let encoder = try tiny(folder, precision: precision)
    let single = try tiny(folder, precision: precision, threads: 1)
    let many = (0..<20).flatMap { _ in texts }
    let batch = try await encoder.embed(many)
    for (index, text) in many.enumerated() {
      // A sum that is rounded otherwise may tip a value in 8 bits.
      let alone = try await single.embed([text])
      #expect(cosine(alone[0], batch[index]) > (precision == .int8 ? 0.999 : 0.999999))
    }
  }

  @Test(arguments: SentenceEncoder.Precision.allCases)
  func vectorsHaveUnitLength(precision: SentenceEncoder.Precision) async throws {
    let folder = try TemporaryFolder()
    let batch = try await tiny(folder, precision: precision).embed(texts)
    for index in 0..<batch.count {
      let squares: Float = batch[index].reduce(0) { $0 + $1 * $1 }
      #expect(abs(squares - 1) < 1e-5)
    }
  }

  @Test func noTextsGiveAnEmptyBatch() async throws {
    let folder = try TemporaryFolder()
    let batch = try await tiny(folder).embed([])
    #expect(batch.count == 0 && batch.values.isEmpty && batch.dimensions == 32)
  }

  @Test func theClassificationTokenIsTheVectorWherePoolingSaysSo() async throws {
    let folder = try TemporaryFolder()
    let model = TinyModel()
    let path = try model.write(to: folder)
    let mean = try SentenceEncoder.load(folder: path, precision: .float32)
    try folder.write(
      "model/1_Pooling/config.json", #"{"pooling_mode_cls_token": true, "pooling_mode_mean_tokens": false}"#)
    let encoder = try SentenceEncoder.load(folder: path, precision: .float32)
    #expect(encoder.model.fingerprint != mean.model.fingerprint)
    let found = try await encoder.embed(["the price"])
    let plain = PlainBert(model: model)
    let states = try plain.states(encoder.tokenizer.encode("the price", limit: 64))
    let expected = plain.unit(Array(states[0]))
    for (value, reference) in zip(found[0], expected) { #expect(abs(Double(value) - reference) < 1e-4) }
  }

  @Test func aCancelledTaskStopsBetweenChunks() async throws {
    let folder = try TemporaryFolder()
    let encoder = try tiny(folder)
    let many = [String](repeating: texts[6], count: 20_000)
    let task = Task { try await encoder.embed(many) }
    task.cancel()
    await #expect(throws: CancellationError.self) { try await task.value }
  }

  @Test func vectorsInEightBitsAreCloseToThoseInFloatingPoint() async throws {
    let folder = try TemporaryFolder()
    let exact = try await tiny(folder).embed(texts)
    let batch = try await tiny(folder, precision: .int8).embed(texts)
    for index in texts.indices { #expect(cosine(exact[index], batch[index]) > 0.99) }
    #expect(exact.values != batch.values)
  }

  @Test(arguments: SentenceEncoder.Precision.allCases)
  func weightsThatAreNoNumbersAreReported(precision: SentenceEncoder.Precision) async throws {
    let folder = try TemporaryFolder()
    var model = TinyModel()
    model.tensors[0].values[4 * 32] = .nan
    let encoder = try tiny(folder, model: model, precision: precision)
    let error = await #expect(throws: EmbeddingError.self) { try await encoder.embed(["cost", "the price"]) }
    #expect(error?.code == .damaged)
    #expect(try await encoder.embed(["cost"]).count == 1)
    // Within a matrix, where 8 bits know no such values.
    model = TinyModel()
    let matrix = try #require(model.tensors.firstIndex { $0.name == "encoder.layer.1.output.dense.weight" })
    model.tensors[matrix].values[77] = .infinity
    let other = try SentenceEncoder.load(folder: try model.write(to: folder, below: "other"), precision: precision)
    await #expect(throws: EmbeddingError.self) { try await other.embed(["cost"]) }
  }

  @Test func theFingerprintTellsWeightsApartAndIgnoresWhereTheyLie() throws {
    let folder = try TemporaryFolder()
    let first = try SentenceEncoder.load(folder: try TinyModel(seed: 1).write(to: folder, below: "one"))
    let copy = try SentenceEncoder.load(folder: try TinyModel(seed: 1).write(to: folder, below: "two"))
    let other = try SentenceEncoder.load(folder: try TinyModel(seed: 2).write(to: folder, below: "three"))
    #expect(first.model.fingerprint == copy.model.fingerprint)
    #expect(first.model.fingerprint != other.model.fingerprint)
    let exact = try SentenceEncoder.load(folder: folder.path + "/one", precision: .float32)
    #expect(first.model.fingerprint != exact.model.fingerprint)
    #expect(first.model.name == "one")
  }

  @Test func theProbeAnswersEachLineInItsPlace() async throws {
    let folder = try TemporaryFolder()
    let encoder = try tiny(folder)
    let lines = ["\"the price\"", #"{"tokenize":"cost"}"#, #""un\u0000able""#]
    let input = LineQueue(lines)
    let output = LineQueue([])
    try await EncoderProbe(encoder: encoder).run(readLine: { input.next() }, write: { output.append($0) })
    struct Answer: Decodable {
      let tokens: [Int32]
      let vector: [Float]?
    }
    let answers = try output.lines.map { try JSONDecoder().decode(Answer.self, from: Data($0.utf8)) }
    #expect(answers.map(\.tokens) == [[2, 4, 5, 3], [2, 7, 3], [2, 8, 9, 3]])
    #expect(answers.map { $0.vector?.count } == [32, nil, 32])
    await #expect(throws: EmbeddingError.self) {
      let bad = LineQueue(["no JSON"])
      try await EncoderProbe(encoder: encoder).run(readLine: { bad.next() }, write: { _ in })
    }
  }
}

/// Lines in memory, read from the front.
private final class LineQueue {
  private(set) var lines: [String]

  init(_ lines: [String]) { self.lines = lines }

  func next() -> String? { lines.isEmpty ? nil : lines.removeFirst() }
  func append(_ line: String) { lines.append(line) }
}

@Suite struct RealModelTests {
  @Test func sentencesThatMeanTheSameAreCloserThanOthers() async throws {
    let encoder = try RealModel.load()
    let batch = try await encoder.embed([
      "What is the pricing?", "How much does it cost per seat?", "The weather is nice today.",
      "Can we integrate this with Salesforce?", "Is there a connector for our CRM?",
    ])
    #expect(cosine(batch[0], batch[1]) > cosine(batch[0], batch[2]) + 0.2)
    #expect(cosine(batch[3], batch[4]) > cosine(batch[3], batch[2]) + 0.2)
    #expect(cosine(batch[0], batch[0]) > 0.99999)
  }

  @Test func theModelIsTheOneThatIndexesWereMadeWith() throws {
    let model = try RealModel.load().model
    #expect(model.dimensions == 384 && model.maximumTokens == 256)
    #expect(model.name == "all-MiniLM-L6-v2")
  }

  @Test func vectorsInEightBitsAreCloseToThoseInFloatingPoint() async throws {
    let texts =
      [
        "ok", "What does it cost?", "20%", "we would renew for 36 months at a discount of 12%, and legal asked again",
        "Thanks!!! \u{1F600}\u{1F600}", "ชื่อ 中文 naïve Straße", "HTTP 500 at https://example.com/a?b=c#d",
        "single sign-on was promised with the pilot. Can you send the redlines before Thursday?",
      ] + (1..<20).map { String(repeating: "the renewal depends on the security review, ", count: $0) }
    let exact = try await RealModel.load(.float32).embed(texts)
    let batch = try await RealModel.load(.int8).embed(texts)
    let cosines = texts.indices.map { cosine(exact[$0], batch[$0]) }
    #expect(cosines.allSatisfy { $0 >= 0.98 }, "\(cosines)")
    #expect(cosines.reduce(0, +) / Float(cosines.count) >= 0.99)
  }

  /// First values of the vector that ONNX Runtime gives for this text with the same weights.
  @Test func aKnownTextHasItsKnownVector() async throws {
    let batch = try await RealModel.load(.float32).embed(["What does it cost?"])
    let expected: [Float] = [0.0457865, 0.0333385, 0.0114191, 0.0234263, 0.0091686, 0.0128244, 0.0218557, 0.0569877]
    for (value, reference) in zip(batch[0], expected) { #expect(abs(value - reference) < 1e-5) }
  }
}
