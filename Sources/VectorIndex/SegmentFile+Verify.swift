// Verifying every byte of a segment, trusting nothing verified before.

internal import CVectorKernels

extension SegmentFile {
  /// What is wrong with the segment. Its header was compared byte by byte when it was mapped.
  func verify(isDeleting: Bool, folder: IndexFolder) -> [VectorIndexDamage] {
    var damage: [VectorIndexDamage] = []
    func report(_ what: String) { damage.append(VectorIndexDamage(file: name, what: what)) }

    for section in SegmentSection.allCases {
      let end = layout.offset(section) + layout.size(section)
      let next = (end + FileFormat.pageSize - 1) / FileFormat.pageSize * FileFormat.pageSize
      if !row_is_zero(file.base + end, next - end) { report("the padding after section \(section.name) is not zero") }
    }
    do { try checkWhole(folder: folder) } catch { report((error as? VectorIndexError)?.what ?? "\(error)") }
    for block in 0..<blocks {
      for part in Part.all where !isSound(part, block: block) {
        report(
          "the \(part) of rows \(block * blockRows)...\(block * blockRows + blockRows - 1) differ from the checksum")
      }
      if !isSoundCodes(block: block) { report("the codes of slot block \(block) differ from their checksum") }
      if !hasSoundTombstones(block: block) {
        report(
          isDeleting
            ? "the deletion of rows \(block * blockRows)... was not finished"
            : "the tombstones of rows \(block * blockRows)... differ from the guard's")
      }
    }
    for run in deletedRuns(rows: rows) {
      let tokens = tokens(rows: run)
      if let start = tokens.baseAddress, !row_is_zero(start, tokens.count) {
        report("rows \(run) are deleted and their tokens are not zero")
      }
    }
    for run in deletedRuns(rows: blocks * blockRows) {
      for section in SegmentSection.ofRows {
        let start = layout.offset(section, row: run.lowerBound)
        if !row_is_zero(file.base + start, run.count * layout.stride(section)) {
          report("rows \(run) are deleted and section \(section.name) is not zero there")
        }
      }
    }
    damage += verifyDeletedCodes()
    return damage
  }

  /// Codes of deleted rows are zero, and the slots' guards list just these.
  private func verifyDeletedCodes() -> [VectorIndexDamage] {
    let slots = self.slots(of: deletedRuns(rows: rows))
    return (0..<blocks).compactMap { block in
      let deleted = slots[block] ?? 0
      let isListed = guardOfSlots(block: block)?.deleted == deleted
      let base = section(.codes, as: UInt8.self) + block * layout.codeBlockBytes
      let isClear = (0..<blockRows).allSatisfy { slot in
        deleted >> UInt64(slot) & 1 == 0
          || (0..<header.shape.subquantizers / 2).allSatisfy {
            base[$0 * blockRows + Int(pq_position(UInt32(slot)))] == 0
          }
      }
      return isListed && isClear
        ? nil : VectorIndexDamage(file: name, what: "the codes of deleted rows in slot block \(block) were not cleared")
    }
  }
}
