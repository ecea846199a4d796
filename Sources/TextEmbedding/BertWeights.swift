// The weights of a BERT encoder: where they lie in the mapped file, and the matrices packed for the kernels.

internal import CVectorKernels
internal import Dispatch

/// One linear layer, `y[rows][outputs] = x[rows][inputs] * weights^T + bias`.
struct LinearLayer {
  let outputs: Int
  let inputs: Int
  /// Panels as made by `encoder_pack`.
  let packed: UnsafePointer<Float>
  let bias: UnsafePointer<Float>

  func apply(_ level: CPULevel, _ x: UnsafePointer<Float>, rows: Int, to y: UnsafeMutablePointer<Float>) {
    encoder_linear(level, x, rows, packed, bias, outputs, inputs, y)
  }
}

/// Gain and offset of a layer normalisation.
struct LayerNorm {
  let gain: UnsafePointer<Float>
  let offset: UnsafePointer<Float>
}

/// The weights of a whole encoder, ready to compute with.
///
/// `@unchecked Sendable` holds because every pointer leads into the mapped file or into `buffers`, both of which live
/// as long as this object and are not written after `init`.
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
  let words: UnsafePointer<Float>
  let positions: UnsafePointer<Float>
  let types: UnsafePointer<Float>
  let embeddingNorm: LayerNorm
  let layers: [Layer]

  private let file: Safetensors
  private let buffers: [FloatBuffer]

  /// Finds and checks every tensor, and packs the matrices on all processors.
  init(folder: String) throws(EmbeddingError) {
    let file = try Safetensors(path: folder + "/model.safetensors")
    // Some exports keep the name of the model's attribute before every tensor.
    let prefix = file.contains("bert.embeddings.word_embeddings.weight") ? "bert." : ""
    let configuration = try ModelConfiguration(folder: folder, weights: file, prefix: prefix)
    let hidden = configuration.hiddenSize
    var reader = WeightReader(file: file, prefix: prefix)

    words = try reader.vector(
      "embeddings.word_embeddings.weight", shape: [configuration.vocabularySize, hidden])
    positions = try reader.vector("embeddings.position_embeddings.weight", shape: [configuration.positions, hidden])
    let typeShape = try file.shape(of: prefix + "embeddings.token_type_embeddings.weight")
    types = try reader.vector(
      "embeddings.token_type_embeddings.weight", shape: [max(typeShape.first ?? 1, 1), hidden])
    embeddingNorm = try reader.norm("embeddings.LayerNorm", size: hidden)

    var layers: [Layer] = []
    for index in 0..<configuration.layers {
      let name = "encoder.layer.\(index)."
      layers.append(
        Layer(
          attention: try reader.linear(
            ["query", "key", "value"].map { name + "attention.self." + $0 }, outputs: hidden, inputs: hidden),
          attentionOutput: try reader.linear([name + "attention.output.dense"], outputs: hidden, inputs: hidden),
          attentionNorm: try reader.norm(name + "attention.output.LayerNorm", size: hidden),
          intermediate: try reader.linear(
            [name + "intermediate.dense"], outputs: configuration.intermediateSize, inputs: hidden),
          output: try reader.linear(
            [name + "output.dense"], outputs: hidden, inputs: configuration.intermediateSize),
          outputNorm: try reader.norm(name + "output.LayerNorm", size: hidden)))
    }
    reader.pack()
    self.layers = layers
    self.configuration = configuration
    self.file = file
    self.buffers = reader.buffers
  }
}

/// Looks tensors up, and remembers which are to be packed.
private struct WeightReader {
  /// One matrix to pack.
  ///
  /// `@unchecked Sendable` holds because each is packed by one thread, into memory that no other touches.
  struct Packing: @unchecked Sendable {
    let weights: UnsafePointer<Float>
    let outputs: Int
    let inputs: Int
    let packed: UnsafeMutablePointer<Float>
  }

  let file: Safetensors
  let prefix: String
  private(set) var buffers: [FloatBuffer] = []
  private var packings: [Packing] = []

  init(file: Safetensors, prefix: String) {
    self.file = file
    self.prefix = prefix
  }

  func vector(_ name: String, shape: [Int]) throws(EmbeddingError) -> UnsafePointer<Float> {
    let values = try file.floats(prefix + name, shape: shape)
    guard let start = values.baseAddress else {
      throw EmbeddingError(.damaged, "tensor \(name) is empty", at: file.path)
    }
    return start
  }

  func norm(_ name: String, size: Int) throws(EmbeddingError) -> LayerNorm {
    LayerNorm(
      gain: try vector(name + ".weight", shape: [size]), offset: try vector(name + ".bias", shape: [size]))
  }

  /// One layer of the named ones side by side, each with `outputs` columns.
  mutating func linear(_ names: [String], outputs: Int, inputs: Int) throws(EmbeddingError) -> LinearLayer {
    let packed = FloatBuffer(count: names.count * outputs * inputs)
    let bias = FloatBuffer(count: names.count * outputs)
    for (place, name) in names.enumerated() {
      // A panel holds columns of one matrix only, so matrices side by side are packed one after the other.
      packings.append(
        Packing(
          weights: try vector(name + ".weight", shape: [outputs, inputs]), outputs: outputs, inputs: inputs,
          packed: packed.start + place * outputs * inputs))
      (bias.start + place * outputs).initialize(from: try vector(name + ".bias", shape: [outputs]), count: outputs)
    }
    buffers += [packed, bias]
    return LinearLayer(
      outputs: names.count * outputs, inputs: inputs, packed: UnsafePointer(packed.start),
      bias: UnsafePointer(bias.start))
  }

  func pack() {
    let packings = packings
    let level = cpu_level()
    DispatchQueue.concurrentPerform(iterations: packings.count) { index in
      let packing = packings[index]
      encoder_pack(level, packing.weights, packing.outputs, packing.inputs, packing.packed)
    }
  }
}
