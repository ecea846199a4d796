// Cuts text into the words that a store knows: for indexing, for questions, and for showing what matched. Stemming is beside
// this, in Stemmer.swift.

import Foundation

/// A word of a text.
package struct AnalyzedWord: Sendable {
  /// Where it stands: UTF-8 bytes.
  package let range: Range<Int>
  /// Lower case, without diacritics.
  package let folded: String
}

package enum TextAnalyzer {
  /// Grows whenever words are cut, folded or stemmed otherwise than before: an index of older ones is made again.
  package static let version: UInt32 = 2

  /// The words of a text.
  ///
  /// - Parameter limit: stops after this many words; a megabyte of text is not worth reading whole to highlight.
  package static func words(of text: String, limit: Int = 20_000) -> [AnalyzedWord] {
    var words: [AnalyzedWord] = []
    guard limit > 0 else { return words }
    var cutter = WordCutter()
    var text = text
    text.withUTF8 { bytes in
      cutter.cut(bytes) { range, folded in
        words.append(AnalyzedWord(range: range, folded: String(decoding: folded, as: UTF8.self)))
        return words.count < limit
      }
    }
    return words
  }
}

/// Cuts one text after the other, remembering what it found out about letters beyond ASCII.
///
/// A word is a run of letters, digits and marks, in lower case and without diacritics, as SQLite's `unicode61` has it. Chinese,
/// Japanese and Thai put no spaces between words: a run of their characters becomes its overlapping pairs, a lone
/// one stands for itself.
package struct WordCutter {
  private enum Kind {
    case separator
    /// A letter or digit, with what it is folded to.
    case letter([UInt8])
    /// Belongs to the letter before it, and is left out.
    case mark
    /// Of a script without spaces.
    case unspaced
  }

  /// The word that is being read.
  private var word: [UInt8] = []
  private var wordStart = 0
  /// The characters of an unspaced run: where each begins in the text and, last, where the run ends.
  private var characters: [Int] = []
  private var kinds: [UInt32: Kind] = [:]

  package init() {}

  /// 0 for an ASCII byte between words, else the byte in lower case.
  private static let asciiFold: [UInt8] = (0..<128).map { byte in
    switch byte {
    case 48...57, 97...122: UInt8(byte)
    case 65...90: UInt8(byte + 32)
    default: 0
    }
  }

  /// Calls `body` with each word's place and folded bytes, in order, until it returns false.
  ///
  /// - Parameter text: UTF-8; invalid bytes stand between words.
  package mutating func cut(
    _ text: UnsafeBufferPointer<UInt8>,
    _ body: (_ range: Range<Int>, _ folded: UnsafeBufferPointer<UInt8>) -> Bool
  ) {
    word.removeAll(keepingCapacity: true)
    characters.removeAll(keepingCapacity: true)
    let isDone = Self.asciiFold.withUnsafeBufferPointer { fold -> Bool in
      var place = 0
      while place < text.count {
        let byte = text[place]
        if byte < 128 {
          if !characters.isEmpty, !flushCharacters(text, end: place, body) { return true }
          let folded = fold[Int(byte)]
          if folded != 0 {
            if word.isEmpty { wordStart = place }
            word.append(folded)
          } else if !word.isEmpty, !flushWord(end: place, body) {
            return true
          }
          place += 1
        } else {
          let (scalar, width) = Self.scalar(text, at: place)
          if !take(scalar, text, at: place, body) { return true }
          place += width
        }
      }
      return false
    }
    if isDone || !characters.isEmpty && !flushCharacters(text, end: text.count, body) { return }
    if !word.isEmpty { _ = flushWord(end: text.count, body) }
  }

  /// Goes on with a scalar beyond ASCII. Returns whether to go on.
  private mutating func take(
    _ scalar: Unicode.Scalar?, _ text: UnsafeBufferPointer<UInt8>, at place: Int,
    _ body: (Range<Int>, UnsafeBufferPointer<UInt8>) -> Bool
  ) -> Bool {
    let kind: Kind = if let scalar { kind(of: scalar) } else { .separator }
    if case .mark = kind, !characters.isEmpty { return true }
    if case .unspaced = kind {
      if !word.isEmpty, !flushWord(end: place, body) { return false }
      characters.append(place)
      return true
    }
    if !characters.isEmpty, !flushCharacters(text, end: place, body) { return false }
    switch kind {
    case .letter(let folded):
      if word.isEmpty { wordStart = place }
      word += folded
    case .separator: if !word.isEmpty { return flushWord(end: place, body) }
    case .mark, .unspaced: break
    }
    return true
  }

  private mutating func flushWord(end: Int, _ body: (Range<Int>, UnsafeBufferPointer<UInt8>) -> Bool) -> Bool {
    defer { word.removeAll(keepingCapacity: true) }
    return word.withUnsafeBufferPointer { body(wordStart..<end, $0) }
  }

  /// Pairs of neighbouring characters, each with its marks.
  private mutating func flushCharacters(
    _ text: UnsafeBufferPointer<UInt8>, end: Int, _ body: (Range<Int>, UnsafeBufferPointer<UInt8>) -> Bool
  ) -> Bool {
    defer { characters.removeAll(keepingCapacity: true) }
    characters.append(end)
    let step = min(2, characters.count - 1)
    for first in 0..<characters.count - step {
      let range = characters[first]..<characters[first + step]
      if !body(range, UnsafeBufferPointer(rebasing: text[range])) { return false }
    }
    return true
  }

  /// The scalar at a place and its bytes; nil, and one byte, where the bytes are not UTF-8.
  private static func scalar(_ text: UnsafeBufferPointer<UInt8>, at place: Int) -> (Unicode.Scalar?, width: Int) {
    let first = UInt32(text[place])
    let width = first >= 0xF0 ? 4 : first >= 0xE0 ? 3 : 2
    guard first >= 0xC2, first < 0xF5, place + width <= text.count else { return (nil, 1) }
    var value = first & (width == 2 ? 0x1F : width == 3 ? 0x0F : 0x07)
    for index in 1..<width {
      let byte = UInt32(text[place + index])
      guard byte & 0xC0 == 0x80 else { return (nil, 1) }
      value = value << 6 | byte & 0x3F
    }
    return (Unicode.Scalar(value), width)
  }

  private mutating func kind(of scalar: Unicode.Scalar) -> Kind {
    if let known = kinds[scalar.value] { return known }
    let kind = Self.kind(of: scalar)
    kinds[scalar.value] = kind
    return kind
  }

  private static func kind(of scalar: Unicode.Scalar) -> Kind {
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber,
      .letterNumber, .otherNumber, .privateUse:
      return isUnspaced(scalar) ? .unspaced : .letter(fold(scalar))
    case .nonspacingMark: return .mark
    // unicode61 counts combining marks as part of the word they stand on.
    case .spacingMark, .enclosingMark: return isUnspaced(scalar) ? .mark : .letter(fold(scalar))
    default: return .separator
    }
  }

  private static func isUnspaced(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.value {
    case 0x0E01...0x0E4E: true  // Thai
    case 0x3005...0x3007, 0x3041...0x30FF, 0x31F0...0x31FF, 0xFF66...0xFF9F: true  // Kana, and marks for repetition
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x323AF: true  // Han
    default: false
    }
  }

  private static func fold(_ scalar: Unicode.Scalar) -> [UInt8] {
    var bytes: [UInt8] = []
    for part in String(scalar).lowercased().decomposedStringWithCanonicalMapping.unicodeScalars
    where part.properties.generalCategory != .nonspacingMark {
      bytes += Array(String(part).utf8)
    }
    return bytes
  }
}
