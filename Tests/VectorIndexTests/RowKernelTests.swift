// Every fast kernel against its portable reference, bit for bit.

import CVectorKernels
import Testing

@testable import VectorIndex

@Suite struct RowKernelTests {
  static let levels = [CPULevel.NEON, .AVX2, .AVX512, .AVX512VNNI, .AVX512VBMI].filter { cpu_level_is_available($0) }
  static let allDimensions: [Int] = [32, 64, 96, 384, 416, 768, 1024, 1056, 4096]

  private func products(_ level: CPULevel, rows: [Int8], dimensions: Int, query: [Float]) throws -> [Int32] {
    let quantized = try QuantizedQuery(query, dimensions: dimensions, file: "")
    var products = [Int32](repeating: 0, count: rows.count / dimensions)
    row_dot(level, rows, products.count, quantized.pointer, &products)
    return products
  }

  @Test(arguments: allDimensions) func `Dot products are equal bit for bit at every level`(dimensions: Int) throws {
    var generator = SeededGenerator(seed: UInt64(dimensions))
    for count in [1, 2, 3, 4, 5, 64] {
      let rows = (0..<count * dimensions).map { _ in Int8.random(in: -127...127, using: &generator) }
      let query = generator.vector(dimensions)
      let expected = try products(.portable, rows: rows, dimensions: dimensions, query: query)
      for level in Self.levels {
        #expect(try products(level, rows: rows, dimensions: dimensions, query: query) == expected)
      }
    }
  }

  @Test(arguments: allDimensions)
  func `The largest dot products there can be do not overflow`(dimensions: Int) throws {
    let query = (0..<dimensions).map { Float($0.isMultiple(of: 3) ? -1 : 1) }
    let row = query.map { Int8($0 * 127) }
    let shift = row_query_shift(UInt32(dimensions))
    let expected = Int64(dimensions) * 127 * (127 << Int64(shift))
    for level in [CPULevel.portable] + Self.levels {
      let both = try products(
        level, rows: row + row.map { -$0 }, dimensions: dimensions, query: query)
      #expect(both.map(Int64.init) == [expected, -expected])
    }
  }

  @Test func `The checksum is CRC-32C at every level`() {
    // The check value of CRC-32C in the catalogue of parametrised CRC algorithms.
    let digits = Array("123456789".utf8)
    var generator = SeededGenerator(seed: 4)
    let long = (0..<1003).map { _ in UInt8.random(in: 0...255, using: &generator) }
    for level in [CPULevel.portable] + Self.levels {
      #expect(row_crc32c(level, 0, digits, digits.count) == 0xE306_9283)
      for length in [0, 1, 7, 8, 9, 1003] {
        #expect(row_crc32c(level, 0, long, length) == row_crc32c(.portable, 0, long, length))
      }
      let first = row_crc32c(level, 0, long, 100)
      #expect(
        Array(long[100...]).withUnsafeBufferPointer { row_crc32c(level, first, $0.baseAddress, 903) }
          == row_crc32c(.portable, 0, long, 1003))
    }
  }

  @Test func `An index written at one level is read at every other`() throws {
    defer { cpu_level_set_limit(.AVX512VBMI) }
    let folder = TemporaryFolder()
    defer { folder.remove() }
    var generator = SeededGenerator(seed: 5)
    cpu_level_set_limit(.portable)
    try VectorIndex.writing(folder).append(keys: 1...130, &generator, highWater: 130)
    let query = generator.vector(64)
    let expected = try VectorIndex.reading(folder).search(query: query, topK: 130)
    for level in Self.levels {
      cpu_level_set_limit(level)
      #expect(try VectorIndex.reading(folder).search(query: query, topK: 130) == expected)
      #expect(try VectorIndex.reading(folder).verify().isEmpty)
    }
  }

  @Test func `A vector that is not finite is refused and a zero vector scores zero`() throws {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    let index = try VectorIndex.writing(folder)
    var generator = SeededGenerator(seed: 6)
    let rows = generator.rows(keys: 1...3)
    for bad in [Float.nan, .infinity, -.infinity] {
      var vectors = generator.vector(3 * 64)
      vectors[100] = bad
      #expect(thrownCode { try index.append(rows: rows, vectors: vectors, highWater: 3) } == .invalidVector)
      #expect(thrownCode { _ = try index.search(query: Array(vectors[64..<128]), topK: 1) } == .invalidVector)
    }
    #expect(index.rowCount == 0 && index.highWater == 0)
    try index.append(rows: rows, vectors: [Float](repeating: 0, count: 3 * 64), highWater: 3)
    #expect(try index.search(query: generator.vector(64), topK: 5).map(\.score) == [0, 0, 0])
    #expect(thrownCode { _ = try index.search(query: [Float](repeating: 0, count: 64), topK: 5) } == .invalidVector)
    #expect(thrownCode { _ = try index.search(query: [1, 2], topK: 5) } == .invalidVector)
    #expect(thrownCode { try index.append(rows: rows, vectors: [1], highWater: 9) } == .invalidVector)
    #expect(try VectorIndex.reading(folder).verify().isEmpty)
  }
}
