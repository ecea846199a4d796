// Late interaction by words, for messages that have no token vectors: those not embedded yet, and all of them where no
// model is installed.

import TextAnalysis

/// How well messages meet a question's tokens by their words alone.
struct WordInteraction: Sendable {
  /// The stems of the question's tokens; nil for punctuation.
  let stems: [String?]
  /// What a token counts for where its word is there…
  let present: Float
  /// …and where it is not.
  let absent: Float

  /// The value of each token for a message, in a row of `stems.count` values.
  func fill(_ place: UnsafeMutableBufferPointer<Float>, content: String, author: String?, stemmer: Stemmer) {
    var found = Set<String>()
    for word in TextAnalyzer.words(of: content, limit: 2000) { found.insert(stemmer.stem(word.folded)) }
    for word in author.map({ TextAnalyzer.words(of: $0) }) ?? [] { found.insert(stemmer.stem(word.folded)) }
    for (token, stem) in stems.enumerated() {
      place[token] = stem.map(found.contains) == true ? present : absent
    }
  }
}
