// The words of a question, made ready for the keyword index and for showing what matched.

import ConversationMemory

/// A question's distinct words. Stop words are dropped, unless there is nothing else.
struct KeywordQuery: Sendable {
  struct Term: Sendable {
    /// As the question has it, folded.
    let word: String
    let stem: String
    /// Matches any word that begins so: the word is still being typed.
    let isPrefix: Bool
  }

  let terms: [Term]

  /// The most distinct words a question is searched by: the first ones, the newest part's.
  static let limit = 48

  init(parts: [SearchRequest.Part], lastWordIsPrefix: Bool) {
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

  /// Only the first letters of a word are there: too many messages match to weigh them all.
  var isVague: Bool { terms.allSatisfy { $0.isPrefix && $0.word.count < Self.tellingPrefix } }

  /// FTS5's syntax: each word quoted, any of them suffices. Words hold letters and digits only, so nothing of a
  /// question can be taken for an operator.
  var matchExpression: String? {
    guard !terms.isEmpty else { return nil }
    return terms.map { $0.isPrefix ? "\"\($0.word)\" OR \"\($0.word)\"*" : "\"\($0.word)\"" }
      .joined(separator: " OR ")
  }

  /// Asks for the beginning of the word being typed. The index holds stems, which may be shorter than what is typed so
  /// far ("procurem" against "procur"): what this finds has to be looked at before it counts. Nil where nothing is left
  /// to shorten, and so nothing more to find.
  var shortenedPrefixExpression: String? {
    guard let word = terms.first(where: \.isPrefix)?.word else { return nil }
    let letters = max(Self.tellingPrefix, word.count / 2 + 1)
    return letters < word.count ? "\"\(word.prefix(letters))\"*" : nil
  }

  /// Whether a message has any of the words, where the index alone could not tell.
  func isMatched(by message: ConversationMessage, stemmer: Stemmer) -> Bool {
    if !matches(in: message.content, stemmer: stemmer).terms.isEmpty { return true }
    return message.author.map { !matches(in: $0, stemmer: stemmer).terms.isEmpty } ?? false
  }

  /// Which words a text has, and where.
  func matches(in text: String, stemmer: Stemmer) -> (terms: Set<Int>, ranges: [Range<Int>]) {
    var found = Set<Int>()
    var ranges: [Range<Int>] = []
    var index: [String: Int] = [:]
    for (number, term) in terms.enumerated() { index[term.stem] = number }
    let prefix = terms.firstIndex(where: \.isPrefix)
    for word in TextAnalyzer.words(of: text) {
      if let number = index[stemmer.stem(word.folded)] {
        found.insert(number)
        ranges.append(word.range)
      } else if let prefix, word.folded.hasPrefix(terms[prefix].word) {
        found.insert(prefix)
        ranges.append(word.range)
      }
    }
    return (found, ranges)
  }
}
