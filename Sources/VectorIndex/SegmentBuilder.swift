// Building a segment: training, then one pass over the rows, then the lists. The file is whole and synchronized when
// this is done; no manifest names it yet.

internal import CVectorKernels
internal import Dispatch
internal import Foundation

/// What a build leaves behind.
struct BuiltSegment: Sendable {
  var entry: Manifest.Segment
  var codebook: Codebook
  /// Whether the codebook was trained for this segment, so that its file is new too.
  var isNewCodebook: Bool
  var rows: SourceRows
}

/// Builds one segment out of the live rows of other files.
struct SegmentBuilder {
  let configuration: VectorIndexConfiguration
  let files: IndexFolder
  let rows: SourceRows
  let identifier: UInt32
  /// Rows from which on the codes are stored by row too.
  let sketchedRows: Int

  /// The distortion of new rows, as a multiple of the codebook's own, at which another is trained.
  static let mostDrift = 1.2

  private var dimensions: Int { configuration.dimensions }

  /// Same rows, same files: training draws its samples by this.
  private let seed: UInt64 = 0x7265_636f_6c6c_6563

  /// - Parameters:
  ///   - known: the codebook to use, unless the rows have drifted away from it.
  ///   - codebookIdentifier: the number of a new one.
  func build(known: Codebook?, codebookIdentifier: UInt32) throws -> BuiltSegment {
    let (codebook, isNew) = try chooseCodebook(known: known, identifier: codebookIdentifier)
    let listCount = CoarseLists.listCount(rows: rows.count)
    var numbers = RandomNumbers(seed: seed)
    let sample = numbers.sample(CoarseLists.trainingCount(rows: rows.count), below: rows.count)
    let lists = try CoarseLists(
      training: try rows.trainingRows(sample, dimensions: dimensions, folder: files), listCount: listCount, seed: seed)

    let tokenStarts = try rows.tokenStarts(
      tokenBytes: FileFormat.tokenBytes(dimensions: dimensions), folder: files)
    let shape = SegmentShape(
      dimensions: dimensions, rows: rows.count, groups: lists.groups.count, lists: lists.lists.count,
      tokens: Int(tokenStarts.last ?? 0), hasSketches: rows.count >= sketchedRows)
    let layout = SegmentLayout(shape)
    let name = FileFormat.segmentName(identifier: identifier)
    let file = try files.createFile(name, size: layout.fileSize)
    let pass = try SegmentPass(
      builder: self, layout: layout, file: file, codebook: codebook, lists: lists, tokenStarts: tokenStarts)
    try pass.run()

    var header = SegmentHeader(
      identifier: identifier, shape: shape, codebook: codebook.identifier, codebookChecksum: codebook.checksum,
      wholeChecksums: try writeWhole(lists, pass: pass, layout: layout, file: file), calibration: .none)
    try writeCodes(pass, codebook: codebook, layout: layout, file: file)
    try files.write(header.page(fingerprint: configuration.modelFingerprint), to: file, at: 0)
    if isNew {
      try files.publish(
        codebook.encoded(fingerprint: configuration.modelFingerprint),
        as: FileFormat.codebookName(identifier: codebook.identifier))
    }
    let entry = Manifest.Segment(
      identifier: identifier, rows: UInt32(rows.count), codebook: codebook.identifier,
      times: TimeBounds(rounding: pass.times), fileSize: UInt64(layout.fileSize))
    header.calibration = try calibrate(entry, pass: pass, codebook: codebook)
    try files.write(header.page(fingerprint: configuration.modelFingerprint), to: file, at: 0)
    try files.synchronize(file)
    try files.synchronizeFolder()
    return BuiltSegment(entry: entry, codebook: codebook, isNewCodebook: isNew, rows: rows)
  }

