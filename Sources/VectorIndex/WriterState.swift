// What a writer holds open, how it commits, and how it repairs what a killed writer left.

internal import CVectorKernels

/// The writing side of an index.
struct WriterState {
  private var commitFile: OpenFile?
  private var segmentFiles: [UInt32: OpenFile] = [:]
  /// Set while files are being changed; still set afterwards when that failed midway.
  var isMidway = false

  mutating func commitFile(_ files: IndexFolder) throws -> OpenFile {
    if let commitFile { return commitFile }
    let file = try files.openForWriting(FileFormat.commitName)
    commitFile = file
    return file
  }

  mutating func file(of segment: Segment, _ files: IndexFolder) throws -> OpenFile {
    if let file = segmentFiles[segment.identifier] { return file }
    let file = try files.openForWriting(segment.name)
    segmentFiles[segment.identifier] = file
    return file
  }

  mutating func keep(_ file: OpenFile, ofSegment identifier: UInt32) {
    segmentFiles[identifier] = file
  }

  /// Lets go of every file: the index is about to be replaced.
  mutating func closeAll() {
    commitFile = nil
    segmentFiles = [:]
  }

  /// Writes a commit record into its slot. Whatever it speaks of must have been synchronized before.
  mutating func publish(_ record: CommitRecord, _ files: IndexFolder, synchronized: Bool) throws {
    let file = try commitFile(files)
    try files.write(record.encoded, to: file, at: record.offset)
    if synchronized { try files.synchronize(file) }
  }

  /// Marks the beginning of a change; throws when an earlier one stopped midway.
  mutating func begin(_ files: IndexFolder) throws {
    guard !isMidway else {
      throw VectorIndexError(
        code: .reopenRequired, file: files.path, what: "an earlier write to the index failed midway",
        remedy: "open the index again; that finishes or undoes it")
    }
    isMidway = true
  }
}

extension WriterState {
  /// Brings the files into the state that the latest record speaks of: removes files that no generation names, zeroes
  /// rows that were never committed, finishes a deletion. Returns the view to work on.
  mutating func recover(
    _ view: IndexView, configuration: VectorIndexConfiguration, files: IndexFolder
  ) throws -> IndexView {
    guard let commit = view.commit else { return view }
    let keep = Set(
      [FileFormat.commitName, view.manifest.fileName] + view.places.map(\.segment.name))
    let orphans = try files.names().filter { !keep.contains($0) }
    for name in orphans { try files.remove(name) }
    if !orphans.isEmpty { try files.synchronizeFolder() }

    let wasTorn = commit.slots.contains { $0 == nil }
    var repaired = wasTorn || view.record.phase != .idle
    if let last = view.places.last, try clearUncommitted(last, files) { repaired = true }
    if wasTorn || view.record.phase == .deleting {
      for place in view.places { try scrubDeleted(place, files) }
    }
    guard repaired else { return view }
    // Both slots, so that neither speaks of what was undone.
    var record = view.record.next { $0.recoveries += 1 }
    try publish(record, files, synchronized: true)
    record = record.next { _ in }
    try publish(record, files, synchronized: true)
    return try IndexView.load(files, configuration: configuration)
  }

  /// Zeroes what a killed writer left beyond the committed rows of the last segment.
  private mutating func clearUncommitted(_ place: IndexView.Place, _ files: IndexFolder) throws -> Bool {
    let segment = place.segment
    var changed = false
    for section in SegmentSection.ofRows {
      let start = segment.layout.offset(section, row: place.rows)
      let end = segment.layout.offset(section) + segment.layout.size(section)
      if try zero(start..<end, of: segment, files) { changed = true }
    }
    if changed { try files.synchronize(try file(of: segment, files)) }
    return changed
  }

  /// Zeroes every deleted row again.
  private mutating func scrubDeleted(_ place: IndexView.Place, _ files: IndexFolder) throws {
    var changed = false
    for run in place.segment.deletedRuns(rows: place.rows) {
      for section in SegmentSection.ofRows {
        let start = place.segment.layout.offset(section, row: run.lowerBound)
        let end = place.segment.layout.offset(section, row: run.upperBound)
        if try zero(start..<end, of: place.segment, files) { changed = true }
      }
    }
    if changed { try files.synchronize(try file(of: place.segment, files)) }
  }

  /// Zeroes the pages of a range that are not zero already: a full disk has room for that, and a sparse file stays
  /// sparse.
  private mutating func zero(_ range: Range<Int>, of segment: Segment, _ files: IndexFolder) throws -> Bool {
    var changed = false
    var start = range.lowerBound
    while start < range.upperBound {
      guard let data = try files.startOfData(in: try file(of: segment, files), from: start) else { break }
      start = data
      let end = Swift.min(range.upperBound, (start / FileFormat.pageSize + 1) * FileFormat.pageSize)
      if start >= end { break }
      if !row_is_zero(segment.file.base + start, end - start) {
        try files.write([UInt8](repeating: 0, count: end - start), to: try file(of: segment, files), at: start)
        changed = true
      }
      start = end
    }
    return changed
  }
}

extension Segment {
  /// Runs of neighbouring deleted rows among the first `rows`.
  func deletedRuns(rows: Int) -> [Range<Int>] {
    var runs: [Range<Int>] = []
    for block in 0..<(rows + Self.blockRows - 1) / Self.blockRows {
      var word = row_block_tombstones(columns, UInt32(block))
      while word != 0 {
        runs.appendRow(block * Self.blockRows + word.trailingZeroBitCount)
        word &= word - 1
      }
    }
    return runs
  }
}

extension [Range<Int>] {
  /// Adds a row after all rows of the runs, joining it to the last run when they touch.
  mutating func appendRow(_ row: Int) {
    if let last, last.upperBound == row {
      self[count - 1] = last.lowerBound..<row + 1
    } else {
      append(row..<row + 1)
    }
  }
}
