// Which of the messages that matter are recalled: a handful that neither repeat the session nor each other. Whether a
// message matters at all is decided before, by its evidence.

/// The choice among messages that passed their floor.
struct RecallSelection: Sendable {
  private let policy: RecallPolicy
  private let session: [Wording]

  /// - Parameter session: what the current session says already, message by message.
  init(policy: RecallPolicy, session: [String]) {
    self.policy = policy
    self.session = session.map { Wording($0) }
  }

  /// The chosen ones' places in the list, best first, at most ``RecallPolicy/limit``.
  ///
  /// Maximal marginal relevance (Carbonell and Goldstein 1998): each next one is the message with the most evidence left
  /// after what it shares with those chosen before. What one of them, or the session, already says in nearly the same
  /// words is passed over.
  ///
  /// - Parameter candidates: messages and their evidence. Of equals the newer one goes before.
  func chosen(from candidates: [(message: ConversationMessage, evidence: Double)]) -> [Int] {
    let wordings = candidates.map { Wording($0.message.content) }
    var open = candidates.indices.filter { index in
      !session.contains { $0.says(wordings[index], share: policy.sameWording) }
    }
    var overlaps = [Double](repeating: 0, count: candidates.count)
    var chosen: [Int] = []
    while chosen.count < policy.limit {
      func rank(_ index: Int) -> (Double, Timestamp, Int64) {
        let (message, evidence) = candidates[index]
        return (evidence - policy.variety * overlaps[index], message.timestamp, message.sequence)
      }
      guard let next = open.max(by: { rank($0) < rank($1) }) else { break }
      chosen.append(next)
      open.removeAll { $0 == next || wordings[next].says(wordings[$0], share: policy.sameWording) }
      for index in open { overlaps[index] = max(overlaps[index], wordings[index].overlap(with: wordings[next])) }
    }
    return chosen
  }
}

/// A message's words for comparison: no vectors, since a recall has none at hand, and wording is what repeats.
struct Wording: Sendable {
  /// Longer messages are compared by their beginning.
  private static let longest = 4000
  /// Few pairs say little: a message with fewer is only the same where all of them are.
  private static let leastPairs = 4
  private static let negations: Set<String> = [
    "no", "not", "never", "none", "nobody", "nothing", "cannot", "without", "nein", "nicht", "non", "pas",
  ]

  /// Words without a subject left out, plurals folded.
  private let content: Set<String>
  /// Neighbouring words (2-shingles, Broder 1997), stop words among them: they tell a question from its answer.
  private let pairs: Set<String>
  /// $41 and $45 are never the same, however alike the rest, nor are "can" and "cannot".
  private let numbers: Set<String>
  private let negations: Set<String>

  init(_ text: String) {
    let words = Self.words(of: text)
    content = Set(
      words.lazy.filter { !StopWords.english.contains($0) && !StopWords.smallTalk.contains($0) }.map { word in
        word.count > 3 && word.hasSuffix("s") ? String(word.dropLast()) : word
      })
    pairs = words.count == 1 ? Set(words) : Set(zip(words, words.dropFirst()).map { "\($0) \($1)" })
    numbers = Set(words.filter { $0.contains(where: \.isNumber) })
    negations = Set(
      words.filter { Self.negations.contains($0) || $0.hasSuffix("nt") && StopWords.english.contains($0) })
  }

  /// Whether everything in the other message stands here in nearly the same words.
  func says(_ other: Wording, share: Double) -> Bool {
    guard !other.pairs.isEmpty, other.numbers.isSubset(of: numbers) else { return false }
    // A much longer message may quote the other one and deny something else.
    let quotes = pairs.count >= 2 * other.pairs.count
    guard quotes ? other.negations.isSubset(of: negations) : other.negations == negations else { return false }
    let least = other.pairs.count < Self.leastPairs ? 1 : share
    return Double(other.pairs.count { pairs.contains($0) }) >= least * Double(other.pairs.count)
  }

  /// The share of this message's content words that the other one has, 0…1.
  func overlap(with other: Wording) -> Double {
    content.isEmpty ? 0 : Double(content.count { other.content.contains($0) }) / Double(content.count)
  }

  /// Lower case, without apostrophes; characters of scripts that put no spaces between words stand alone.
  private static func words(of text: String) -> [String] {
    var words: [String] = []
    for run in text.prefix(longest).split(whereSeparator: { !($0.isLetter || $0.isNumber || $0 == "'" || $0 == "’") }) {
      let word = run.lowercased().filter { $0 != "'" && $0 != "’" }
      if let first = word.unicodeScalars.first, first.value >= 0x2E80 {
        words += word.map(String.init)
      } else if !word.isEmpty {
        words.append(word)
      }
    }
    return words
  }
}
