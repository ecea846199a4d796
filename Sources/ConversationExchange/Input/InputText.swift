// Text from bytes that were promised to be UTF-8.

/// Checks what a record is made of.
enum InputText {
  /// U+FEFF in UTF-8, as some programs put before a text.
  static let byteOrderMark: [UInt8] = [0xEF, 0xBB, 0xBF]

  /// Where `bytes` stop being UTF-8; nil where all of them are.
  static func firstInvalidByte(in bytes: [UInt8]) -> Int? {
    do {
      _ = try UTF8Span(validating: bytes.span)
      return nil
    } catch {
      return error.byteOffsets.lowerBound
    }
  }
}
