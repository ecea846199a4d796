// What BERT's uncased normalisation makes of a Unicode scalar outside ASCII.

internal import Foundation

/// The treatment of one scalar, before it is decomposed.
enum ScalarClass {
  /// Control, format, private use, U+FFFD: taken out.
  case dropped
  case whitespace
  /// A word of its own.
  case ideograph
  case other

  init(_ scalar: Unicode.Scalar) {
    if Self.isIdeograph(scalar.value) {
      self = .ideograph
      return
    }
    switch scalar.categoryInUnicode8 {
    case .control, .format, .privateUse, .surrogate: self = .dropped
    case .spaceSeparator, .lineSeparator, .paragraphSeparator: self = .whitespace
    default: self = scalar.value == 0xFFFD ? .dropped : .other
    }
  }

  /// The ranges of the reference implementation, which are not all the ideographs of today's Unicode.
  private static func isIdeograph(_ value: UInt32) -> Bool {
    switch value {
    case 0x3400...0x4DBF, 0x4E00...0x9FFF, 0xF900...0xFAFF, 0x20000...0x2A6DF, 0x2A700...0x2B73F, 0x2B740...0x2B81F,
      0x2B920...0x2CEAF, 0x2F800...0x2FA1F:
      true
    default: false
    }
  }
}

extension Unicode.Scalar {
  /// The general category, or nil for a scalar that Unicode 8 did not have.
  ///
  /// The reference implementation's tables are of that version: it keeps younger scalars as they are, be they
  /// letters, marks or punctuation. Models were trained with it, so this follows, whatever this system's Unicode is.
  var categoryInUnicode8: Unicode.GeneralCategory? {
    switch value {
    case 0x1734, 0x1171E: return .nonspacingMark  // spacing marks since Unicode 14
    case 0x166D, 0x111C9: return .otherPunctuation  // a symbol and a mark since
    case 0x1885, 0x1886, 0xA9BD: return .otherLetter  // marks since; A9BD was one that takes space, which is as good
    default:
      guard let age = properties.age, age.major <= 8 else { return nil }
      return properties.generalCategory
    }
  }

  /// ASCII's punctuation and symbols, and Unicode's punctuation: each a word of its own.
  var isWordPiecePunctuation: Bool {
    if isASCII {
      switch value {
      case 33...47, 58...64, 91...96, 123...126: return true
      default: return false
      }
    }
    switch categoryInUnicode8 {
    case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
      .finalPunctuation, .otherPunctuation:
      return true
    default: return false
    }
  }

  /// Calls `body` with each scalar of the canonical decomposition.
  func forEachDecomposed(_ body: (Unicode.Scalar) -> Void) {
    switch value {
    case 0..<0xC0, 0x2010...0x205F, 0x3041...0x304B, 0x4E00...0x9FFF, 0x1F000...0x1FFFF:
      body(self)
    case 0xAC00...0xD7A3:
      // Hangul syllables decompose by arithmetic (Unicode 3.12).
      let index = value - 0xAC00
      let jamo = [0x1100 + index / 588, 0x1161 + index % 588 / 28, 0x11A7 + index % 28]
      for (place, value) in jamo.enumerated() where place < 2 || value != 0x11A7 {
        if let scalar = Unicode.Scalar(value) { body(scalar) }
      }
    default:
      // Scalars that decompose and are younger are unknown to the reference.
      guard let age = properties.age, age.major <= 12 else {
        body(self)
        return
      }
      for scalar in String(Character(self)).decomposedStringWithCanonicalMapping.unicodeScalars { body(scalar) }
    }
  }
}
