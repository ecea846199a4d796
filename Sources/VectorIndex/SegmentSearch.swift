// The first stages of a search in segments: nearest lists, then the best candidates by their codes.

internal import CVectorKernels

/// A segment that is searched by its codes, and how far.
struct CodedPart {
  let part: Int
  let segment: SegmentFile
  /// The rows that pass; nil where all do.
  let allowed: AllowedRows?
  /// Whether to go through the allowed rows' sketches and not through lists.
  let usesSketches: Bool
  /// How far below the nearest list and group others are looked at.
  var gap: Float
  var groupGap: Float
}

/// What a search asks of codes.
struct CodedSearch {
  let query: QuantizedQuery
  let codebooks: [UInt32: Codebook]
  let folder: IndexFolder
  /// How many candidates to keep.
  let want: Int
  /// How many rows that pass the lists looked at have to hold: wider ones are looked at where they hold fewer.
  let least: Int

  private struct ChosenList {
    var score: Float
    var part: Int
    var list: Int
  }

  /// A codebook's table for the query.
  private struct Table {
    var entries: [UInt8]
    var offset: UInt32
  }

  /// The best candidates of all the parts: the place among the parts (upper half) and the row. They lie in the scratch,
  /// until its next search.
  func run(_ parts: [CodedPart], scratch: SearchScratch) throws -> UnsafeBufferPointer<UInt64> {
    let tables = self.tables(of: Set(parts.map(\.segment.header.codebook)))
    let largest = tables.values.map { $0.entries.count / Int(PQ_CENTROIDS) * Int(PQ_TABLE_LIMIT) + Int($0.offset) }
    scratch.begin(want: want, largest: Swift.min(largest.max() ?? 0, Int(UInt16.max)))
    for list in try chooseLists(parts, scratch: scratch) {
      let part = parts[list.part]
      guard let table = tables[part.segment.header.codebook] else { continue }
      try scan(part.segment.slots(ofList: list.list), of: part, number: list.part, table: table, scratch: scratch)
    }
    for (number, part) in parts.enumerated() where part.usesSketches {
      guard let table = tables[part.segment.header.codebook] else { continue }
      try scanSketches(part, number: number, table: table, scratch: scratch)
    }
    pq_candidates_prune(scratch.candidates)
    let candidates = scratch.candidates.pointee
    return UnsafeBufferPointer(start: candidates.items, count: Int(candidates.count))
  }

  /// The tables of all codebooks, with one scale, so that sums can be compared.
  private func tables(of identifiers: Set<UInt32>) -> [UInt32: Table] {
    let level = cpu_level()
    var products: [(identifier: UInt32, products: [Float])] = []
    var widest: Float = 0
    for identifier in identifiers.sorted() {
      guard let codebook = codebooks[identifier] else { continue }
      let its = [Float](unsafeUninitializedCapacity: codebook.subquantizers * Int(PQ_CENTROIDS)) { its, count in
        codebook.withKernel {
          widest = Swift.max(widest, pq_table_products(level, $0, query.components, its.baseAddress))
        }
        count = its.count
      }
      products.append((identifier, its))
    }
    let scale = widest > 0 ? Float(PQ_TABLE_LIMIT) / widest : 0
    var tables: [UInt32: Table] = [:]
    var biases: [UInt32: Float] = [:]
    for (identifier, its) in products {
      let entries = [UInt8](unsafeUninitializedCapacity: its.count) { entries, count in
        biases[identifier] = pq_table_quantize(its, UInt32(its.count / Int(PQ_CENTROIDS)), scale, entries.baseAddress)
        count = its.count
      }
      tables[identifier] = Table(entries: entries, offset: 0)
    }
    let lowest = biases.values.min() ?? 0
    for (identifier, bias) in biases {
      let most = Int(UInt16.max) - (tables[identifier]?.entries.count ?? 0) / Int(PQ_CENTROIDS) * Int(PQ_TABLE_LIMIT)
      tables[identifier]?.offset = UInt32(Swift.min(Float(most), ((bias - lowest) * scale).rounded()))
    }
    return tables
  }

  // MARK: Lists

  /// The lists to look at, the nearest ones first: those within each part's gap of the nearest of all, of groups within its group
  /// gap. Wider where these hold too few rows that pass.
  private func chooseLists(_ parts: [CodedPart], scratch: SearchScratch) throws -> [ChosenList] {
    // Cosines lie at most 2 apart: the last round looks at every list.
    for widening in [0, 0.05, 0.1, 0.2, 0.4] as [Float] {
      let (chosen, rows) = try chooseLists(parts, widening: widening, scratch: scratch)
      if rows >= Double(least) { return chosen }
    }
    return try chooseLists(parts, widening: 4, scratch: scratch).chosen
  }

