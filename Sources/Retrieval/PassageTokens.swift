// Which tokens of a passage stores keep beside its vector.

import ConversationMemory
package import TextEmbedding

package enum PassageTokens {
  /// Another choice is another version: vectors are then made anew.
  package static let version = 1

  /// At most this many a passage.
  package static let limit = 64

  package static let selection = TokenSelection(stopWords: StopWords.english, limit: limit)

  /// Names a model together with the choice: what has another mark is embedded again.
  package static func mark(of model: EmbeddingModel) -> String { "\(model.fingerprint) tokens:\(version)" }
}
