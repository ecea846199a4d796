// Helpers of these tests: temporary folders, a tiny model written on the spot, and the real one.

import Foundation
import Testing

@testable import TextEmbedding

/// A folder that is removed with this object.
final class TemporaryFolder {
  let path: String

  init() throws {
    path = FileManager.default.temporaryDirectory.path + "/recollect-tests-" + UUID().uuidString
    try FileManager.default.createDirectory(atPath: path, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(atPath: path) }

  @discardableResult
  func write(_ name: String, _ data: Data) throws -> String {
    let file = path + "/" + name
    try FileManager.default.createDirectory(
      atPath: (file as NSString).deletingLastPathComponent, withIntermediateDirectories: true)
    try data.write(to: URL(fileURLWithPath: file))
    return file
  }

  @discardableResult
  func write(_ name: String, _ text: String) throws -> String { try write(name, Data(text.utf8)) }
}

/// Repeatable random numbers (SplitMix64).
struct SeededGenerator: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ (z >> 30)) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ (z >> 27)) &* 0x94D0_49BB_1331_11EB
    return z ^ (z >> 31)
  }
}

/// A BERT model of a few kilobytes with random weights.
struct TinyModel {
  static let vocabulary =
    ["[PAD]", "[UNK]", "[CLS]", "[SEP]", "the", "price", "is", "cost", "un", "##able", "##afford", "a", "b", "##b"]
    + ["c", "##c", ".", ",", "!", "?", "[", "]", "sep", "#", "cafe", "straße", "中", "文", "i", "##i", "1", "##2"]

  var hidden = 32
  var intermediate = 64
  var layers = 2
  var heads = 2
  var positions = 64
  var tensors: [(name: String, shape: [Int], values: [Float])] = []

  init(seed: UInt64 = 1) {
    var generator = SeededGenerator(state: seed)
    func add(_ name: String, _ shape: [Int], around center: Float = 0) {
      let values = (0..<shape.reduce(1, *)).map { _ in center + Float.random(in: -0.5...0.5, using: &generator) }
      tensors.append((name, shape, values))
    }
    func norm(_ name: String) {
      add(name + ".weight", [hidden], around: 1)
      add(name + ".bias", [hidden])
    }
    func linear(_ name: String, _ outputs: Int, _ inputs: Int) {
      add(name + ".weight", [outputs, inputs])
      add(name + ".bias", [outputs])
    }
    add("embeddings.word_embeddings.weight", [Self.vocabulary.count, hidden])
    add("embeddings.position_embeddings.weight", [positions, hidden])
    add("embeddings.token_type_embeddings.weight", [2, hidden])
    norm("embeddings.LayerNorm")
    for layer in 0..<layers {
      let name = "encoder.layer.\(layer)."
      for part in ["query", "key", "value"] { linear(name + "attention.self." + part, hidden, hidden) }
      linear(name + "attention.output.dense", hidden, hidden)
      norm(name + "attention.output.LayerNorm")
      linear(name + "intermediate.dense", intermediate, hidden)
      linear(name + "output.dense", hidden, intermediate)
      norm(name + "output.LayerNorm")
    }
  }

  func values(_ name: String) throws -> [Float] {
    try #require(tensors.first { $0.name == name }, "the model has no \(name)").values
  }

  var config: String {
    """
    {"model_type": "bert", "hidden_act": "gelu", "hidden_size": \(hidden), "num_attention_heads": \(heads),
     "num_hidden_layers": \(layers), "intermediate_size": \(intermediate), "layer_norm_eps": 1e-12,
     "max_position_embeddings": \(positions), "vocab_size": \(Self.vocabulary.count)}
    """
  }

  func safetensors() -> Data { Self.safetensors(tensors) }

  static func safetensors(_ tensors: [(name: String, shape: [Int], values: [Float])]) -> Data {
    var entries: [String] = ["\"__metadata__\":{\"format\":\"pt\"}"]
    var data = Data()
    for tensor in tensors {
      let start = data.count
      tensor.values.withUnsafeBytes { data.append(contentsOf: $0) }
      entries.append(
        "\"\(tensor.name)\":{\"dtype\":\"F32\",\"shape\":\(tensor.shape),\"data_offsets\":[\(start),\(data.count)]}")
    }
    return file(header: "{" + entries.joined(separator: ",") + "}", data: data)
  }

  /// A safetensors file; the header is filled up with spaces so that the data is aligned.
  static func file(header: String, data: Data) -> Data {
    var bytes = Array(header.utf8)
    while bytes.count % 8 != 0 { bytes.append(0x20) }
    var file = Data()
    withUnsafeBytes(of: UInt64(bytes.count).littleEndian) { file.append(contentsOf: $0) }
    return file + Data(bytes) + data
  }

  /// Writes all files of the model.
  func write(to folder: TemporaryFolder, below name: String = "model") throws -> String {
    try folder.write(name + "/model.safetensors", safetensors())
    try folder.write(name + "/vocab.txt", Self.vocabulary.joined(separator: "\n") + "\n")
    try folder.write(name + "/config.json", config)
    return folder.path + "/" + name
  }
}

/// The installed default model. The tests' command installs it beforehand.
enum RealModel {
  static func load(_ precision: SentenceEncoder.Precision = .int8) throws -> SentenceEncoder {
    let library = ModelLibrary(folder: ModelLibrary.defaultFolder())
    let model = try #require(
      library.installed().first { $0.name == ModelLibrary.defaultModelName },
      "the default model is not installed in \(library.folder); remedy: recollect model install")
    return try SentenceEncoder.load(folder: model.folder, precision: precision)
  }

  static func tokenizer() throws -> WordPieceTokenizer { try load().tokenizer }
}

func cosine(_ a: some Sequence<Float>, _ b: some Sequence<Float>) -> Float {
  var (dot, first, second): (Float, Float, Float) = (0, 0, 0)
  for (x, y) in zip(a, b) {
    dot += x * y
    first += x * x
    second += y * y
  }
  return dot / (first * second).squareRoot()
}
