// Splits text into words and reduces them to stems, the way the keyword index does, so that matches can be shown and
// weighed: FTS5's `porter unicode61`.

import CStemmer
import Foundation

/// A word of a text.
struct AnalyzedWord: Sendable {
  /// Where it stands: UTF-8 bytes.
  let range: Range<Int>
  /// Lower case, without diacritics.
  let folded: String
}

enum TextAnalyzer {
  /// The words of a text: runs of letters, digits and marks, as `unicode61` cuts them.
  ///
  /// - Parameter limit: stops after this many words; a megabyte of text is not worth reading whole to highlight.
  static func words(of text: String, limit: Int = 20_000) -> [AnalyzedWord] {
    var words: [AnalyzedWord] = []
    var folded = ""
    var start = 0
    var offset = 0
    func flush(at end: Int) {
      guard !folded.isEmpty else { return }
      words.append(AnalyzedWord(range: start..<end, folded: folded))
      folded = ""
    }
    for scalar in text.unicodeScalars {
      let width = UTF8.width(scalar)
      if isWordScalar(scalar) {
        if folded.isEmpty { start = offset }
        append(scalar, to: &folded)
      } else {
        flush(at: offset)
        if words.count >= limit { return words }
      }
      offset += width
    }
    flush(at: offset)
    return words
  }

  private static func isWordScalar(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 48...57, 65...90, 97...122: return true
    case 0..<128: return false
    default: break
    }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber, .privateUse:
      return true
    case .nonspacingMark, .spacingMark, .enclosingMark:
      // unicode61 counts combining diacritics as part of the word they stand on.
      return true
    default: return false
    }
  }

  private static func append(_ scalar: Unicode.Scalar, to folded: inout String) {
    if scalar.value < 128 {
      let byte = UInt8(scalar.value)
      folded.unicodeScalars.append(Unicode.Scalar((65...90).contains(byte) ? byte | 32 : byte))
      return
    }
    if scalar.properties.generalCategory == .nonspacingMark { return }
    for part in String(scalar).lowercased().decomposedStringWithCanonicalMapping.unicodeScalars
    where part.properties.generalCategory != .nonspacingMark {
      folded.unicodeScalars.append(part)
    }
  }
}

/// Porter's stemmer (Porter 1980) from libstemmer. Not safe for two threads at once: make one per piece of work.
final class Stemmer {
  private let handle: OpaquePointer?

  init() { handle = sb_stemmer_new("porter", "UTF_8") }

  deinit { sb_stemmer_delete(handle) }

  func stem(_ word: String) -> String {
    // FTS5's porter leaves very short and very long words alone.
    guard let handle, (3...64).contains(word.utf8.count) else { return word }
    let bytes = Array(word.utf8)
    guard let stem = sb_stemmer_stem(handle, bytes, Int32(bytes.count)) else { return word }
    return String(decoding: UnsafeBufferPointer(start: stem, count: Int(sb_stemmer_length(handle))), as: UTF8.self)
  }
}
