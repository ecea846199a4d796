// Names what a conversation is about by its own words.

/// Topics by weighted counts: a word counts once a message, a pair of neighbouring words that comes back counts more than
/// its parts, longer words more than short ones, the customer's words more than the agent's.
enum TopicExtraction {
  static let limit = 8

  static func topics(of messages: [ConversationMessage]) -> [String] {
    var scores: [String: Double] = [:]
    var shown: [String: String] = [:]
    for message in messages where message.role != .system {
      let weight = message.role == .user ? 1.5 : 1.0
      var seen = Set<String>()
      for sentence in sentences(of: message.content) {
        var previous: (key: String, text: String)?
        for word in words(of: sentence) {
          guard let word else {
            previous = nil
            continue
          }
          let key = singular(word.lowercased())
          if shown[key] == nil { shown[key] = word }
          if seen.insert(key).inserted { scores[key, default: 0] += weight * lengthFactor(key) }
          if let previous {
            let pair = "\(previous.key) \(key)"
            if shown[pair] == nil { shown[pair] = "\(previous.text) \(word)" }
            if seen.insert(pair).inserted { scores[pair, default: 0] += weight }
          }
          previous = (key, word)
        }
      }
    }
    return pick(scores: scores, shown: shown)
  }

  private static func pick(scores: [String: Double], shown: [String: String]) -> [String] {
    var chosen: [String] = []
    var covered = Set<String>()
    // A pair said once is chance; said again it is a name for something.
    let ranked = scores.filter { $0.key.contains(" ") ? $0.value >= 2.5 : true }
      .map { (key: $0.key, score: $0.key.contains(" ") ? $0.value * 2.2 : $0.value) }
      .sorted { ($0.score, $1.key) > ($1.score, $0.key) }
    for candidate in ranked where chosen.count < limit {
      let parts = candidate.key.split(separator: " ").map(String.init)
      guard !parts.allSatisfy(covered.contains) else { continue }
      covered.formUnion(parts)
      chosen.append(shown[candidate.key] ?? candidate.key)
    }
    return chosen
  }

  /// Bounded: the first 20,000 characters say what a message is about.
  private static func sentences(of text: String) -> [Substring] {
    text.prefix(20_000).split { ".!?\n\r;:()[]\"".contains($0) }
  }

  /// Words in order; nil where a stop word, number or symbol breaks the run.
  private static func words(of sentence: Substring) -> [String?] {
    sentence.split { !($0.isLetter || $0.isNumber || $0 == "-" || $0 == "'" || $0 == "’") }.map { raw in
      let word = raw.filter { $0 != "'" && $0 != "’" }
      let lower = word.lowercased()
      guard word.count >= 3, word.count <= 30, word.first?.isLetter == true,
        !StopWords.english.contains(lower), !StopWords.smallTalk.contains(lower)
      else { return nil }
      return String(word)
    }
  }

  private static func singular(_ word: String) -> String {
    word.count > 4 && word.hasSuffix("s") && !word.hasSuffix("ss") ? String(word.dropLast()) : word
  }

  private static func lengthFactor(_ word: String) -> Double { min(1.3, 0.7 + Double(word.count) / 20) }
}
