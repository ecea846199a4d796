// What a message's text must have and must not have: phrases, exclusions, features. No index is asked: this is the last
// word on a text, whatever found it.

import ConversationMemory

struct TextConditions: Sendable {
  /// Folded words, one after the other.
  private let phrases: [[String]]
  private let excluded: [[String]]
  private let features: [MessageFeature]

  init(_ filter: SearchFilter) {
    // What has no words asks for nothing.
    phrases = filter.phrases.map(Self.words).filter { !$0.isEmpty }
    excluded = filter.excluded.map(Self.words).filter { !$0.isEmpty }
    features = filter.has.sorted { $0.rawValue < $1.rawValue }
  }

  var isEmpty: Bool { phrases.isEmpty && excluded.isEmpty && features.isEmpty }

  func admits(_ text: String) -> Bool {
    if !phrases.isEmpty || !excluded.isEmpty {
      let words = Self.words(of: text)
      guard phrases.allSatisfy({ Self.has(words, $0) }), !excluded.contains(where: { Self.has(words, $0) }) else {
        return false
      }
    }
    return features.allSatisfy { $0.isPresent(in: text) }
  }

  /// All words of a text: a condition holds for its end as well.
  private static func words(of text: String) -> [String] { TextAnalyzer.words(of: text, limit: .max).map(\.folded) }

  /// Whether the words of a phrase stand among others, one after the other.
  private static func has(_ words: [String], _ phrase: [String]) -> Bool {
    guard let first = phrase.first, words.count >= phrase.count else { return false }
    for start in 0...words.count - phrase.count where words[start] == first {
      if words[start..<start + phrase.count].elementsEqual(phrase) { return true }
    }
    return false
  }
}
