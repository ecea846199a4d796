// A model's sizes and options: from config.json and 1_Pooling/config.json where they exist, else from the tensors.

internal import Foundation

/// How token vectors become the text's vector.
enum Pooling: String, Sendable {
  case mean
  /// The vector of `[CLS]`.
  case classification
}

/// The shape of a BERT encoder.
struct ModelConfiguration: Sendable, Equatable {
  var vocabularySize: Int
  var hiddenSize: Int
  var intermediateSize: Int
  var layers: Int
  var heads: Int
  var positions: Int
  var layerNormEpsilon: Float
  var pooling: Pooling
  var prompts: TextPrompts

  var headSize: Int { hiddenSize / heads }

  /// Reads the configuration of the model in `folder` and checks it against the weights' shapes.
  ///
  /// - Parameter name: What the model is called here, which may tell its family.
  init(folder: String, name: String, weights: Safetensors) throws(EmbeddingError) {
    let prefix = weights.prefix
    let path = folder + "/config.json"
    let file: ConfigurationFile? = try Self.decode(path)
    try file?.checkSupported(path: path)
    let tokenizerPath = folder + "/tokenizer_config.json"
    let tokenizerFile: TokenizerFile? = try Self.decode(tokenizerPath)
    guard tokenizerFile?.lowercases ?? true else {
      throw EmbeddingError(
        .unsupported, "models that tell upper case from lower case are not supported", at: tokenizerPath,
        remedy: "Use an uncased BERT encoder such as all-MiniLM-L6-v2")
    }

    let words = try weights.matrixShape(prefix + "embeddings.word_embeddings.weight")
    let positions = try weights.matrixShape(prefix + "embeddings.position_embeddings.weight")
    let intermediate = try weights.matrixShape(prefix + "encoder.layer.0.intermediate.dense.weight")
    var layers = 0
    while weights.contains(prefix + "encoder.layer.\(layers).attention.self.query.weight") { layers += 1 }

    vocabularySize = words.rows
    hiddenSize = words.columns
    self.positions = positions.rows
    intermediateSize = intermediate.rows
    self.layers = layers
    // The number of heads leaves no trace in the tensors. All small BERT models have heads of 32 or 64 columns.
    heads = file?.heads ?? hiddenSize / (hiddenSize < 512 ? 32 : 64)
    layerNormEpsilon = file?.layerNormEpsilon ?? 1e-12

    let poolingPath = folder + "/1_Pooling/config.json"
    let poolingFile: PoolingFile? = try Self.decode(poolingPath)
    pooling = try poolingFile?.pooling(path: poolingPath) ?? .mean

    let promptsFile: PromptsFile? = try Self.decode(folder + "/config_sentence_transformers.json")
    let folderName = URL(fileURLWithPath: folder).lastPathComponent
    prompts = TextPrompts(file: promptsFile, names: [file?.name, name, folderName].compactMap { $0 })

    for (name, said, found) in [
      ("vocab_size", file?.vocabularySize, vocabularySize), ("hidden_size", file?.hiddenSize, hiddenSize),
      ("intermediate_size", file?.intermediateSize, intermediateSize),
      ("num_hidden_layers", file?.layers, layers), ("max_position_embeddings", file?.positions, self.positions),
    ] {
      guard let said, said != found else { continue }
      throw EmbeddingError(
        .damaged, "config.json says \(name) is \(said), but the weights have \(found)", at: path,
        remedy: "Use the weights and config.json of the same model")
    }
    try checkKernels(path: weights.path)
  }

