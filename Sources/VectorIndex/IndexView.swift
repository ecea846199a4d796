// What an index holds at one moment: an immutable snapshot that searches work on.

/// The files of one generation and how much of them is committed.
final class IndexView: Sendable {
  /// A file of rows: a segment or a tail.
  struct Part: Sendable {
    let file: any RowFile
    let times: TimeBounds
    /// Committed rows of the file.
    let rows: Int

    var blocks: Int { blockCount(rows: rows) }
  }

  struct Tail: Sendable {
    let file: TailFile
    let entry: Manifest.Tail
    /// Committed rows of the file.
    let rows: Int
  }

  /// Nil when there is no index yet.
  let commit: CommitFile?
  let record: CommitRecord
  let manifest: Manifest
  let segments: [SegmentFile]
  let codebooks: [UInt32: Codebook]
  let tails: [Tail]
  /// Segments, then tails: the rows in the order in which they were appended.
  let parts: [Part]

  var rowCount: Int { parts.reduce(0) { $0 + $1.rows } }
  var liveCount: Int { parts.reduce(0) { $0 + $1.rows - $1.file.deletedCount(rows: $1.rows) } }

  /// No index.
  init(configuration: VectorIndexConfiguration) {
    commit = nil
    record = CommitRecord(sequence: 0, generation: 0)
    manifest = Manifest(configuration: configuration, generation: 0, nextIdentifier: 1)
    segments = []
    codebooks = [:]
    tails = []
    parts = []
  }

  /// What a generation maps.
  struct Files: Sendable {
    var segments: [SegmentFile]
    var codebooks: [UInt32: Codebook]
    var tails: [TailFile]
  }

  /// Throws when the record does not fit the tails: all but the one being filled have as many rows as the manifest says.
  init(commit: CommitFile, record: CommitRecord, manifest: Manifest, files: Files, folder: IndexFolder) throws {
    var tails: [Tail] = []
    var remaining = Int(clamping: record.rows)
    for (entry, file) in zip(manifest.tails, files.tails) {
      let rows = entry.rows.map(Int.init) ?? Swift.min(remaining, Int(entry.capacity))
      remaining -= rows
      tails.append(Tail(file: file, entry: entry, rows: rows))
    }
    guard remaining == 0 else {
      throw VectorIndexError.damaged(
        folder.path(of: FileFormat.commitName), "the tails do not hold as many rows as were committed")
    }
    self.commit = commit
    self.record = record
    self.manifest = manifest
    self.segments = files.segments
    self.codebooks = files.codebooks
    self.tails = tails
    parts =
      zip(files.segments, manifest.segments).map { Part(file: $0, times: $1.times, rows: $0.rows) }
      + tails.map { Part(file: $0.file, times: $0.entry.times, rows: $0.rows) }
  }

  var files: Files { Files(segments: segments, codebooks: codebooks, tails: tails.map(\.file)) }

  /// The same generation after a later commit.
  func advanced(to record: CommitRecord, folder: IndexFolder) throws -> IndexView {
    guard let commit else { return self }
    return try IndexView(commit: commit, record: record, manifest: manifest, files: files, folder: folder)
  }
}

extension IndexView {
  /// Reads what the folder holds now. Keeps mapped files of `previous` that are still part of it.
  static func load(
    _ folder: IndexFolder, configuration: VectorIndexConfiguration, keeping previous: IndexView? = nil
  ) throws -> IndexView {
    // A writer may publish a generation, and unlink the one before, while this reads. Then something is missing or
    // does not fit, but the commit record or its file has changed too: try again.
    for _ in 0..<100 {
      guard let commit = try CommitFile(in: folder) else {
        let orphans = try folder.names().filter { FileFormat.identifier(of: $0) != nil }
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
    var kept: Files?
    if let previous, previous.commit?.file.identity == commit.file.identity,
      previous.record.recoveries == record.recoveries
    {
      kept = previous.files
    }
    let files = try load(manifest, configuration: configuration, folder: folder, keeping: kept)
    return try IndexView(commit: commit, record: record, manifest: manifest, files: files, folder: folder)
  }

  private static func load(
    _ manifest: Manifest, configuration: VectorIndexConfiguration, folder: IndexFolder, keeping kept: Files?
  ) throws -> Files {
    func found<File>(_ file: File?, _ name: String, _ kind: String) throws -> File {
      guard let file else { throw VectorIndexError.damaged(folder.path(of: name), "the \(kind) is missing") }
      return file
    }
    let segments = try manifest.segments.map { entry in
      try kept?.segments.first { $0.identifier == entry.identifier }
        ?? found(SegmentFile(entry, configuration: configuration, in: folder), entry.fileName, "segment")
    }
    let tails = try manifest.tails.map { entry in
      try kept?.tails.first { $0.identifier == entry.identifier }
        ?? found(TailFile(entry, configuration: configuration, in: folder), entry.fileName, "tail")
    }
    var codebooks: [UInt32: Codebook] = [:]
    for segment in segments {
      let identifier = segment.header.codebook
      let codebook =
        try codebooks[identifier] ?? kept?.codebooks[identifier]
        ?? found(
          Codebook.load(identifier, configuration: configuration, in: folder),
          FileFormat.codebookName(identifier: identifier), "codebook")
      guard codebook.checksum == segment.header.codebookChecksum else {
        throw VectorIndexError.damaged(
          folder.path(of: segment.name), "the segment's codes are of another codebook than \(identifier)")
      }
      codebooks[identifier] = codebook
    }
    return Files(segments: segments, codebooks: codebooks, tails: tails)
  }
}
