// A message's words as a sparse vector: BM25's weights but for rarity, which the server adds for each question from the
// tenant's own points (`"modifier": "idf"`, `params.idf.corpus`).

import ConversationMemory
import TextAnalysis

/// Words of texts as numbers with weights.
///
/// A term is a stem, and its index the first 32 bits of its FNV-1a hash with a final mix. Two stems that share an index count as one word: a
/// message with either is found by both, each a little more often than is true. Among 100 000 different stems of a tenant
/// one in 43 000 shares its index with a given other; what ranks in the end looks at the words themselves.
enum WordWeights {
  /// Okapi BM25 (Robertson, Zaragoza 2009) as the keyword index has it.
  static let k1 = 1.2
  static let b = 0.4
  /// In place of the average length, which moves with every message, so that stored weights would never be right: words of a
  /// chat message, counted over the demo and evaluation conversations. It tilts all scores alike.
  static let averageLength = 20.0

  /// The weights of a message: of its words and its author's.
  static func vector(of message: ConversationMessage) -> SparseVector {
    var words = WordCounter()
    if let author = message.author { words.count(author) }
    words.count(message.content)
    return words.weights
  }

  /// The index of a stem.
  static func index(of stem: String) -> UInt32 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for byte in stem.utf8 { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
    // FNV's upper bits depend little on the last letters: mixed as MurmurHash3 does it.
    hash = (hash ^ hash >> 33) &* 0xff51_afd7_ed55_8ccd
    hash = (hash ^ hash >> 33) &* 0xc4ce_b9fe_1a85_ec53
    return UInt32(truncatingIfNeeded: hash ^ hash >> 33)
  }

  /// What a word that stands `frequency` times in a text of `length` words counts.
  static func weight(frequency: Int, length: Int) -> Float {
    let frequency = Double(frequency)
    return Float(frequency * (k1 + 1) / (frequency + k1 * (1 - b + b * Double(length) / averageLength)))
  }
}

/// Counts the stems of one text.
private struct WordCounter {
  private var cutter = WordCutter()
  private let stemmer = Stemmer()
  private var frequencies: [UInt32: Int] = [:]
  private var length = 0

  mutating func count(_ text: String) {
    var found: [String] = []
    var text = text
    text.withUTF8 { bytes in
      cutter.cut(bytes) { _, word in
        found.append(String(decoding: word, as: UTF8.self))
        return true
      }
    }
    length += found.count
    for word in found { frequencies[WordWeights.index(of: stemmer.stem(word)), default: 0] += 1 }
  }

  var weights: SparseVector {
    let terms = frequencies.sorted { $0.key < $1.key }
    return SparseVector(
      indices: terms.map(\.key), values: terms.map { WordWeights.weight(frequency: $0.value, length: length) })
  }
}
