// What a message's text must have and must not have: phrases, exclusions, features. No index is asked: this is the last
// word on a text, whatever found it.

package import ConversationMemory

package struct TextConditions: Sendable {
  /// Folded words, one after the other.
  private let phrases: [[String]]
  private let excluded: [[String]]
  private let features: [MessageFeature]

  package init(_ filter: SearchFilter) {
    // What has no words asks for nothing.
    phrases = filter.phrases.map(Self.words).filter { !$0.isEmpty }
    excluded = filter.excluded.map(Self.words).filter { !$0.isEmpty }
    features = filter.has.sorted { $0.rawValue < $1.rawValue }
  }

  package var isEmpty: Bool { phrases.isEmpty && excluded.isEmpty && features.isEmpty }

  package func admits(_ text: String) -> Bool {
    if !phrases.isEmpty || !excluded.isEmpty {
      var text = text
      if let isMet = text.withUTF8({ ASCIIWords($0).map(admits) }) {
        guard isMet else { return false }
        return features.allSatisfy { $0.isPresent(in: text) }
      }
      let words = Self.words(of: text)
      guard phrases.allSatisfy({ Self.has(words, $0) }), !excluded.contains(where: { Self.has(words, $0) }) else {
        return false
      }
    }
    return features.allSatisfy { $0.isPresent(in: text) }
  }

  private func admits(_ words: ASCIIWords) -> Bool {
    phrases.allSatisfy(words.has) && !excluded.contains(where: words.has)
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

/// The words of a text that has nothing but ASCII, where they lie: the analyser's words, without making a string of each. A
/// deep search reads every message there is.
private struct ASCIIWords {
  private let bytes: UnsafeBufferPointer<UInt8>
  private var words: [Range<Int>] = []

  /// Nil where the text has anything else.
  init?(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    var start: Int?
    for (index, byte) in bytes.enumerated() {
      guard byte < 128 else { return nil }
      let isWord = (48...57).contains(byte) || (97...122).contains(byte | 32)
      if isWord {
        start = start ?? index
      } else if let begun = start {
        words.append(begun..<index)
        start = nil
      }
    }
    if let start { words.append(start..<bytes.count) }
  }

  /// Whether the folded words of a phrase stand here, one after the other.
  func has(_ phrase: [String]) -> Bool {
    guard words.count >= phrase.count else { return false }
    return (0...words.count - phrase.count).contains { start in
      phrase.indices.allSatisfy { isEqual(words[start + $0], phrase[$0]) }
    }
  }

  private func isEqual(_ word: Range<Int>, _ folded: String) -> Bool {
    guard word.count == folded.utf8.count else { return false }
    return zip(bytes[word], folded.utf8).allSatisfy { byte, wanted in
      ((65...90).contains(byte) ? byte | 32 : byte) == wanted
    }
  }
}
