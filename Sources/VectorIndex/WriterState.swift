// What a writer holds open, how it commits, and how it repairs what a killed writer left.

internal import CVectorKernels

/// The writing side of an index.
struct WriterState {
  private var commitFile: OpenFile?
  private var rowFiles: [UInt32: OpenFile] = [:]
  /// Numbers below this are taken, by files of a generation or by one that is being built.
  private var nextIdentifier: UInt32 = 0
  /// Set while files are being changed; still set afterwards when that failed midway.
  var isMidway = false

  mutating func commitFile(_ files: IndexFolder) throws -> OpenFile {
    if let commitFile { return commitFile }
    let file = try files.openForWriting(FileFormat.commitName)
    commitFile = file
    return file
  }

  mutating func file(of rows: any RowFile, _ files: IndexFolder) throws -> OpenFile {
    if let file = rowFiles[rows.identifier] { return file }
    let file = try files.openForWriting(rows.name)
    rowFiles[rows.identifier] = file
    return file
  }

  mutating func keep(_ file: OpenFile, identifier: UInt32) {
    rowFiles[identifier] = file
  }

  /// Lets go of the files of rows that are no longer part of the index.
  mutating func closeAll(but identifiers: Set<UInt32>) {
    rowFiles = rowFiles.filter { identifiers.contains($0.key) }
  }

  /// A number for a new file, that nothing has or had.
  mutating func takeIdentifier(after manifest: Manifest) -> UInt32 {
    let identifier = Swift.max(nextIdentifier, manifest.nextIdentifier)
    nextIdentifier = identifier + 1
    return identifier
  }

  /// Lets go of every file: the index is about to be replaced.
  mutating func closeAll() {
    commitFile = nil
    rowFiles = [:]
  }

  /// Writes a commit record into its slot. Whatever it speaks of must have been synchronized before.
  mutating func publish(_ record: CommitRecord, _ files: IndexFolder, synchronized: Bool) throws {
    let file = try commitFile(files)
    try files.write(record.encoded, to: file, at: record.offset)
    if synchronized { try files.synchronize(file) }
  }

  /// Marks the beginning of a change; throws when an earlier one stopped midway.
  mutating func begin(_ files: IndexFolder) throws {
    try requireWhole(files)
    isMidway = true
  }

  /// Throws when an earlier change stopped midway.
  func requireWhole(_ files: IndexFolder) throws {
    guard !isMidway else {
      throw VectorIndexError(
        code: .reopenRequired, file: files.path, what: "an earlier write to the index failed midway",
        remedy: "open the index again; that finishes or undoes it")
    }
  }
}

extension WriterState {
  /// Brings the files into the state that the latest record speaks of: removes files that no generation names, zeroes
  /// rows that were never committed, finishes a deletion. Returns the view to work on.
  mutating func recover(
    _ view: IndexView, configuration: VectorIndexConfiguration, files: IndexFolder
  ) throws -> IndexView {
    guard let commit = view.commit else { return view }
    let keep = Set([FileFormat.commitName] + view.manifest.fileNames)
    let orphans = try files.names().filter { !keep.contains($0) }
    for name in orphans { try files.remove(name) }
    if !orphans.isEmpty { try files.synchronizeFolder() }

    let wasTorn = commit.slots.contains { $0 == nil }
    var repaired = wasTorn || view.record.phase != .idle
    if let last = view.tails.last, last.entry.rows == nil, try clearUncommitted(last, files) { repaired = true }
    if wasTorn || view.record.phase == .deleting {
      for tail in view.tails { try scrubDeleted(tail, files) }
      for segment in view.segments { try scrubDeleted(segment, files) }
    }
    guard repaired else { return view }
    // Both slots, so that neither speaks of what was undone.
    var record = view.record.next { $0.recoveries += 1 }
    try publish(record, files, synchronized: true)
    record = record.next { _ in }
    try publish(record, files, synchronized: true)
    return try IndexView.load(files, configuration: configuration)
  }

  /// Zeroes what a killed writer left beyond the committed rows of the tail that is being filled.
  private mutating func clearUncommitted(_ tail: IndexView.Tail, _ files: IndexFolder) throws -> Bool {
    let layout = tail.file.layout
    var changed = false
    for section in TailSection.ofRows + [.tokenEnds] {
      let start = layout.offset(section, row: tail.rows)
      let end = layout.offset(section) + layout.size(section)
      if try zero(start..<end, of: tail.file, files) { changed = true }
    }
    let tokens = try tokenEnd(of: tail, rows: tail.rows, files)
    let end = layout.offset(.tokens) + layout.size(.tokens)
    if try zero(layout.offset(token: tokens)..<end, of: tail.file, files) { changed = true }
    if changed { try files.synchronize(try file(of: tail.file, files)) }
    return changed
  }

  private func tokenEnd(of tail: IndexView.Tail, rows: Int, _ files: IndexFolder) throws -> Int {
    guard let end = tail.file.tokenEnd(rows: rows) else {
      throw VectorIndexError.damaged(
        files.path(of: tail.file.name), "where the tokens of row \(rows - 1) end differs from its checksum")
    }
    return end
  }

  /// Zeroes every deleted row again.
  private mutating func scrubDeleted(_ tail: IndexView.Tail, _ files: IndexFolder) throws {
    let layout = tail.file.layout
    var changed = false
    for run in tail.file.deletedRuns(rows: tail.rows) {
      for section in TailSection.ofRows {
        let range = layout.offset(section, row: run.lowerBound)..<layout.offset(section, row: run.upperBound)
        if try zero(range, of: tail.file, files) { changed = true }
      }
      let first = try tokenEnd(of: tail, rows: run.lowerBound, files)
      let end = try tokenEnd(of: tail, rows: run.upperBound, files)
      guard first <= end else { continue }
      if try zero(layout.offset(token: first)..<layout.offset(token: end), of: tail.file, files) { changed = true }
    }
    if changed { try files.synchronize(try file(of: tail.file, files)) }
  }

  /// Zeroes the pages of a range that are not zero already: a full disk has room for that, and a sparse file stays
  /// sparse.
  mutating func zero(_ range: Range<Int>, of rows: any RowFile, _ files: IndexFolder) throws -> Bool {
    var changed = false
    var start = range.lowerBound
    while start < range.upperBound {
      guard let data = try files.startOfData(in: try file(of: rows, files), from: start) else { break }
      start = data
      let end = Swift.min(range.upperBound, (start / FileFormat.pageSize + 1) * FileFormat.pageSize)
      if start >= end { break }
      if !row_is_zero(rows.file.base + start, end - start) {
        try files.write([UInt8](repeating: 0, count: end - start), to: try file(of: rows, files), at: start)
        changed = true
      }
      start = end
    }
    return changed
  }
}
