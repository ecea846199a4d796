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
    /// Linear layers in 8 bits: weights with a scale per output, activations with one per token and 128 columns, sums
    /// in 32 bits. All else is floating point. Vectors are at a cosine of about 0.998 to those of `float32`.
    case int8
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
  private let prompts: TextPrompts
  private let threads: Int

  private init(model: EmbeddingModel, tokenizer: WordPieceTokenizer, encoder: BertEncoder, threads: Int) {
    prompts = encoder.weights.configuration.prompts
    self.model = model
    self.tokenizer = tokenizer
    self.encoder = encoder
    self.threads = threads
  }

  /// Loads a model from a folder with `model.safetensors` and `vocab.txt`; `config.json`, `1_Pooling/config.json` and
  /// `config_sentence_transformers.json` are read where they exist.
  ///
  /// Weights packed for this precision are kept in a file beside the model, or else in the user's cache folder, so that
  /// the next load is a fast one.
  ///
  /// - Parameters:
  ///   - folder: The path of the folder.
  ///   - name: The model's name; the folder's where nil.
  ///   - precision: How weights are held.
  ///   - threads: How many threads may compute at once; the number of processors where nil.
  /// - Throws: `EmbeddingError` for a missing, damaged or unsupported model.
  public static func load(
    folder: String, name: String? = nil, precision: Precision = .int8, threads: Int? = nil
  ) throws -> SentenceEncoder {
    try load(
      folder: folder, name: name, precision: precision, threads: threads,
      environment: ProcessInfo.processInfo.environment)
  }

  static func load(
    folder: String, name: String? = nil, precision: Precision, threads: Int? = nil, environment: [String: String]
  ) throws -> SentenceEncoder {
    let name = name ?? URL(fileURLWithPath: folder).lastPathComponent
    let vocabularyPath = folder + "/vocab.txt"
    let vocabulary = try Vocabulary(path: vocabularyPath)
    let file = try Safetensors(path: folder + "/model.safetensors")
    let configuration = try ModelConfiguration(folder: folder, name: name, weights: file)
    guard vocabulary.count <= configuration.vocabularySize else {
      throw EmbeddingError(
        .damaged,
        "the vocabulary has \(vocabulary.count) pieces, but the weights have \(configuration.vocabularySize)",
        at: vocabularyPath, remedy: "Use the vocabulary and weights of the same model")
    }
    let maximumTokens = min(usualMaximumTokens, configuration.positions)
    let fingerprint = try ModelFingerprint.compute(
      weights: file.path, vocabulary: vocabularyPath, configuration: configuration, maximumTokens: maximumTokens,
      precision: precision)
    let weights = try BertWeights(file, configuration: configuration, precision: precision) { layout in
      PackedWeightsCache(
        folder: folder, weights: file.path, fingerprint: fingerprint, layout: layout, environment: environment)
    }
    let model = EmbeddingModel(
      name: name, dimensions: configuration.hiddenSize, maximumTokens: maximumTokens, fingerprint: fingerprint)
    return SentenceEncoder(
      model: model, tokenizer: WordPieceTokenizer(vocabulary: vocabulary), encoder: BertEncoder(weights: weights),
      threads: max(1, threads ?? ProcessInfo.processInfo.activeProcessorCount))
  }

  /// Embeds texts; see `EmbeddingService.embed(_:)`.
  ///
  /// Texts are computed in chunks of about 128 tokens on up to `threads` threads. Between chunks, other calls get
  /// their turn, and cancellation is noticed. A text's vector does not depend on the texts beside it, but for rounding.
  public func embed(_ texts: [String]) async throws -> EmbeddingBatch {
    let batch = try TokenBatch(count: texts.count) { .init(ids: passageTokens(texts[$0])) }
    return try await compute(batch, tokens: nil)
  }

  /// Embeds passages with the signs of their tokens; see `EmbeddingService.embedPassages(_:keeping:)`.
  public func embedPassages(_ texts: [String], keeping selection: TokenSelection) async throws -> PassageBatch {
    let batch = try TokenBatch(count: texts.count) { text in
      let (ids, words) = tokenizer.words(
        of: texts[text], after: prompts.passage, limit: limit, stopWords: selection.stopWords)
      let kept = words.lazy.filter { !$0.isPunctuation && !$0.isStopWord }.flatMap(\.pieces)
      return .init(ids: ids, kept: kept.prefix(max(0, selection.limit)))
    }
    let signs = TokenSignRows(count: batch.kept.count, dimensions: model.dimensions)
    let vectors = try await compute(batch, tokens: signs)
    return PassageBatch(vectors: vectors, tokens: batch.keptTexts.map { signs.signs($0) })
  }

  /// Embeds questions with their tokens' vectors; see `EmbeddingService.embedQuestions(_:)`.
  public func embedQuestions(_ texts: [String]) async throws -> [QuestionEmbedding] {
    var tokens: [[QuestionEmbedding.Token]] = []
    let batch = try TokenBatch(count: texts.count) { text in
      let (ids, words) = tokenizer.words(of: texts[text], after: prompts.question, limit: limit)
      tokens.append(
        words.flatMap { word in
          word.pieces.map { _ in .init(word: word.source, isPunctuation: word.isPunctuation) }
        })
      return .init(ids: ids, kept: words.flatMap(\.pieces))
    }
    let rows = TokenVectorRows(count: batch.kept.count, dimensions: model.dimensions)
    let vectors = try await compute(batch, tokens: rows)
    return texts.indices.map { text in
      QuestionEmbedding(
        vector: Array(vectors[text]), tokens: tokens[text], tokenVectors: rows.values(batch.keptTexts[text]))
    }
  }

  /// The tokens that a passage is computed from.
  func passageTokens(_ text: String) -> [Int32] { tokenizer.encode(prompts.passage + text, limit: limit) }

  private var limit: Int { model.maximumTokens }

  /// The texts' vectors; what is kept of their tokens goes to `tokens`.
  private func compute(_ batch: TokenBatch, tokens: (any TokenRows)?) async throws -> EmbeddingBatch {
    try Task.checkCancellation()
    if batch.lengths.isEmpty { return EmbeddingBatch(dimensions: model.dimensions, values: []) }
    let share = (batch.ids.count + threads - 1) / threads
    let chunks = batch.chunks(of: min(Self.chunkTokens, max(Self.smallestChunkTokens, share)))
    let output = FloatBuffer(count: batch.lengths.count * model.dimensions)
    let work = ChunkQueue(count: chunks.count)
    try await withThrowingTaskGroup(of: Void.self) { group in
      for _ in 0..<min(threads, chunks.count) {
        group.addTask(executorPreference: EncoderExecutor.shared) { [self] in
          let workspace = Workspace()
          while let index = work.next() {
            try Task.checkCancellation()
            try encode(batch, chunks[index], workspace: workspace, into: output, tokens: tokens)
            await Task.yield()
          }
        }
      }
      try await group.waitForAll()
    }
    return EmbeddingBatch(dimensions: model.dimensions, values: output.values())
  }

  public func passages(of content: String, author: String?) -> [Passage] {
    let prompt = Array(prompts.passage.utf8).withUnsafeBufferPointer { tokenizer.count($0) }
    return PassageCutter(maximumTokens: max(3, model.maximumTokens - prompt), tokenizer: tokenizer)
      .passages(of: content, author: author)
  }

  private func encode(
    _ batch: TokenBatch, _ chunk: TokenBatch.Chunk, workspace: Workspace, into output: FloatBuffer,
    tokens: (any TokenRows)?
  ) throws(EmbeddingError) {
    let valid = batch.ids.withUnsafeBufferPointer { ids in
      encoder.encode(
        UnsafeBufferPointer(rebasing: ids[chunk.tokens]), lengths: batch.lengths[chunk.texts], workspace: workspace,
        into: output.start + chunk.texts.lowerBound * model.dimensions,
        readStates: { states in
          guard let tokens else { return }
          for row in batch.keptRows(of: chunk) {
            tokens.take(states + (batch.kept[row] - chunk.tokens.lowerBound) * model.dimensions, row: row)
          }
        })
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