  private func chooseLists(
    _ parts: [CodedPart], widening: Float, scratch: SearchScratch
  ) throws -> (chosen: [ChosenList], rows: Double) {
    var found: [ChosenList] = []
    found.reserveCapacity(512)
    var best = -Float.infinity
    for (number, part) in parts.enumerated() where !part.usesSketches {
      try score(part, number: number, widening: widening, scratch: scratch, found: &found, best: &best)
    }
    found.removeAll { $0.score < best - (parts[$0.part].gap + widening) }
    // The nearest ones first: their rows keep most others out. Beyond that, the order of the file is as good as any.
    let near = (parts.map(\.gap).max() ?? 0) / 4
    _ = found.partition { $0.score < best - near }
    var rows = 0.0
    for list in found {
      let part = parts[list.part]
      let share = part.allowed.map { Double($0.count) / Double(part.segment.rows) } ?? 1
      rows += share * Double(part.segment.slots(ofList: list.list).count)
    }
    return (found, rows)
  }

  /// Adds the lists of a segment's near groups that may be near enough, and raises `best`.
  private func score(
    _ part: CodedPart, number: Int, widening: Float, scratch: SearchScratch, found: inout [ChosenList],
    best: inout Float
  ) throws {
    let segment = part.segment
    let level = cpu_level()
    try segment.checkWhole(folder: folder)
    let shape = segment.header.shape
    let dimensions = UInt32(shape.dimensions)
    scratch.reserveProducts(shape.groups + shape.lists)
    let groups = scratch.products
    let products = scratch.products + shape.groups
    let scale = query.highScale
    pq_centroid_products(
      level, query.high, dimensions, segment.section(.groupCentroids, as: Int8.self),
      segment.section(.groupScales, as: Float.self), segment.section(.groupSums, as: Int32.self),
      UInt32(shape.groups), groups)
    var bestGroup = -Float.infinity
    for group in 0..<shape.groups { bestGroup = Swift.max(bestGroup, groups[group]) }
    let groupFloor = bestGroup - (part.groupGap + widening) / scale
    let bounds = segment.section(.groupLists, as: UInt32.self)
    let centroids = segment.section(.centroids, as: Int8.self)
    let scales = segment.section(.centroidScales, as: Float.self)
    let sums = segment.section(.centroidSums, as: Int32.self)
    var floor = (best - part.gap - widening) / scale
    for group in 0..<shape.groups where groups[group] >= groupFloor {
      let first = Int(bounds[group])
      let end = Int(bounds[group + 1])
      pq_centroid_products(
        level, query.high, dimensions, centroids + first * shape.dimensions, scales + first, sums + first,
        UInt32(end - first), products)
      for list in first..<end {
        let product = products[list - first]
        guard product >= floor else { continue }
        found.append(ChosenList(score: product * scale, part: number, list: list))
        if product * scale > best {
          best = product * scale
          floor = (best - part.gap - widening) / scale
        }
      }
    }
  }

  private func scan(
    _ slots: Range<Int>, of part: CodedPart, number: Int, table: Table, scratch: SearchScratch
  ) throws {
    guard !slots.isEmpty else { return }
    for block in slots.lowerBound / blockRows...(slots.upperBound - 1) / blockRows {
      try part.segment.checkCodes(block: block, folder: folder)
    }
    var source = PQSource()
    source.codes = part.segment.section(.codes, as: UInt8.self)
    source.rows = part.segment.section(.slots, as: UInt32.self)
    source.allowed = part.allowed.map { UnsafePointer($0.words) }
    source.tag = UInt64(number) << 32
    source.offset = table.offset
    pq_scan(
      cpu_level(), &source, UInt32(part.segment.header.shape.subquantizers), table.entries, UInt32(slots.lowerBound),
      UInt32(slots.upperBound), scratch.candidates)
  }

  // MARK: Sketches

  private func scanSketches(_ part: CodedPart, number: Int, table: Table, scratch: SearchScratch) throws {
    guard let allowed = part.allowed else { return }
    let sketches = part.segment.section(.sketches, as: UInt8.self)
    let subquantizers = UInt32(part.segment.header.shape.subquantizers)
    // In pieces, so that a cancelled search ends soon.
    for first in stride(from: allowed.occupied.lowerBound, to: allowed.occupied.upperBound, by: 4096) {
      try Task.checkCancellation()
      let end = Swift.min(first + 4096, allowed.occupied.upperBound)
      for block in first..<end where allowed.words[block] != 0 {
        try part.segment.check(.sketches, block: block, folder: folder)
      }
      pq_scan_rows(
        cpu_level(), sketches, subquantizers, table.entries, allowed.words + first, UInt32(first),
        UInt32(end - first), UInt64(number) << 32, table.offset, scratch.candidates)
    }
  }
}
