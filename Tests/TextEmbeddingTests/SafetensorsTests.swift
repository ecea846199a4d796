// Damaged and unsupported weights: each is refused with an error that says what and where.

import Foundation
import Testing

@testable import TextEmbedding

@Suite struct SafetensorsTests {
  private func failure(_ data: Data, tensor: String = "t", shape: [Int] = [2, 2]) throws -> EmbeddingError {
    let folder = try TemporaryFolder()
    let path = try folder.write("model.safetensors", data)
    let error = try #require(
      #expect(throws: EmbeddingError.self) { try Safetensors(path: path).floats(tensor, shape: shape) })
    #expect(error.place == path)
    #expect(error.remedy != nil)
    return error
  }

  private func file(_ entry: String, bytes: Int = 16) -> Data {
    TinyModel.file(header: "{\"t\":\(entry)}", data: Data(count: bytes))
  }

  @Test func aSoundTensorIsRead() throws {
    let folder = try TemporaryFolder()
    let data = TinyModel.safetensors([("a", [3], [1, 2, 3]), ("t", [2, 2], [4, 5, 6, 7])])
    let file = try Safetensors(path: try folder.write("model.safetensors", data))
    let values = try file.floats("t", shape: [2, 2])
    #expect(Array(values) == [4, 5, 6, 7])
    #expect(Set(file.names) == ["a", "t"])
  }

  @Test func truncatedFilesAreRefusedWhereverTheyEnd() throws {
    let whole = TinyModel.safetensors([("t", [2, 2], [4, 5, 6, 7])])
    for length in [0, 1, 7, 8, 9, whole.count / 2, whole.count - 1] {
      #expect(try failure(whole.prefix(length)).code == .damaged, "\(length) bytes")
    }
  }

  @Test(
    "Headers that are not what they should be are refused",
    arguments: [
      "", "[]", "{", "{\"t\":3}", "{\"t\":{\"shape\":[\"x\"]}}", "\u{0}\u{0}\u{0}\u{0}", "{\"t\":{\"shape\":[1.5]}}",
    ])
  func badHeaders(header: String) throws {
    #expect(try failure(TinyModel.file(header: header, data: Data(count: 16))).code == .damaged)
  }

  @Test func aHeaderLengthBeyondTheFileIsRefused() throws {
    for length: UInt64 in [1 << 20, .max, UInt64(Int64.max)] {
      var data = Data()
      withUnsafeBytes(of: length.littleEndian) { data.append(contentsOf: $0) }
      #expect(try failure(data + Data("{}      ".utf8)).code == .damaged)
    }
  }

  @Test(
    "Tensors that do not fit the file or their shape are refused",
    arguments: [
      #"{"dtype":"F32","shape":[2,2],"data_offsets":[0,1000000]}"#,
      #"{"dtype":"F32","shape":[2,2],"data_offsets":[16,0]}"#,
      #"{"dtype":"F32","shape":[2,2],"data_offsets":[-16,0]}"#,
      #"{"dtype":"F32","shape":[2,2],"data_offsets":[0,12]}"#,
      #"{"dtype":"F32","shape":[2,2],"data_offsets":[0]}"#,
      #"{"dtype":"F32","shape":[2,2]}"#,
      #"{"dtype":"F32","shape":[4],"data_offsets":[0,16]}"#,
    ])
  func badTensors(entry: String) throws {
    #expect(try failure(file(entry)).code == .damaged)
  }

  @Test func unalignedTensorsAreRefused() throws {
    let error = try failure(file(#"{"dtype":"F32","shape":[2,2],"data_offsets":[1,17]}"#, bytes: 32))
    #expect(error.description.contains("multiple of 4"))
  }

  @Test func shapesThatOverflowAreRefused() throws {
    let huge = [Int.max, 2]
    let error = try failure(
      file(#"{"dtype":"F32","shape":[9223372036854775807,2],"data_offsets":[0,16]}"#), shape: huge)
    #expect(error.code == .damaged)
  }

  @Test func otherElementTypesAreNamed() throws {
    let error = try failure(file(#"{"dtype":"BF16","shape":[2,2],"data_offsets":[0,8]}"#))
    #expect(error.code == .unsupported)
    #expect(error.description.contains("BF16"))
  }

  @Test func aMissingTensorIsNamed() throws {
    let error = try failure(TinyModel.safetensors([("t", [1], [1])]), tensor: "encoder.weight")
    #expect(error.description.contains("encoder.weight"))
  }
}

@Suite struct ModelLoadingTests {
  private func failure(_ change: (inout TinyModel, TemporaryFolder) throws -> Void) throws -> EmbeddingError {
    let folder = try TemporaryFolder()
    var model = TinyModel()
    _ = try model.write(to: folder)
    try change(&model, folder)
    try folder.write("model/model.safetensors", model.safetensors())
    return try #require(
      #expect(throws: EmbeddingError.self) { try SentenceEncoder.load(folder: folder.path + "/model") })
  }

  @Test func aTensorOfTheWrongShapeIsNamedWithBothShapes() throws {
    let error = try failure { model, _ in
      let name = "encoder.layer.1.output.dense.weight"
      let index = try #require(model.tensors.firstIndex { $0.name == name })
      model.tensors[index].shape = [64, 32]
    }
    #expect(error.description.contains("encoder.layer.1.output.dense.weight"))
    #expect(error.description.contains("[64, 32]") && error.description.contains("[32, 64]"))
  }

  @Test func aConfigurationOfAnotherModelIsRefused() throws {
    let error = try failure { model, folder in
      try folder.write(
        "model/config.json", model.config.replacingOccurrences(of: "\"hidden_size\": 32", with: "\"hidden_size\": 64"))
    }
    #expect(error.description.contains("hidden_size is 64") && error.description.contains("32"))
  }

  @Test func otherArchitecturesAreRefused() throws {
    let error = try failure { model, folder in
      try folder.write("model/config.json", model.config.replacingOccurrences(of: "\"bert\"", with: "\"roberta\""))
    }
    #expect(error.code == .unsupported)
    #expect(error.description.contains("roberta"))
  }

  @Test func unreadableConfigurationsAreRefused() throws {
    #expect(try failure { _, folder in try folder.write("model/config.json", "{") }.code == .damaged)
  }

  @Test func casedModelsAreRefused() throws {
    let error = try failure { _, folder in
      try folder.write("model/tokenizer_config.json", #"{"do_lower_case": false}"#)
    }
    #expect(error.code == .unsupported)
  }

  @Test func aVocabularyLargerThanTheWeightsIsRefused() throws {
    let error = try failure { _, folder in
      try folder.write("model/vocab.txt", (TinyModel.vocabulary + ["more"]).joined(separator: "\n"))
    }
    #expect(error.description.contains("\(TinyModel.vocabulary.count + 1)"))
  }

  @Test func missingFilesAreNamed() throws {
    let folder = try TemporaryFolder()
    let path = try TinyModel().write(to: folder)
    try FileManager.default.removeItem(atPath: path + "/model.safetensors")
    let error = try #require(#expect(throws: EmbeddingError.self) { try SentenceEncoder.load(folder: path) })
    #expect(error.code == .missing)
    #expect(error.place == path + "/model.safetensors")
  }

  @Test func withoutAConfigurationTheShapesComeFromTheWeights() throws {
    let folder = try TemporaryFolder()
    let path = try TinyModel().write(to: folder)
    try FileManager.default.removeItem(atPath: path + "/config.json")
    let encoder = try SentenceEncoder.load(folder: path)
    #expect(encoder.model.dimensions == 32)
    #expect(encoder.model.maximumTokens == 64)
  }
}