  private func chooseCodebook(known: Codebook?, identifier: UInt32) throws -> (Codebook, isNew: Bool) {
    var numbers = RandomNumbers(seed: seed)
    if let known {
      let sample = numbers.sample(4096, below: rows.count)
      let vectors = try rows.vectors(sample, dimensions: dimensions, folder: files)
      var sketches = [UInt8](repeating: 0, count: sample.count * known.sketchBytes)
      let error = vectors.withUnsafeBufferPointer { vectors in
        vectors.baseAddress.map { known.encode($0, count: sample.count, into: &sketches) } ?? 0
      }
      if error / Double(sample.count) <= known.distortion * Self.mostDrift + 1e-6 { return (known, false) }
    }
    let sample = numbers.sample(Codebook.trainingCount, below: rows.count)
    let vectors = try rows.vectors(sample, dimensions: dimensions, folder: files)
    return (
      try Codebook.trained(
        on: vectors, dimensions: dimensions, identifier: identifier, seed: seed), true
    )
  }

  /// Writes the sections that one checksum covers. Returns their checksums.
  private func writeWhole(
    _ lists: CoarseLists, pass: SegmentPass, layout: SegmentLayout, file: OpenFile
  ) throws -> [UInt32] {
    func bytes<Element>(_ elements: [Element]) -> [UInt8] { elements.withUnsafeBytes { Array($0) } }
    return try SegmentSection.whole.map { section in
      let contents: [UInt8] =
        switch section {
        case .groupCentroids: bytes(lists.groups.components)
        case .groupScales: bytes(lists.groups.scales)
        case .groupSums: bytes(lists.groups.sums)
        case .groupLists: bytes(lists.groupLists)
        case .centroids: bytes(lists.lists.components)
        case .centroidScales: bytes(lists.lists.scales)
        case .centroidSums: bytes(lists.lists.sums)
        case .lists: bytes(pass.listStarts(lists.lists.count))
        default: pass.zoneBytes
        }
      try files.write(contents, to: file, at: layout.offset(section))
      return contents.checksum(0..<contents.count)
    }
  }

  /// Writes the codes in the order of the lists, with their slots and guards.
  private func writeCodes(_ pass: SegmentPass, codebook: Codebook, layout: SegmentLayout, file: OpenFile) throws {
    let order = pass.slotOrder(lists: layout.shape.lists)
    let blockBytes = layout.codeBlockBytes
    let blocksAtOnce = 256
    var codes = [UInt8](repeating: 0, count: blocksAtOnce * blockBytes)
    for first in stride(from: 0, to: layout.shape.blocks, by: blocksAtOnce) {
      try Task.checkCancellation()
      let blocks = Swift.min(blocksAtOnce, layout.shape.blocks - first)
      var slots = [UInt32](repeating: 0, count: blocks * blockRows)
      var guards: [UInt8] = []
      codes.withUnsafeMutableBufferPointer { codes in
        guard let base = codes.baseAddress else { return }
        for block in 0..<blocks {
          let start = (first + block) * blockRows
          let end = Swift.min(start + blockRows, rows.count)
          for slot in start..<end { slots[slot - first * blockRows] = order[slot] }
          slots.withUnsafeBufferPointer { slots in
            guard let its = slots.baseAddress.map({ $0 + block * blockRows }) else { return }
            let place = base + block * blockBytes
            pq_pack_block(pass.sketches, UInt32(codebook.subquantizers), its, UInt32(end - start), place)
            var its32 = BlockGuard()
            its32.checksums.0 = SegmentFile.codeChecksum(
              codes: place, bytes: blockBytes, slots: its, subquantizers: codebook.subquantizers, deleted: 0)
            guards += its32.encoded(block: first + block, identifier: identifier)
          }
        }
      }
      try codes.withUnsafeBytes {
        try files.write(
          UnsafeRawBufferPointer(rebasing: $0[..<(blocks * blockBytes)]), to: file,
          at: layout.offset(.codes) + first * blockBytes)
      }
      try slots.withUnsafeBytes {
        try files.write($0, to: file, at: layout.offset(.slots) + first * blockRows * 4)
      }
      try files.write(guards, to: file, at: layout.offset(.codeGuards) + first * BlockGuard.size)
    }
  }
}
