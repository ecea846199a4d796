// The commit record: one slot of the file COMMIT (see FileFormat.swift).

/// What a slot of the commit file says.
struct CommitRecord: Sendable, Hashable {
  enum Phase: UInt32, Sendable {
    case idle = 0
    case appending = 1
    case deleting = 2
  }

  var sequence: UInt64
  var generation: UInt64
  var rows: UInt64 = 0
  var highWater: Int64 = 0
  var phase: Phase = .idle
  var recoveries: UInt32 = 0
  var reservedRows: UInt64 = 0

  static let size = 64

  /// The record's 64 bytes, the last four their checksum.
  var encoded: [UInt8] {
    var bytes = [UInt8](repeating: 0, count: Self.size)
    bytes.put(sequence, at: 0)
    bytes.put(generation, at: 8)
    bytes.put(rows, at: 16)
    bytes.put(highWater, at: 24)
    bytes.put(phase.rawValue, at: 32)
    bytes.put(recoveries, at: 36)
    bytes.put(reservedRows, at: 40)
    bytes.seal()
    return bytes
  }

  /// Where the record belongs in the file.
  var offset: Int { Self.offset(ofSlot: Int(sequence % 2)) }

  static func offset(ofSlot slot: Int) -> Int { (1 + slot) * FileFormat.pageSize }

  /// Nil when the bytes are not a record of that slot, or are torn.
  init?(bytes: [UInt8], slot: Int) {
    guard bytes.count == Self.size, bytes.isSealed, bytes[48..<60].allSatisfy({ $0 == 0 }),
      let sequence = bytes.number(UInt64.self, at: 0), sequence > 0, Int(sequence % 2) == slot,
      let generation = bytes.number(UInt64.self, at: 8), let rows = bytes.number(UInt64.self, at: 16),
      let highWater = bytes.number(Int64.self, at: 24),
      let phase = bytes.number(UInt32.self, at: 32).flatMap(Phase.init(rawValue:)),
      let recoveries = bytes.number(UInt32.self, at: 36), let reservedRows = bytes.number(UInt64.self, at: 40)
    else { return nil }
    self.init(
      sequence: sequence, generation: generation, rows: rows, highWater: highWater, phase: phase,
      recoveries: recoveries, reservedRows: reservedRows)
  }

  init(
    sequence: UInt64, generation: UInt64, rows: UInt64 = 0, highWater: Int64 = 0, phase: Phase = .idle,
    recoveries: UInt32 = 0, reservedRows: UInt64 = 0
  ) {
    self.sequence = sequence
    self.generation = generation
    self.rows = rows
    self.highWater = highWater
    self.phase = phase
    self.recoveries = recoveries
    self.reservedRows = reservedRows
  }

  /// The record that follows this one.
  func next(_ change: (inout CommitRecord) -> Void) -> CommitRecord {
    var record = self
    record.sequence += 1
    record.phase = .idle
    record.reservedRows = 0
    change(&record)
    return record
  }

  /// The header page of a commit file.
  static var headerPage: [UInt8] {
    var page = [UInt8](zeros: FileFormat.pageSize, magic: FileFormat.commitMagic)
    page.seal()
    return page
  }

  /// A new commit file, both of whose slots name a generation without rows.
  static func newFile(generation: UInt64) -> [UInt8] {
    var bytes = headerPage + [UInt8](repeating: 0, count: 2 * FileFormat.pageSize)
    for sequence in UInt64(1)...2 {
      let record = CommitRecord(sequence: sequence, generation: generation)
      bytes.replaceSubrange(record.offset..<record.offset + size, with: record.encoded)
    }
    return bytes
  }
}
