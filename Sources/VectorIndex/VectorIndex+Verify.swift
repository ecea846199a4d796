// Verifying every byte of every file.

internal import CVectorKernels

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

extension VectorIndex {
  /// Recomputes every checksum and invariant of every file, from the files as they are now, trusting nothing verified
  /// before. A changed bit anywhere is found. Other processes may read and write meanwhile.
  ///
  /// - Returns: What is wrong, file by file; empty when all is sound. Files that cannot be read are damage too.
  public func verify() -> [VectorIndexDamage] {
    var damage: [VectorIndexDamage] = []
    // A writer that is at work can make files look wrong: what counts is what is found while nothing was committed. A
    // deletion under way leaves rows half zeroed; a killed writer's stays that way, so waiting has an end.
    for _ in 0..<200 {
      damage = []
      do {
        let view = try IndexView.load(files, configuration: configuration)
        guard let commit = view.commit else { return [] }
        damage = try verifyOnce(view, commit: commit)
        if damage.isEmpty { return [] }
        let isSame = try IndexView.load(files, configuration: configuration).record == view.record
        if isSame, view.record.phase == .idle { return damage }
      } catch let error as VectorIndexError {
        return [VectorIndexDamage(file: fileName(error.file), what: error.what)]
      } catch {
        return [VectorIndexDamage(file: files.path, what: String(describing: error))]
      }
      usleep(5000)
    }
    return damage
  }

  private func fileName(_ path: String) -> String {
    path.split(separator: "/").last.map(String.init) ?? path
  }

  private func verifyOnce(_ view: IndexView, commit: CommitFile) throws -> [VectorIndexDamage] {
    var damage = verifyCommit(commit)
    // The manifest, the codebooks and the files' headers were compared byte by byte when the view was loaded.
    let isDeleting = view.record.phase == .deleting
    for segment in view.segments { damage += segment.verify(isDeleting: isDeleting, folder: files) }
    for tail in view.tails {
      damage += verifyPadding(tail)
      damage += verifyRows(tail, isDeleting: isDeleting)
      damage += verifyUncommitted(tail, reserved: reservedRows(of: tail, in: view))
    }
    return damage
  }

  /// Rows of a tail that may hold what an append is writing: of the one being filled.
  private func reservedRows(of place: IndexView.Tail, in view: IndexView) -> Int {
    guard place.entry.rows == nil, view.record.phase == .appending, view.record.reservedRows >= view.record.rows else {
      return place.rows
    }
    let added = Int(clamping: view.record.reservedRows - view.record.rows)
    return place.rows + Swift.min(added, place.file.layout.capacity - place.rows)
  }

  private func verifyCommit(_ commit: CommitFile) -> [VectorIndexDamage] {
    var damage: [VectorIndexDamage] = []
    let name = FileFormat.commitName
    if commit.file.bytes(0..<FileFormat.pageSize) != CommitRecord.headerPage {
      damage.append(VectorIndexDamage(file: name, what: "the header differs from what this format has"))
    }
    for (slot, record) in commit.slots.enumerated() {
      let offset = CommitRecord.offset(ofSlot: slot)
      if record == nil {
        damage.append(VectorIndexDamage(file: name, what: "the record at \(offset) differs from its checksum"))
      }
      if !row_is_zero(commit.file.base + offset + CommitRecord.size, FileFormat.pageSize - CommitRecord.size) {
        damage.append(VectorIndexDamage(file: name, what: "the padding after the record at \(offset) is not zero"))
      }
    }
    return damage
  }

  private func verifyPadding(_ place: IndexView.Tail) -> [VectorIndexDamage] {
    let layout = place.file.layout
    var damage: [VectorIndexDamage] = []
    for section in TailSection.allCases {
      let end = layout.offset(section) + layout.size(section)
      let next = (end + FileFormat.pageSize - 1) / FileFormat.pageSize * FileFormat.pageSize
      if !row_is_zero(place.file.file.base + end, next - end) {
        damage.append(
          VectorIndexDamage(file: place.file.name, what: "the padding after section \(section.name) is not zero"))
      }
    }
    return damage
  }

  private func verifyRows(_ place: IndexView.Tail, isDeleting: Bool) -> [VectorIndexDamage] {
    let segment = place.file
    let level = cpu_level()
    var damage: [VectorIndexDamage] = []
    func report(_ row: Int, _ what: String) {
      damage.append(VectorIndexDamage(file: segment.name, what: "row \(row): \(what)"))
    }
    // The view is new: nothing of it has been checked before.
    for block in 0..<blockCount(rows: place.rows) {
      let present = UInt32(Swift.min(blockRows, place.rows - block * blockRows))
      let columns = row_block_check_columns(level, segment.columns, UInt32(block), present)
      let vectors = row_block_check_vectors(level, segment.columns, UInt32(block), present)
      for bit in 0..<blockRows where (columns | vectors) >> UInt64(bit) & 1 == 1 {
        let part = columns >> UInt64(bit) & 1 == 1 ? "the columns" : "the vector"
        report(block * blockRows + bit, "\(part) differ from the checksum")
      }
    }
    for row in 0..<place.rows {
      if segment.tokenRange(row: row) == nil {
        report(row, "where its tokens end differs from the checksum")
      } else if !segment.hasSoundTokens(row: row) {
        report(row, "the tokens differ from the checksum")
      }
    }
    for run in segment.deletedRuns(rows: place.rows) {
      for row in run where !segment.isZero(row: row) {
        report(row, isDeleting ? "its deletion was not finished" : "it is deleted but not zero")
      }
    }
    return damage
  }

  private func verifyUncommitted(_ place: IndexView.Tail, reserved: Int) -> [VectorIndexDamage] {
    let segment = place.file
    let layout = segment.layout
    var damage: [VectorIndexDamage] = []
    func expectZero(_ section: TailSection, from start: Int) {
      let end = layout.offset(section) + layout.size(section)
      if !row_is_zero(segment.file.base + start, end - start) {
        damage.append(
          VectorIndexDamage(
            file: segment.name, what: "section \(section.name) is not zero beyond the committed rows"))
      }
    }
    for section in TailSection.ofRows + [.tokenEnds] {
      expectZero(section, from: layout.offset(section, row: reserved))
    }
    if let tokens = segment.tokenEnd(rows: place.rows) {
      // What an append is writing may have the most tokens there are.
      let most = Swift.min(
        tokens + (reserved - place.rows) * FileFormat.mostTokens, layout.capacity * FileFormat.mostTokens)
      expectZero(.tokens, from: layout.offset(token: most))
    }
    for block in place.rows / blockRows..<layout.capacity / blockRows {
      let committed = Swift.max(0, place.rows - block * blockRows)
      if row_block_tombstones(segment.columns, UInt32(block)) >> UInt64(committed) != 0 {
        damage.append(
          VectorIndexDamage(file: segment.name, what: "rows of block \(block) are deleted that were never committed"))
      }
    }
    return damage
  }
}
