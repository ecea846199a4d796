// What models want put before questions and passages: where it is read, and that it reaches vectors, not tokens.

import Foundation
import Testing

@testable import TextEmbedding

@Suite struct PromptTests {
  private func prompts(_ json: String?, _ names: [String] = ["model"]) throws -> TextPrompts {
    let file = try json.map { try JSONDecoder().decode(PromptsFile.self, from: Data($0.utf8)) }
    return TextPrompts(file: file, names: names)
  }

  @Test func theFilesPromptsAreTaken() throws {
    #expect(
      try prompts(#"{"prompts": {"query": "q: ", "passage": "p: "}}"#) == TextPrompts(question: "q: ", passage: "p: "))
    #expect(
      try prompts(#"{"prompts": {"query": "q: ", "document": "d: ", "passage": "p: "}}"#)
        == TextPrompts(question: "q: ", passage: "d: "))
    #expect(try prompts(#"{"prompts": {"query": "", "document": ""}}"#, ["e5-small"]) == TextPrompts())
    #expect(try prompts(#"{"prompts": {"query": "q: ", "passage": null}}"#) == TextPrompts(question: "q: "))
    #expect(
      try prompts(#"{"prompts": {"x": "all: "}, "default_prompt_name": "x"}"#)
        == TextPrompts(question: "all: ", passage: "all: "))
  }

  @Test(arguments: [nil, "{}", #"{"prompts": {}, "default_prompt_name": null}"#] as [String?])
  func withoutPromptsInTheFileTheFamilysNameDecides(json: String?) throws {
    let search = TextPrompts(question: "Represent this sentence for searching relevant passages: ")
    for (names, expected) in [
      (["intfloat/e5-small-v2"], TextPrompts(question: "query: ", passage: "passage: ")),
      (["my-model", "E5-base"], TextPrompts(question: "query: ", passage: "passage: ")),
      (["BAAI/bge-small-en-v1.5"], search), (["bge-m3"], TextPrompts()),
      (["Snowflake/snowflake-arctic-embed-xs"], search), (["all-MiniLM-L6-v2"], TextPrompts()),
      (["gte-small"], TextPrompts()), (["wide5-x"], TextPrompts()),
    ] { #expect(try prompts(json, names) == expected, "\(names)") }
  }

  /// A tiny model whose questions and passages begin with words of its vocabulary.
  private func load(
    _ folder: TemporaryFolder, below name: String, pooling: String? = nil, prompts: String? = nil
  ) throws -> SentenceEncoder {
    let path = try TinyModel().write(to: folder, below: name)
    if let pooling { try folder.write(name + "/1_Pooling/config.json", "{\"pooling_mode_\(pooling)\": true}") }
    if let prompts { try folder.write(name + "/config_sentence_transformers.json", "{\"prompts\": \(prompts)}") }
    return try SentenceEncoder.load(folder: path, precision: .float32)
  }

  @Test(arguments: ["mean_tokens", "cls_token"])
  func promptsChangeVectorsButAreNoTokens(pooling: String) async throws {
    let folder = try TemporaryFolder()
    let plain = try load(folder, below: "plain", pooling: pooling)
    let encoder = try load(
      folder, below: "prompted", pooling: pooling, prompts: #"{"query": "the cost: ", "passage": "a price. "}"#)
    let text = "café unaffordable!"
    let question = try await encoder.embedQuestions([text])[0]
    let whole = try await plain.embedQuestions(["the cost: " + text])[0]
    #expect(question.vector == whole.vector)
    #expect(question.tokens.map(\.word) == [0..<5, 6..<18, 6..<18, 6..<18, 18..<19])
    // the cost : are three pieces.
    #expect(question.tokenVectors == Array(whole.tokenVectors.dropFirst(3 * 32)))

    let passage = try await encoder.embedPassages([text], keeping: TokenSelection(stopWords: [], limit: 3))
    let wholePassage = try await plain.embedPassages(
      ["a price. " + text], keeping: TokenSelection(stopWords: ["a", "price"], limit: 3))
    #expect(passage.vectors == wholePassage.vectors)
    #expect(passage.tokens == wholePassage.tokens && passage.tokens[0].count == 3)
    #expect(try await encoder.embed([text]) == passage.vectors)
    #expect(passage.vectors.values != question.vector)
    let vector = try await plain.embed(["a price. " + text])
    let expected = PlainBert(model: TinyModel())
    let states = try expected.states(plain.tokenizer.encode("a price. " + text, limit: 64))
    let reference =
      pooling == "cls_token"
      ? expected.unit(states[0]) : try expected.vector(plain.tokenizer.encode("a price. " + text, limit: 64))
    for (found, value) in zip(vector.values, reference) { #expect(abs(Double(found) - value) < 1e-4) }
  }

  @Test func promptsAreInTheFingerprintAndTakeRoomFromPassages() throws {
    let folder = try TemporaryFolder()
    let plain = try load(folder, below: "plain")
    let empty = try load(folder, below: "empty", prompts: #"{"query": "", "document": ""}"#)
    let encoder = try load(folder, below: "prompted", prompts: #"{"passage": "the price is a cost. "}"#)
    let question = try load(folder, below: "question", prompts: #"{"query": "the price is a cost. "}"#)
    #expect(plain.model.fingerprint == empty.model.fingerprint)
    #expect(Set([plain, encoder, question].map(\.model.fingerprint)).count == 3)
    let content = String(repeating: "the price is a cost. ", count: 40)
    for passage in encoder.passages(of: content, author: nil) {
      #expect(encoder.tokenizer.encode("the price is a cost. " + passage.text, limit: 1000).count <= 64)
    }
  }

  @Test func theNameThatAModelIsLoadedByTellsItsFamily() throws {
    let folder = try TemporaryFolder()
    let path = try TinyModel().write(to: folder)
    let plain = try SentenceEncoder.load(folder: path, name: "tiny")
    let named = try SentenceEncoder.load(folder: path, name: "e5-tiny")
    #expect(plain.model.fingerprint != named.model.fingerprint)
  }

  @Test func aFileOfPromptsThatIsNoneIsReported() throws {
    let folder = try TemporaryFolder()
    let error = #expect(throws: EmbeddingError.self) { try load(folder, below: "bad", prompts: "[1]") }
    #expect(error?.place?.hasSuffix("config_sentence_transformers.json") == true)
  }
}
