// What an import tells while it runs and when it is over.

/// How far an import is.
public struct ImportProgress: Hashable, Sendable {
  /// The file being read, as the user named it.
  public var file: String
  /// Of all files, before decompression.
  public var bytesDone: Int64
  /// Nil where a file's size is not known.
  public var bytesTotal: Int64?
  /// Records dealt with: added, known already or rejected.
  public var records: Int

  public init(file: String, bytesDone: Int64, bytesTotal: Int64?, records: Int) {
    self.file = file
    self.bytesDone = bytesDone
    self.bytesTotal = bytesTotal
    self.records = records
  }
}

/// What became of an import.
public struct ImportReport: Sendable {
  /// How it came to its end.
  public enum Outcome: Sendable {
    case finished
    /// Asked to stop: everything counted here is stored.
    case stopped
    /// The store refused; everything counted here is stored.
    case failed(any Error)
  }

  /// Newly added.
  public var messages = 0
  /// Newly made by them.
  public var sessions = 0
  /// Already there with the same content.
  public var duplicates = 0
  /// Records that are no messages by their format's own rules; lines and CSV have none.
  public var skipped = 0
  /// Records that were refused, each with its reason.
  public var rejected = 0
  /// Files that could not be read, or not to their end.
  public var brokenFiles: [ExchangeError] = []
  public var outcome = Outcome.finished

  public init() {}

  /// Everything that was asked for was done.
  public var isComplete: Bool {
    if case .finished = outcome { return rejected == 0 && brokenFiles.isEmpty }
    return false
  }
}
