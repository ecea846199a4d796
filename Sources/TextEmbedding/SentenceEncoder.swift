// The encoder as the rest of the program uses it: tokenizer, BERT and threads behind `EmbeddingService`.

internal import Foundation
internal import Synchronization

/// A BERT sentence encoder that runs on this machine's processor.
///
/// ```swift
/// let encoder = try SentenceEncoder.load(folder: model.folder)
/// let batch = try await encoder.embed(["What does it cost?", "The price is 40 dollars a seat."])
/// ```
public final class SentenceEncoder: EmbeddingService {
  /// How weights are held and multiplied.
  public enum Precision: String, Sendable, CaseIterable {
    /// 32-bit floating point.
    case float32
  }

  /// The longest input in tokens where the model takes more: what all-MiniLM-L6-v2 was evaluated with.
  static let usualMaximumTokens = 256

  /// Tokens computed together on one thread. Large enough that weights are read from memory seldom, small enough that
  /// the matrices stay in the second-level cache and cancellation is noticed within some 30 ms.
  private static let chunkTokens = 128
  /// Below this, halving the work for another thread costs more than it gains.
  private static let smallestChunkTokens = 24

  public let model: EmbeddingModel

  let tokenizer: WordPieceTokenizer
  private let encoder: BertEncoder
  private let threads: Int

  private init(model: EmbeddingModel, tokenizer: WordPieceTokenizer, encoder: BertEncoder, threads: Int) {
    self.model = model
    self.tokenizer = tokenizer
    self.encoder = encoder
    self.threads = threads
  }

  /// Loads a model from a folder with `model.safetensors` and `vocab.txt`; `config.json` and
  /// `1_Pooling/config.json` are read where they exist.
  ///
  /// - Parameters:
  ///   - folder: The path of the folder.
  ///   - name: The model's name; the folder's where nil.
  ///   - precision: How weights are held.
  ///   - threads: How many threads may compute at once; the number of processors where nil.
  /// - Throws: `EmbeddingError` for a missing, damaged or unsupported model.
  public static func load(
    folder: String, name: String? = nil, precision: Precision = .float32, threads: Int? = nil
  ) throws -> SentenceEncoder {
    let vocabularyPath = folder + "/vocab.txt"
    let vocabulary = try Vocabulary(path: vocabularyPath)
    let weights = try BertWeights(folder: folder)
    let configuration = weights.configuration
    guard vocabulary.count <= configuration.vocabularySize else {
      throw EmbeddingError(
        .damaged,
        "the vocabulary has \(vocabulary.count) pieces, but the weights have \(configuration.vocabularySize)",
        at: vocabularyPath, remedy: "Use the vocabulary and weights of the same model")
    }
    let maximumTokens = min(usualMaximumTokens, configuration.positions)
    let model = EmbeddingModel(
      name: name ?? URL(fileURLWithPath: folder).lastPathComponent, dimensions: configuration.hiddenSize,
      maximumTokens: maximumTokens,
      fingerprint: try ModelFingerprint.compute(
        weights: folder + "/model.safetensors", vocabulary: vocabularyPath, configuration: configuration,
        maximumTokens: maximumTokens, precision: precision))
    return SentenceEncoder(
      model: model, tokenizer: WordPieceTokenizer(vocabulary: vocabulary), encoder: BertEncoder(weights: weights),
      threads: max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount))
  }

  /// Embeds texts; see `EmbeddingService.embed(_:)`.
  ///
  /// Texts are computed in chunks of about 128 tokens on up to `threads` threads. Between chunks, other calls get
  /// their turn, and cancellation is noticed. A text's vector does not depend on the texts beside it, but for rounding.
  public func embed(_ texts: [String]) async throws -> EmbeddingBatch {
    try Task.checkCancellation()
    if texts.isEmpty { return EmbeddingBatch(dimensions: model.dimensions, values: []) }
    let batch = try TokenBatch(texts, tokenizer: tokenizer, limit: model.maximumTokens)
    let share = (batch.ids.count + threads - 1) / threads
    let chunks = batch.chunks(of: min(Self.chunkTokens, max(Self.smallestChunkTokens, share)))
    let output = FloatBuffer(count: texts.count * model.dimensions)
    let work = ChunkQueue(count: chunks.count)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<min(threads, chunks.count) {
        group.addTask(executorPreference: EncoderExecutor.shared) { [self] in
          let workspace = Workspace()
          while let index = work.next() {
            try Task.checkCancellation()
            try encode(batch, chunks[index], workspace: workspace, into: output)
            await Task.yield()
          }
        }
      }
      try await group.waitForAll()
    }
    return EmbeddingBatch(dimensions: model.dimensions, values: output.values())
  }

  public func passages(of content: String, author: String?) -> [Passage] {
    PassageCutter(maximumTokens: model.maximumTokens, tokenizer: tokenizer).passages(of: content, author: author)
  }

  private func encode(
    _ batch: TokenBatch, _ chunk: TokenBatch.Chunk, workspace: Workspace, into output: FloatBuffer
  ) throws(EmbeddingError) {
    let valid = batch.ids.withUnsafeBufferPointer { ids in
      encoder.encode(
        UnsafeBufferPointer(rebasing: ids[chunk.tokens]), lengths: batch.lengths[chunk.texts], workspace: workspace,
        into: output.start + chunk.texts.lowerBound * model.dimensions)
    }
    guard valid else {
      throw EmbeddingError(
        .damaged, "the weights of \(model.name) give vectors that are no numbers",
        remedy: "Check the model: recollect model verify")
    }
  }
}

/// Hands out the indices of chunks to the tasks that compute them.
private final class ChunkQueue: Sendable {
  private let upcoming = Atomic<Int>(0)
  private let count: Int

  init(count: Int) { self.count = count }

  func next() -> Int? {
    let index = upcoming.wrappingAdd(1, ordering: .relaxed).oldValue
    return index < count ? index : nil
  }
}
