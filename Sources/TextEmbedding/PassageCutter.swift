// Cuts messages into passages of a length that the model reads whole.

/// Finds the passages of a message.
///
/// A message of up to 200 word pieces, its author included, is one passage. A longer one is cut at sentence ends, else
/// at line ends, else between words, else anywhere between two characters; neighbours overlap by up to a fifth, so that
/// what stands at a cut is whole in one of them.
struct PassageCutter {
  /// Word pieces of a passage, the author's included, special ones not.
  private static let usualBudget = 200
  private static let longestAuthor = 24

  let maximumTokens: Int
  let tokenizer: WordPieceTokenizer

  func passages(of content: String, author: String?) -> [Passage] {
    let capacity = max(1, min(Self.usualBudget, maximumTokens - 2))
    let (prefix, prefixTokens) = prefix(author, limit: min(Self.longestAuthor, capacity / 4))
    let budget = capacity - prefixTokens
    var content = content
    return content.withUTF8 { bytes in
      var scanner = WordPieceScanner(vocabulary: tokenizer.vocabulary, limit: budget + 1)
      scanner.scan(bytes)
      if scanner.ids.isEmpty { return [] }
      func passage(_ range: Range<Int>) -> Passage {
        Passage(text: prefix + String(decoding: bytes[range], as: UTF8.self), range: range)
      }
      if scanner.ids.count <= budget { return [passage(0..<bytes.count)] }
      let units = PassageUnits(bytes, longest: min(128, max(8, budget / 2)), vocabulary: tokenizer.vocabulary).units
      return cut(units, budget: budget).map { run in
        passage(Int(units[run.lowerBound].start)..<Int(units[run.upperBound - 1].end))
      }
    }
  }

  /// What stands before each passage, and its word pieces.
  private func prefix(_ author: String?, limit: Int) -> (String, Int) {
    guard let author, !author.isEmpty else { return ("", 0) }
    var length = min(author.utf8.count, 128)
    while length > 0 {
      // Decoding repairs a scalar cut in two; its replacement character is no word piece.
      var text = String(decoding: author.utf8.prefix(length), as: UTF8.self)
      if length < author.utf8.count, text.unicodeScalars.last?.value == 0xFFFD { text.unicodeScalars.removeLast() }
      text += ": "
      let tokens = text.withUTF8 { tokenizer.count($0) }
      if tokens <= limit { return (text, tokens) }
      length /= 2
    }
    return ("", 0)
  }

  /// Runs of units with at most `budget` word pieces each (or of one unit).
  private func cut(_ units: [PassageUnits.Unit], budget: Int) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    var first = 0
    while true {
      var end = first
      var tokens = 0
      while end < units.count, end == first || tokens + Int(units[end].tokens) <= budget {
        tokens += Int(units[end].tokens)
        end += 1
      }
      if end == units.count {
        runs.append(first..<end)
        return runs
      }
      end = bestEnd(units, first: first, end: end, surplus: tokens - budget / 2)
      runs.append(first..<end)
      first = nextStart(units, first: first, end: end, overlap: budget / 5)
    }
  }

  /// The last sentence end among the last `surplus` word pieces before `end`, else the last line end, else `end`.
  private func bestEnd(_ units: [PassageUnits.Unit], first: Int, end: Int, surplus: Int) -> Int {
    var lineEnd: Int?
    var passed = 0
    var at = end
    while at > first + 1, passed <= surplus {
      switch units[at - 1].ending {
      case .sentence: return at
      case .line: lineEnd = lineEnd ?? at
      case .word: break
      }
      passed += Int(units[at - 1].tokens)
      at -= 1
    }
    return lineEnd ?? end
  }

  /// Where the next run starts: at most `overlap` word pieces before `end`, at the beginning of a sentence if one
  /// begins there, and always after `first`.
  private func nextStart(_ units: [PassageUnits.Unit], first: Int, end: Int, overlap: Int) -> Int {
    var start = end
    var sentenceStart: Int?
    var shared = 0
    while start - 1 > first, shared + Int(units[start - 1].tokens) <= overlap {
      shared += Int(units[start - 1].tokens)
      start -= 1
      if units[start - 1].ending == .sentence { sentenceStart = start }
    }
    return sentenceStart ?? start
  }
}
