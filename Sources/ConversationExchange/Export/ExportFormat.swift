// The formats that conversations can be written in.

public enum ExportFormat: String, Hashable, Sendable, CaseIterable {
  /// The import's own: one JSON object a line. What goes out comes back in as it was.
  case jsonl
  /// RFC 4180 with the import's header.
  case csv
  case markdown
  /// One page that needs nothing else.
  case html
  /// Plain text, for a pager.
  case text

  public var fileExtension: String {
    switch self {
    case .jsonl: "jsonl"
    case .csv: "csv"
    case .markdown: "md"
    case .html: "html"
    case .text: "txt"
    }
  }

  /// By the name's extension; nil where it says nothing.
  public init?(fileName: String) {
    switch fileName.lowercased().split(separator: ".", omittingEmptySubsequences: false).dropFirst().last {
    case "jsonl", "ndjson", "jsonlines": self = .jsonl
    case "csv": self = .csv
    case "md", "markdown": self = .markdown
    case "html", "htm": self = .html
    case "txt", "text": self = .text
    default: return nil
    }
  }
}
