// What an importer makes of each record of a file: a message, or the reason why not.

public import ConversationMemory

/// A message as it was read, not stored yet.
public struct ImportedLine: Hashable, Sendable {
  public var draft: MessageDraft
  /// Where its record begins, from 1.
  public var line: Int

  public init(draft: MessageDraft, line: Int) {
    self.draft = draft
    self.line = line
  }
}

/// A record that is not stored, and why.
public struct ImportRejection: Error, Hashable, Sendable, CustomStringConvertible {
  /// As the user named it.
  public var file: String
  /// Where its record begins, from 1.
  public var line: Int
  public var reason: String

  public init(file: String, line: Int, reason: String) {
    self.file = file
    self.line = line
    self.reason = reason
  }

  public var description: String { "\(file):\(line): \(reason)" }
}

/// Reads one file of one format, record by record, in bounded memory.
public protocol ConversationImporter {
  /// The next record; nil after the last.
  /// - Throws: ``ExchangeError`` where nothing more can be read from the file.
  mutating func next() throws(ExchangeError) -> Result<ImportedLine, ImportRejection>?

  /// How much of the file has been read, before decompression.
  var bytesRead: Int64 { get }

  /// Its size, where it is known.
  var totalBytes: Int64? { get }
}
