// Checksums over every byte of a database at rest, kept beside it. SQLite's own check sees its structure and the rows'
// checksums see their texts; the unused space between them belongs to neither, and a flipped bit there still says that
// a disk is going bad.
//
//   offset  size  what
//   0       8     "RCLSEAL1"
//   8       8     the database's seal number: drawn at random and stored in it when it is sealed
//   16      8     the database file's size in bytes
//   24      4·n   CRC-32C of each chunk of 64 KiB, the last one shorter
//   24+4·n  4     CRC-32C of everything before
//
// All numbers little-endian. Every transaction that changes the database sets its seal number to 0, so a seal is true
// only for the state it was made of, also after an older copy of the database was put back. Where there is none,
// `verify` relies on the other checks and seals the database anew.

import CVectorKernels
import ConversationMemory
import Foundation
import GRDB
import GRDBSQLite

struct PageSeal: Equatable {
  static let chunk = 64 << 10
  private static let magic = Array("RCLSEAL1".utf8)

  var number: Int64
  var size: Int64
  var checksums: [UInt32]

  /// Where a database keeps its seal number.
  struct Place: Sendable {
    let table: String

    func read(_ database: Database) throws -> Int64 {
      try Int64.fetchOne(database, sql: "SELECT seal FROM \(table)") ?? 0
    }

    func write(_ number: Int64, _ database: Database) throws {
      try database.execute(sql: "UPDATE \(table) SET seal = ? WHERE seal IS NOT ?", arguments: [number, number])
    }
  }

  /// Moves everything out of the write-ahead log and seals the database. Gives up quietly where a reader or a writer of
  /// another process is in the way: a seal is a convenience.
  static func write(_ pool: ConnectionPool, to file: URL, place: Place) throws {
    let number = Int64.random(in: 1...Int64.max)
    let seal = try pool.writeWithoutTransaction { database -> PageSeal? in
      try database.inTransaction(.immediate) {
        try place.write(number, database)
        return .commit
      }
      _ = try? database.checkpoint(.truncate)
      return try resting(database, at: pool.path) {
        guard try place.read(database) == number else { return nil }
        return try PageSeal(database, number: number)
      } ?? nil
    }
    guard let seal else { return }
    let temporary = URL(filePath: "\(file.path).\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: temporary) }
    try PrivateFiles.makeFile(temporary)
    let handle = try FileHandle(forWritingTo: temporary)
    try handle.write(contentsOf: Data(seal.encoded))
    try handle.synchronize()
    try handle.close()
    guard rename(temporary.path, file.path) == 0 else {
      throw StorageFailure.unavailable(file.path, "cannot be replaced", SystemFailure(errno))
    }
  }

  /// What differs from the seal; nil where there is none of the database's present state.
  static func faults(_ pool: ConnectionPool, seal file: URL, place: Place) throws -> [String]? {
    guard let bytes = try? Data(contentsOf: file) else { return nil }
    guard let expected = PageSeal(encoded: Array(bytes)) else {
      return [damage(of: file)]
    }
    return try pool.writeWithoutTransaction { database -> [String]? in
      _ = try? database.checkpoint(.truncate)
      return try resting(database, at: pool.path) { () -> [String]? in
        guard try place.read(database) == expected.number else { return nil }
        let found = try PageSeal(database, number: expected.number)
        guard found.size == expected.size else {
          return ["the file has \(found.size) bytes where \(expected.size) were sealed"]
        }
        return zip(found.checksums, expected.checksums).enumerated().filter { $0.element.0 != $0.element.1 }.map {
          "bytes \($0.offset * chunk) to \(min(($0.offset + 1) * chunk, Int(found.size)) - 1) differ from their checksum"
        }
      } ?? nil
    }
  }

  /// How ``faults(_:seal:place:)`` names damage of the seal itself.
  static func damage(of seal: URL) -> String { "the seal \(seal.lastPathComponent) differs from its own checksum" }

  /// Runs while nobody can write and nothing is in the write-ahead log; nil where something is.
  private static func resting<Value>(
    _ database: Database, at path: String, _ work: () throws -> Value
  ) throws -> Value? {
    var value: Value?
    try database.inTransaction(.immediate) {
      let log = URL(filePath: path + "-wal")
      let size = (try? FileManager.default.attributesOfItem(atPath: log.path)[.size] as? Int) ?? 0
      if size == 0 { value = try work() }
      return .rollback
    }
    return value
  }

  /// Reads through SQLite's own descriptor: opening and closing the file a second time would drop this process's locks.
  private init(_ database: Database, number: Int64) throws {
    var pointer: UnsafeMutablePointer<sqlite3_file>?
    let code = withUnsafeMutablePointer(to: &pointer) {
      sqlite3_file_control(database.sqliteConnection, "main", SQLITE_FCNTL_FILE_POINTER, $0)
    }
    guard code == SQLITE_OK, let file = pointer, let methods = file.pointee.pMethods,
      let fileSize = methods.pointee.xFileSize, let read = methods.pointee.xRead
    else { throw DatabaseError(resultCode: ResultCode(rawValue: code), message: "the file cannot be read") }
    var size: sqlite3_int64 = 0
    _ = fileSize(file, &size)
    self.number = number
    self.size = size
    checksums = []
    let buffer = UnsafeMutableRawPointer.allocate(byteCount: Self.chunk, alignment: 16)
    defer { buffer.deallocate() }
    var offset: Int64 = 0
    while offset < size {
      let count = min(Int64(Self.chunk), size - offset)
      let result = read(file, buffer, Int32(count), offset)
      guard result == SQLITE_OK else {
        throw DatabaseError(resultCode: ResultCode(rawValue: result), message: "the file cannot be read")
      }
      checksums.append(row_crc32c(cpu_level(), 0, buffer, Int(count)))
      offset += count
    }
  }

  private var encoded: [UInt8] {
    var bytes = Self.magic
    func append(_ number: some FixedWidthInteger) {
      withUnsafeBytes(of: number.littleEndian) { bytes += $0 }
    }
    append(number)
    append(size)
    for checksum in checksums { append(checksum) }
    append(bytes.withUnsafeBytes { row_crc32c(cpu_level(), 0, $0.baseAddress, $0.count) })
    return bytes
  }

  private init?(encoded bytes: [UInt8]) {
    guard bytes.count >= 28, bytes.count % 4 == 0, bytes.starts(with: Self.magic) else { return nil }
    func read<Number: FixedWidthInteger>(_ type: Number.Type, at offset: Int) -> Number {
      bytes.withUnsafeBytes { Number(littleEndian: $0.loadUnaligned(fromByteOffset: offset, as: Number.self)) }
    }
    self.number = read(Int64.self, at: 8)
    size = read(Int64.self, at: 16)
    checksums = stride(from: 24, to: bytes.count - 4, by: 4).map { read(UInt32.self, at: $0) }
    let whole = bytes.withUnsafeBytes { row_crc32c(cpu_level(), 0, $0.baseAddress, $0.count - 4) }
    guard whole == read(UInt32.self, at: bytes.count - 4),
      Int64(checksums.count) == (size + Int64(Self.chunk) - 1) / Int64(Self.chunk)
    else { return nil }
  }
}
