// What an index holds at one moment: an immutable snapshot that searches work on.

/// The segments of one generation and how much of them is committed.
final class IndexView: Sendable {
  struct Place: Sendable {
    let segment: Segment
    let entry: Manifest.Entry
    /// Committed rows of the segment.
    let rows: Int

    var blocks: Int { (rows + Segment.blockRows - 1) / Segment.blockRows }
  }

  /// Nil when there is no index yet.
  let commit: CommitFile?
  let record: CommitRecord
  let manifest: Manifest
  let places: [Place]

  var rowCount: Int { Int(record.rows) }
  var liveCount: Int { rowCount - places.reduce(0) { $0 + $1.segment.deletedCount(rows: $1.rows) } }

  /// No index.
  init(configuration: VectorIndexConfiguration) {
    commit = nil
    record = CommitRecord(sequence: 0, generation: 0)
    manifest = Manifest(configuration: configuration, generation: 0, nextIdentifier: 1)
    places = []
  }

  /// Throws when the record does not fit the segments: all but the last are full.
  init(commit: CommitFile, record: CommitRecord, manifest: Manifest, segments: [Segment], folder: IndexFolder) throws {
    var places: [Place] = []
    var remaining = record.rows
    for (entry, segment) in zip(manifest.entries, segments) {
      let rows = Swift.min(remaining, UInt64(entry.capacity))
      remaining -= rows
      places.append(Place(segment: segment, entry: entry, rows: Int(rows)))
    }
    guard remaining == 0, places.dropLast().allSatisfy({ $0.rows == $0.segment.layout.capacity }) else {
      throw VectorIndexError.damaged(
        folder.path(of: FileFormat.commitName), "the segments do not hold as many rows as were committed")
    }
    self.commit = commit
    self.record = record
    self.manifest = manifest
    self.places = places
  }

  /// The same generation after a later commit.
  func advanced(to record: CommitRecord, folder: IndexFolder) throws -> IndexView {
    guard let commit else { return self }
    return try IndexView(
      commit: commit, record: record, manifest: manifest, segments: places.map(\.segment), folder: folder)
  }
}

extension IndexView {
  /// Reads what the folder holds now. Keeps mapped segments of `previous` that are still part of it.
  static func load(
    _ folder: IndexFolder, configuration: VectorIndexConfiguration, keeping previous: IndexView? = nil
  ) throws -> IndexView {
    // A writer may publish a generation, and unlink the one before, while this reads. Then something is missing or
    // does not fit, but the commit record or its file has changed too: try again.
    for _ in 0..<100 {
      guard let commit = try CommitFile(in: folder) else {
        let orphans = try folder.names().filter { FileFormat.identifier(ofSegment: $0) != nil }
        if try folder.status(of: FileFormat.commitName) != nil { continue }
        guard orphans.isEmpty else {
          throw VectorIndexError.damaged(folder.path(of: FileFormat.commitName), "the commit file is missing")
        }
        return IndexView(configuration: configuration)
      }
      let record = try commit.latest()
      let result = Result {
        try load(folder, configuration: configuration, commit: commit, record: record, keeping: previous)
      }
      let isCurrent = try folder.status(of: FileFormat.commitName)?.identity == commit.file.identity
      if isCurrent, try commit.latest().generation == record.generation { return try result.get() }
    }
    throw VectorIndexError(
      code: .system, file: folder.path, what: "the index was replaced again and again while it was opened",
      remedy: "try again when the other process has finished")
  }

  private static func load(
    _ folder: IndexFolder, configuration: VectorIndexConfiguration, commit: CommitFile, record: CommitRecord,
    keeping previous: IndexView?
  ) throws -> IndexView {
    let name = FileFormat.manifestName(generation: record.generation)
    guard let bytes = try folder.contents(of: name) else {
      throw VectorIndexError.damaged(folder.path(of: name), "the manifest is missing")
    }
    let manifest = try Manifest(bytes: bytes, file: folder.path(of: name))
    guard manifest.generation == record.generation else {
      throw VectorIndexError.damaged(folder.path(of: name), "the manifest is of generation \(manifest.generation)")
    }
    try manifest.check(configuration, file: folder.path(of: name))

    // What was verified stays verified only while no writer has rolled the files back.
    var kept: [UInt32: Segment] = [:]
    if let previous, previous.commit?.file.identity == commit.file.identity,
      previous.record.recoveries == record.recoveries
    {
      for place in previous.places { kept[place.segment.identifier] = place.segment }
    }
    let segments = try manifest.entries.map { entry in
      if let segment = kept[entry.identifier] { return segment }
      guard let segment = try Segment(entry, configuration: configuration, in: folder) else {
        throw VectorIndexError.damaged(folder.path(of: entry.fileName), "the segment is missing")
      }
      return segment
    }
    return try IndexView(commit: commit, record: record, manifest: manifest, segments: segments, folder: folder)
  }
}
