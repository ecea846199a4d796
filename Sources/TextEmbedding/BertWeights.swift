// The weights of a BERT encoder: where its vectors lie in the model's file, and its matrices packed for the kernels.

/// The weights of a whole encoder, ready to compute with.
///
/// `@unchecked Sendable` holds because every pointer leads into the mapped file or into `packed`, both of which live as
/// long as this object and are not written after `init`.
final class BertWeights: @unchecked Sendable {
  struct Layer {
    /// Query, key and value as one product of `3 * hiddenSize` columns.
    let attention: LinearLayer
    let attentionOutput: LinearLayer
    let attentionNorm: LayerNorm
    let intermediate: LinearLayer
    let output: LinearLayer
    let outputNorm: LayerNorm
  }

  let configuration: ModelConfiguration
  let precision: SentenceEncoder.Precision
  let words: UnsafePointer<Float>
  let positions: UnsafePointer<Float>
  let types: UnsafePointer<Float>
  let embeddingNorm: LayerNorm
  let layers: [Layer]

  private let file: Safetensors
  private let packed: PackedWeights

  /// Finds and checks every tensor, and takes the packed matrices from the cache, or packs and caches them.
  init(
    _ file: Safetensors, configuration: ModelConfiguration, precision: SentenceEncoder.Precision,
    cache: (PackedLayout) -> PackedWeightsCache
  ) throws(EmbeddingError) {
    let hidden = configuration.hiddenSize
    let reader = TensorReader(file: file)
    words = try reader.vector(
      "embeddings.word_embeddings.weight", shape: [configuration.vocabularySize, hidden])
    positions = try reader.vector("embeddings.position_embeddings.weight", shape: [configuration.positions, hidden])
    let typeShape = try file.shape(of: file.prefix + "embeddings.token_type_embeddings.weight")
    types = try reader.vector("embeddings.token_type_embeddings.weight", shape: [max(typeShape.first ?? 1, 1), hidden])
    embeddingNorm = try reader.norm("embeddings.LayerNorm", size: hidden)

    var tensors: [[LinearTensors]] = []
    var norms: [(attention: LayerNorm, output: LayerNorm)] = []
    for index in 0..<configuration.layers {
      tensors.append(try reader.layer(index, configuration))
      let name = "encoder.layer.\(index)."
      norms.append(
        (
          try reader.norm(name + "attention.output.LayerNorm", size: hidden),
          try reader.norm(name + "output.LayerNorm", size: hidden)
        ))
    }
    let layout = PackedLayout(configuration, precision: precision)
    let cache = cache(layout)
    let packed: PackedWeights
    if let cached = cache.load(layout) {
      packed = cached
    } else {
      packed = PackedWeights(layout, packing: tensors)
      cache.store(packed)
    }
    layers = zip(layout.layers, norms).map { layer, norms in
      Layer(
        attention: packed.linear(layer.attention), attentionOutput: packed.linear(layer.attentionOutput),
        attentionNorm: norms.attention, intermediate: packed.linear(layer.intermediate),
        output: packed.linear(layer.output), outputNorm: norms.output)
    }
    self.configuration = configuration
    self.precision = precision
    self.file = file
    self.packed = packed
  }
}

/// Looks tensors up by their names in Hugging Face's BERT.
private struct TensorReader {
  let file: Safetensors

  func vector(_ name: String, shape: [Int]) throws(EmbeddingError) -> UnsafePointer<Float> {
    let values = try file.floats(file.prefix + name, shape: shape)
    guard let start = values.baseAddress else {
      throw EmbeddingError(.damaged, "tensor \(name) is empty", at: file.path)
    }
    return start
  }

  func norm(_ name: String, size: Int) throws(EmbeddingError) -> LayerNorm {
    LayerNorm(
      gain: try vector(name + ".weight", shape: [size]), offset: try vector(name + ".bias", shape: [size]))
  }

  /// The linear tensors of a layer, in the order in which they are packed.
  func layer(_ index: Int, _ configuration: ModelConfiguration) throws(EmbeddingError) -> [LinearTensors] {
    let (hidden, inner) = (configuration.hiddenSize, configuration.intermediateSize)
    let name = "encoder.layer.\(index)."
    var tensors: [LinearTensors] = []
    for (part, outputs, inputs) in [
      ("attention.self.query", hidden, hidden), ("attention.self.key", hidden, hidden),
      ("attention.self.value", hidden, hidden), ("attention.output.dense", hidden, hidden),
      ("intermediate.dense", inner, hidden), ("output.dense", hidden, inner),
    ] {
      tensors.append(
        LinearTensors(
          weights: try vector(name + part + ".weight", shape: [outputs, inputs]),
          bias: try vector(name + part + ".bias", shape: [outputs])))
    }
    return tensors
  }
}
