// The words of a question, made ready for an index of words and for showing what matched.

package import ConversationMemory

/// A question's distinct words. Stop words are dropped, unless there is nothing else.
package struct KeywordQuery: Sendable {
  package struct Term: Sendable {
    /// As the question has it, folded.
    package let word: String
    package let stem: String
    /// Matches any word that begins so: the word is still being typed.
    package let isPrefix: Bool
  }

  package let terms: [Term]

  /// The most distinct words a question is searched by: the first ones, the newest part's.
  package static let limit = 48

  package init(parts: [SearchRequest.Part], lastWordIsPrefix: Bool) {
    let stemmer = Stemmer()
    var all: [Term] = []
    for (index, part) in parts.enumerated() {
      let words = TextAnalyzer.words(of: part.text, limit: 400)
      for (position, word) in words.enumerated() {
        let isLast = index == 0 && position == words.count - 1 && word.range.upperBound == part.text.utf8.count
        all.append(
          Term(word: word.folded, stem: stemmer.stem(word.folded), isPrefix: lastWordIsPrefix && isLast))
      }
    }
    let whole = all.filter { !$0.isPrefix && !StopWords.english.contains($0.word) }
    // The first letters of a word, or a stop word that may be the beginning of another, match nearly everything: beside
    // a whole word they say nothing yet.
    let begun = all.filter { term in
      guard term.isPrefix else { return false }
      return whole.isEmpty
        || (term.word.count >= Self.tellingPrefix && !StopWords.english.contains(term.word))
    }
    var seen = Set<String>()
    let chosen = whole.isEmpty && begun.isEmpty ? all : whole + begun
    terms = Array(chosen.filter { seen.insert($0.stem).inserted }.prefix(Self.limit))
  }

  /// How many letters of a word say something about it.
  private static let tellingPrefix = 3

  /// Only the first letters of a word are there: they say nothing of which message is meant.
  package var isVague: Bool { terms.allSatisfy { $0.isPrefix && $0.word.count < Self.tellingPrefix } }

  /// Which words a text has, and where.
  package func matches(in text: String, stemmer: Stemmer) -> (terms: Set<Int>, ranges: [Range<Int>]) {
    var found = Set<Int>()
    var ranges: [Range<Int>] = []
    var index: [String: Int] = [:]
    for (number, term) in terms.enumerated() { index[term.stem] = number }
    let prefix = terms.firstIndex(where: \.isPrefix)
    for word in TextAnalyzer.words(of: text) {
      if let number = index[stemmer.stem(word.folded)] {
        found.insert(number)
      } else if let prefix, word.folded.hasPrefix(terms[prefix].word) {
        found.insert(prefix)
      } else {
        continue
      }
      // Pairs of characters overlap: together they are one place.
      if let last = ranges.last, word.range.lowerBound < last.upperBound {
        ranges[ranges.count - 1] = last.lowerBound..<word.range.upperBound
      } else {
        ranges.append(word.range)
      }
    }
    return (found, ranges)
  }
}
