// The options that commands share, spelled the same everywhere.

import ArgumentParser
import ConversationMemory

/// Where the data lies: in a folder, or on a cluster.
struct DataOptions: ParsableArguments {
  @Option(
    name: .customLong("data"),
    help: ArgumentHelp(
      "The data folder. Default: $RECOLLECT_DATA, else $XDG_DATA_HOME/recollect.", valueName: "folder"))
  var folder: String?

  @Option(
    name: .customLong("qdrant"),
    help: ArgumentHelp(
      "A Qdrant cluster in place of the folder. Default: `qdrant` in the configuration file. Its key: $QDRANT_API_KEY, or "
        + "the file that $QDRANT_API_KEY_FILE names.", valueName: "url"))
  var cluster: String?

  @Option(
    name: .customLong("collection"),
    help: ArgumentHelp("The collection on that cluster. Default: conversations.", valueName: "name"))
  var collection: String?

  func validate() throws {
    guard folder == nil || cluster == nil else {
      throw ValidationError("--data and --qdrant exclude each other: memory is in a folder or on a cluster")
    }
    guard folder == nil || collection == nil else {
      throw ValidationError("--collection is a cluster's: name the cluster with --qdrant")
    }
  }
}

/// Whose memory is meant.
struct TenantOptions: ParsableArguments {
  @Option(
    name: .customLong("tenant"), help: ArgumentHelp("The company whose agents' memory is meant.", valueName: "tenant"),
    transform: { try TenantID($0) })
  var id: TenantID
}

/// Whether programs or people read the answer.
struct FormatOptions: ParsableArguments {
  @Flag(name: .customLong("json"), help: "Print one JSON document.")
  var isJSON = false
}

/// Which stretch of a listing is wanted.
struct PageOptions: ParsableArguments {
  static let largest = 100_000

  @Option(
    name: .customLong("before"),
    help: ArgumentHelp("Go on where a page ended: the `next` it printed.", valueName: "cursor"),
    transform: { try Cursor(text: $0) })
  var cursor: Cursor?

  /// Checks a page's length.
  static func limit(_ text: String) throws -> Int {
    guard let limit = Int(text), (1...largest).contains(limit) else {
      throw ValidationError("a limit is a number from 1 to \(largest)")
    }
    return limit
  }
}

/// The time that messages must lie in.
struct TimeOptions: ParsableArguments {
  @Option(
    name: .customLong("since"), help: ArgumentHelp("Not before this time or day (UTC).", valueName: "time"),
    transform: { try TimestampParser.parse($0) })
  var since: WrittenTime?

  @Option(
    name: .customLong("until"),
    help: ArgumentHelp("Before this time; a day is meant whole (UTC).", valueName: "time"),
    transform: { try TimestampParser.parse($0) })
  var until: WrittenTime?

  var range: TimeRange { TimeRange(since: since, until: until) }

  func validate() throws {
    if let since = range.since, let until = range.until, since >= until {
      throw ValidationError("--until is not after --since: no message can be in that time")
    }
  }
}
