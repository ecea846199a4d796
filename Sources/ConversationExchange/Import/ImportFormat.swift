// The formats that can be imported, and how one is told from the other.

/// A file's format.
public enum ImportFormat: String, Sendable, CaseIterable {
  /// One JSON object a line.
  case jsonl
  /// RFC 4180 with a header.
  case csv

  /// By the name's extension, `.gz` aside; nil where it says nothing.
  public init?(fileName: String) {
    var name = fileName.lowercased()
    for suffix in [".gz", ".gzip"] where name.hasSuffix(suffix) { name.removeLast(suffix.count) }
    switch name.split(separator: ".", omittingEmptySubsequences: false).last {
    case "jsonl", "ndjson", "jsonlines", "json": self = .jsonl
    case "csv", "tsv": self = .csv
    default: return nil
    }
  }

  /// By the first bytes that say something: an object opens a JSON line.
  static func detect(in start: [UInt8]) -> ImportFormat {
    let first = firstByte(of: start)
    return first == UInt8(ascii: "{") || first == UInt8(ascii: "[") ? .jsonl : .csv
  }

  /// The first byte that is neither white space nor a byte order mark.
  private static func firstByte(of start: [UInt8]) -> UInt8? {
    let text = start.starts(with: InputText.byteOrderMark) ? start.dropFirst(3) : start[...]
    return text.first { $0 != 0x20 && $0 != 0x09 && $0 != 0x0A && $0 != 0x0D }
  }

  /// Opens a file for import; `-` is standard input.
  ///
  /// - Parameter format: nil to find it out, by the file's extension, then by its content.
  public static func open(path: String, format: ImportFormat?) throws(ExchangeError) -> any ConversationImporter {
    let stream = try ByteStream(path: path)
    let found =
      if let known = format ?? ImportFormat(fileName: path) { known } else { detect(in: try stream.peek()) }
    switch found {
    case .jsonl:
      if try firstByte(of: stream.peek()) == UInt8(ascii: "[") {
        throw ExchangeError(
          .wrongFormat, "is one JSON list, not one object a line", file: path, remedy: "convert it first: jq -c '.[]'")
      }
      return JSONLinesImporter(stream)
    case .csv: return try CSVImporter(stream)
    }
  }
}
