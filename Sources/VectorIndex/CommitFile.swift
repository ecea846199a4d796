// The mapped file COMMIT and its two slots.

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// The commit file as a reader sees it.
struct CommitFile: Sendable {
  let file: MappedFile
  private let path: String

  /// Maps the commit file. Nil when there is none.
  init?(in folder: IndexFolder) throws {
    guard let file = try MappedFile(FileFormat.commitName, size: FileFormat.commitSize, in: folder) else { return nil }
    self.file = file
    path = folder.path(of: FileFormat.commitName)
    try file.bytes(0..<FileFormat.pageSize).checkMagicAndVersion(FileFormat.commitMagic, file: path)
  }

  /// The two slots as they stand; nil for one that is torn or damaged.
  var slots: [CommitRecord?] {
    (0..<2).map { slot in
      let offset = CommitRecord.offset(ofSlot: slot)
      return CommitRecord(bytes: file.bytes(offset..<offset + CommitRecord.size), slot: slot)
    }
  }

  /// The latest record. A slot that is being written while it is read looks torn; the other one then counts.
  func latest() throws -> CommitRecord {
    for _ in 0..<1000 {
      if let record = slots.compactMap({ $0 }).max(by: { $0.sequence < $1.sequence }) { return record }
      sched_yield()
    }
    throw VectorIndexError.damaged(path, "both commit records differ from their checksums")
  }
}
