// Vectors and neighbours in the files of big-ann-benchmarks: u32 rows, u32 columns, then the values, row after row.

import Foundation

/// What is wrong with a file of vectors.
struct VectorFileError: Error, CustomStringConvertible {
  var path: String
  var what: String

  var description: String { "\(path): \(what)" }
}

/// A matrix in a mapped file: Float in `fbin`, Int32 in `ibin`.
///
/// Unchecked: mapped read-only, never changed.
final class VectorMatrix<Element: BitwiseCopyable>: @unchecked Sendable {
  let rows: Int
  let columns: Int

  private let data: Data
  private let base: UnsafeRawPointer

  init(path: String) throws {
    let data: Data
    do { data = try Data(contentsOf: URL(filePath: path), options: .alwaysMapped) } catch {
      throw VectorFileError(path: path, what: error.localizedDescription)
    }
    guard data.count >= 8 else { throw VectorFileError(path: path, what: "the file is too short for its header") }
    (rows, columns) = data.withUnsafeBytes { bytes in
      (Int(bytes.loadUnaligned(as: UInt32.self)), Int(bytes.loadUnaligned(fromByteOffset: 4, as: UInt32.self)))
    }
    let expected = 8 + rows * columns * MemoryLayout<Element>.size
    guard data.count == expected else {
      throw VectorFileError(path: path, what: "\(rows) x \(columns) take \(expected) bytes, the file has \(data.count)")
    }
    // Mapped data lies where it is for as long as it lives.
    guard let base = data.withUnsafeBytes({ $0.baseAddress }) else {
      throw VectorFileError(path: path, what: "the file cannot be mapped")
    }
    self.data = data
    self.base = base
  }

  /// Some rows, one after the other.
  func rows(_ range: Range<Int>) -> UnsafeBufferPointer<Element> {
    UnsafeBufferPointer(
      start: (base + 8).assumingMemoryBound(to: Element.self) + range.lowerBound * columns,
      count: range.count * columns)
  }

  subscript(row: Int) -> [Element] { Array(rows(row..<row + 1)) }
}
