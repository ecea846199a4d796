// Vectors that one store has already and another needs: a model that remembers what it is told, and reads the rest itself.

package import ConversationMemory
import Synchronization
package import TextEmbedding

/// A passage's vector and token signs on their way from store to store.
package struct CarriedPassage: Sendable {
  package let vector: [Float]
  package let tokens: [UInt8]

  package init(vector: [Float], tokens: [UInt8]) {
    self.vector = vector
    self.tokens = tokens
  }
}

/// A store that can hand out what it has embedded.
package protocol PassageSource: Sendable {
  /// The passages of messages in their order; messages without vectors of that model are left out.
  ///
  /// - Parameter mark: ``PassageTokens/mark(of:)``.
  func passages(of messages: [MessageID], embeddedAs mark: String) async throws -> [MessageID: [CarriedPassage]]
}

/// A model that has been told vectors of some texts: it gives those, and has the model behind it read all others.
package final class CarriedEmbedding: EmbeddingService {
  private let base: any EmbeddingService
  private let known = Mutex<[String: CarriedPassage]>([:])

  package init(_ base: any EmbeddingService) { self.base = base }

  package var model: EmbeddingModel { base.model }

  /// Takes over what a store has of messages. The model cuts a message the same way every time, so its passages are known by
  /// their texts.
  package func learn(_ messages: [ConversationMessage], from source: any PassageSource) async throws {
    let carried = try await source.passages(of: messages.map(\.id), embeddedAs: PassageTokens.mark(of: model))
    for message in messages {
      let cut = base.passages(of: message.content, author: message.author)
      guard let passages = carried[message.id], passages.count == cut.count else { continue }
      known.withLock { known in
        for (text, passage) in zip(cut, passages) where passage.vector.count == model.dimensions {
          known[text.text] = passage
        }
      }
    }
  }

  package func forget() { known.withLock { $0 = [:] } }

  package func embed(_ texts: [String]) async throws -> EmbeddingBatch { try await base.embed(texts) }

  package func embedQuestions(_ texts: [String]) async throws -> [QuestionEmbedding] {
    try await base.embedQuestions(texts)
  }

  package func passages(of content: String, author: String?) -> [Passage] {
    base.passages(of: content, author: author)
  }

  package func embedPassages(_ texts: [String], keeping selection: TokenSelection) async throws -> PassageBatch {
    let found = known.withLock { known in texts.map { known[$0] } }
    let missing = texts.indices.filter { found[$0] == nil }
    guard missing.count < texts.count else { return try await base.embedPassages(texts, keeping: selection) }
    let read =
      missing.isEmpty ? nil : try await base.embedPassages(missing.map { texts[$0] }, keeping: selection)
    var next = 0
    var values: [Float] = []
    var tokens: [TokenSigns] = []
    values.reserveCapacity(texts.count * model.dimensions)
    for passage in found {
      if let passage {
        values += passage.vector
        tokens.append(
          TokenSigns(count: passage.tokens.count / max(1, model.dimensions / 8), bytes: passage.tokens))
      } else if let read {
        values += read.vectors[next]
        tokens.append(read.tokens[next])
        next += 1
      }
    }
    return PassageBatch(vectors: EmbeddingBatch(dimensions: model.dimensions, values: values), tokens: tokens)
  }
}