  /// The kernels work on whole vectors of 16 columns and whole panels of 32.
  private func checkKernels(path: String) throws(EmbeddingError) {
    func unsupported(_ what: String) -> EmbeddingError {
      EmbeddingError(.unsupported, what, at: path, remedy: "Use a BERT encoder such as all-MiniLM-L6-v2")
    }
    guard layers > 0 else { throw unsupported("the model has no layers") }
    guard positions >= 8 else { throw unsupported("\(positions) positions are too few") }
    guard hiddenSize % 32 == 0, intermediateSize % 32 == 0, hiddenSize <= 4096, intermediateSize <= 16384 else {
      throw unsupported("layers of \(hiddenSize) and \(intermediateSize) columns are not supported")
    }
    guard heads > 0, hiddenSize % heads == 0, headSize % 16 == 0, headSize <= 128 else {
      throw unsupported("\(heads) attention heads for \(hiddenSize) columns are not supported")
    }
    guard layerNormEpsilon > 0, layerNormEpsilon < 1 else {
      throw unsupported("a layer normalisation epsilon of \(layerNormEpsilon) is not supported")
    }
  }

  /// The content of a JSON file, or nil where there is none.
  private static func decode<Content: Decodable>(_ path: String) throws(EmbeddingError) -> Content? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    do {
      return try JSONDecoder().decode(Content.self, from: Data(contentsOf: URL(fileURLWithPath: path)))
    } catch {
      throw EmbeddingError(
        .damaged, "cannot read the model's configuration: \(error)", at: path,
        remedy: "Install the model again: recollect model install")
    }
  }
}

/// What is read of config.json.
private struct ConfigurationFile: Decodable {
  let name: String?
  let modelType: String?
  let activation: String?
  let positionKind: String?
  let vocabularySize: Int?
  let hiddenSize: Int?
  let intermediateSize: Int?
  let layers: Int?
  let heads: Int?
  let positions: Int?
  let layerNormEpsilon: Float?

  enum CodingKeys: String, CodingKey {
    case name = "_name_or_path"
    case modelType = "model_type"
    case activation = "hidden_act"
    case positionKind = "position_embedding_type"
    case vocabularySize = "vocab_size"
    case hiddenSize = "hidden_size"
    case intermediateSize = "intermediate_size"
    case layers = "num_hidden_layers"
    case heads = "num_attention_heads"
    case positions = "max_position_embeddings"
    case layerNormEpsilon = "layer_norm_eps"
  }

  func checkSupported(path: String) throws(EmbeddingError) {
    for (name, said, supported) in [
      ("model_type", modelType, "bert"), ("hidden_act", activation, "gelu"),
      ("position_embedding_type", positionKind, "absolute"),
    ] {
      guard let said, said != supported else { continue }
      throw EmbeddingError(
        .unsupported, "\(name) \"\(said)\" is not supported, only \"\(supported)\"", at: path,
        remedy: "Use a BERT encoder such as all-MiniLM-L6-v2")
    }
  }
}

/// What is read of tokenizer_config.json.
private struct TokenizerFile: Decodable {
  let lowercases: Bool?

  enum CodingKeys: String, CodingKey {
    case lowercases = "do_lower_case"
  }
}

/// What is read of 1_Pooling/config.json.
private struct PoolingFile: Decodable {
  let mean: Bool?
  let classification: Bool?

  enum CodingKeys: String, CodingKey {
    case mean = "pooling_mode_mean_tokens"
    case classification = "pooling_mode_cls_token"
  }

  func pooling(path: String) throws(EmbeddingError) -> Pooling {
    switch (mean ?? false, classification ?? false) {
    case (true, false): return .mean
    case (false, true): return .classification
    default:
      throw EmbeddingError(
        .unsupported, "only mean and cls pooling are supported, one of them", at: path,
        remedy: "Use a BERT encoder such as all-MiniLM-L6-v2")
    }
  }
}

extension Safetensors {
  /// The shape of a tensor that must be a matrix.
  fileprivate func matrixShape(_ name: String) throws(EmbeddingError) -> (rows: Int, columns: Int) {
    let shape = try shape(of: name)
    guard shape.count == 2, shape[0] > 0, shape[1] > 0 else {
      throw EmbeddingError(
        .damaged, "tensor \(name) has shape \(shape), expected a matrix", at: path,
        remedy: "Install the model again: recollect model install")
    }
    return (shape[0], shape[1])
  }
}
