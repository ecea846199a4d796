// One segment, mapped from a file or made in memory: its sections, and what this process has verified of them.

internal import CVectorKernels
internal import VectorIndex

/// Memory that a segment's body is made in.
///
/// Unchecked: whoever makes it fills it before anybody else sees it; from then on it is only read.
final class BodyMemory: @unchecked Sendable {
  let base: UnsafeMutableRawPointer

  init(size: Int) {
    base = .allocate(byteCount: max(size, 1), alignment: KeywordFormat.sectionAlignment)
    base.initializeMemory(as: UInt8.self, repeating: 0, count: size)
  }

  deinit { base.deallocate() }
}

/// A segment that can be searched.
///
/// Unchecked: the body is only read; the notes about it are changed atomically.
final class KeywordSegment: @unchecked Sendable {
  let name: String
  let header: SegmentHeader
  let layout: SegmentLayout
  /// The first byte of the body.
  let body: UnsafeRawPointer
  /// The file that is mapped; nil in memory. Nobody else gets its number while it is.
  let identity: FileIdentity?
  /// What keeps the body alive.
  private let owner: AnyObject
  /// The file's path; empty in memory.
  private let path: String
  /// The checksums of the body's chunks, and a byte for each that has been compared; nil in memory.
  private let checks: UnsafePointer<UInt32>?
  private let notes: UnsafeMutablePointer<UInt8>?

  var documents: Int { layout.shape.documents }

  /// A segment in memory.
  init(header: SegmentHeader, memory: BodyMemory) {
    name = ""
    path = ""
    self.header = header
    layout = SegmentLayout(header.shape)
    body = UnsafeRawPointer(memory.base)
    identity = nil
    owner = memory
    checks = nil
    notes = nil
  }

  /// Maps a segment and compares its header with what the manifest says. Nil when the file is missing.
  init?(_ entry: KeywordManifest.Segment, in folder: IndexFolder) throws {
    let path = folder.path(of: entry.fileName)
    guard entry.fileSize > KeywordFormat.pageSize else {
      throw VectorIndexError.damaged(path, "the manifest gives the segment too few bytes")
    }
    guard let file = try MappedFile(entry.fileName, size: Int(clamping: entry.fileSize), in: folder) else { return nil }
    let header = try SegmentHeader(page: file.bytes(0..<KeywordFormat.pageSize), file: path)
    let layout = SegmentLayout(header.shape)
    guard header.identifier == entry.identifier, header.shape.documents == Int(entry.documents),
      layout.fileSize == file.size
    else { throw VectorIndexError.damaged(path, "the file is not the one that the manifest names") }
    let checks = file.base + KeywordFormat.pageSize
    guard row_crc32c(cpu_level(), 0, checks, layout.checksSize) == header.checksChecksum else {
      throw VectorIndexError.damaged(path, "the section checks differs from its checksum")
    }
    name = entry.fileName
    self.path = path
    self.header = header
    self.layout = layout
    body = file.base + layout.bodyOffset
    identity = file.identity
    owner = file
    self.checks = checks.assumingMemoryBound(to: UInt32.self)
    let notes = UnsafeMutablePointer<UInt8>.allocate(capacity: layout.chunkCount)
    notes.initialize(repeating: 0, count: layout.chunkCount)
    self.notes = notes
  }

  deinit { notes?.deallocate() }

  /// The first element of a section. The caller checks what it reads.
  @inline(__always)
  func section<Element>(_ section: KeywordSection, as _: Element.Type = Element.self) -> UnsafePointer<Element> {
    (body + layout.offset(section)).assumingMemoryBound(to: Element.self)
  }

  /// Elements of a section, checked.
  func elements<Element>(
    _ section: KeywordSection, _ range: Range<Int>, as _: Element.Type = Element.self
  ) throws -> UnsafeBufferPointer<Element> {
    try check(section, range, stride: MemoryLayout<Element>.stride)
    return UnsafeBufferPointer(start: self.section(section, as: Element.self) + range.lowerBound, count: range.count)
  }

  // MARK: Checks at first touch

  /// Checks elements of a section, once in the life of this instance; later calls cost a load for 16 KiB.
  @inline(__always)
  func check(_ section: KeywordSection, _ range: Range<Int>, stride: Int) throws {
    guard let notes, !range.isEmpty else { return }
    let start = layout.offset(section)
    let first = (start + range.lowerBound * stride) / KeywordFormat.chunkSize
    let last = (start + range.upperBound * stride - 1) / KeywordFormat.chunkSize
    for chunk in first...last where row_note(notes + chunk) == 0 { try verify(chunk: chunk, notes) }
  }

  private func verify(chunk: Int, _ notes: UnsafeMutablePointer<UInt8>) throws {
    guard isSound(chunk: chunk) else { throw damage("\(describe(chunk: chunk)) differ from their checksum") }
    row_note_add(notes + chunk, 1)
  }

  private func isSound(chunk: Int) -> Bool {
    let start = chunk * KeywordFormat.chunkSize
    let size = min(KeywordFormat.chunkSize, layout.bodySize - start)
    return checks?[chunk] == row_crc32c(cpu_level(), 0, body + start, size)
  }

  private func describe(chunk: Int) -> String {
    let start = chunk * KeywordFormat.chunkSize
    let end = min(start + KeywordFormat.chunkSize, layout.bodySize)
    let first = layout.section(at: start).name
    let last = layout.section(at: end - 1).name
    return "bytes \(layout.bodyOffset + start)..<\(layout.bodyOffset + end) "
      + (first == last ? "(section \(first))" : "(sections \(first) to \(last))")
  }

  /// Every chunk against its checksum, whatever was verified before. The header and the checks were compared when the file
  /// was mapped.
  func verify() -> [VectorIndexDamage] {
    (0..<layout.chunkCount).filter { !isSound(chunk: $0) }.map {
      VectorIndexDamage(file: name, what: "\(describe(chunk: $0)) differ from their checksum")
    }
  }

  /// The error for contents that contradict each other.
  func damage(_ what: String) -> VectorIndexError {
    .damaged(path.isEmpty ? "a batch of messages in memory" : path, what)
  }

  // MARK: Documents

  /// The number of the first document whose key is at least `key`.
  func firstDocument(atLeast key: Int64) throws -> Int {
    let keys = section(.keys, as: Int64.self)
    var low = 0
    var high = documents
    while low < high {
      let middle = (low + high) / 2
      try check(.keys, middle..<middle + 1, stride: 8)
      if keys[middle] < key { low = middle + 1 } else { high = middle }
    }
    return low
  }

  func key(of document: Int) throws -> Int64 {
    try check(.keys, document..<document + 1, stride: 8)
    return section(.keys, as: Int64.self)[document]
  }
}
