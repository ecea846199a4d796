// What the rest of the program knows of embeddings: a service that turns texts into vectors, and the model behind it.

/// Turns texts into vectors, and messages into the passages that are embedded.
///
/// Implementations may be called from many tasks at once.
public protocol EmbeddingService: Sendable {
  /// The model whose vectors this service returns.
  var model: EmbeddingModel { get }

  /// Embeds texts as passages, each as one vector of unit length.
  ///
  /// - Parameter texts: The texts, in any order and of any length; a text longer than `model.maximumTokens` is
  ///   truncated. `passages(of:author:)` cuts long messages so that nothing is lost.
  /// - Returns: One row per text, in the order of `texts`. No texts give an empty batch.
  /// - Throws: `CancellationError` when the calling task is cancelled, or what keeps the service from answering.
  func embed(_ texts: [String]) async throws -> EmbeddingBatch

  /// Embeds passages as `embed(_:)` does, and gives the signs of their tokens' vectors beside them.
  ///
  /// - Parameters:
  ///   - texts: The texts, as for `embed(_:)`.
  ///   - selection: Which tokens are kept: those of words and numbers, but for stop words, up to a number.
  /// - Throws: What `embed(_:)` throws.
  func embedPassages(_ texts: [String], keeping selection: TokenSelection) async throws -> PassageBatch

  /// Embeds questions, each as one vector and as a vector per token.
  ///
  /// - Parameter texts: The questions; of one longer than `model.maximumTokens`, its beginning counts.
  /// - Returns: An element per question, in the order of `texts`.
  /// - Throws: What `embed(_:)` throws.
  func embedQuestions(_ texts: [String]) async throws -> [QuestionEmbedding]

  /// Cuts a message into the passages to embed.
  ///
  /// - Parameters:
  ///   - content: The message, up to 1 MiB.
  ///   - author: Who wrote it, where known; it is put before each passage's text.
  /// - Returns: The passages, in order. None where the message holds nothing that can be embedded.
  func passages(of content: String, author: String?) -> [Passage]
}

/// For services that know a text's vector only, such as those behind a server: they have no tokens to give.
extension EmbeddingService {
  public func embedPassages(_ texts: [String], keeping selection: TokenSelection) async throws -> PassageBatch {
    let vectors = try await embed(texts)
    return PassageBatch(
      vectors: vectors, tokens: [TokenSigns](repeating: TokenSigns(count: 0, bytes: []), count: vectors.count))
  }

  public func embedQuestions(_ texts: [String]) async throws -> [QuestionEmbedding] {
    let vectors = try await embed(texts)
    return (0..<vectors.count).map { QuestionEmbedding(vector: Array(vectors[$0]), tokens: [], tokenVectors: []) }
  }
}

/// Identifies the model behind a service.
public struct EmbeddingModel: Sendable, Hashable, Codable {
  /// The model's name, as it is installed.
  public let name: String
  /// The length of its vectors.
  public let dimensions: Int
  /// The longest input in tokens, the special ones included.
  public let maximumTokens: Int
  /// A stable hash of weights, vocabulary, pooling and precision.
  ///
  /// Vectors may be compared only where this is equal, so an index records it.
  public let fingerprint: String

  public init(name: String, dimensions: Int, maximumTokens: Int, fingerprint: String) {
    self.name = name
    self.dimensions = dimensions
    self.maximumTokens = maximumTokens
    self.fingerprint = fingerprint
  }
}
