// Tensors in a safetensors file: 8 bytes of little-endian header length, a JSON header, then the tensors' bytes.
// Every offset and shape is checked before a pointer is handed out. Format: huggingface/safetensors README.

internal import Foundation

/// A memory-mapped safetensors file.
final class Safetensors: Sendable {
  /// What the header says of one tensor.
  struct Entry: Sendable, Decodable {
    /// Element type, such as `F32`. Nil for `__metadata__`, which is no tensor.
    let dtype: String?
    let shape: [Int]?
    /// First byte and the one after the last, from the end of the header.
    let offsets: [Int]?

    enum CodingKeys: String, CodingKey {
      case dtype, shape
      case offsets = "data_offsets"
    }
  }

  /// No header of a real model comes near; a damaged length is found before it is believed.
  private static let largestHeader = 16 << 20

  private let file: MappedFile
  private let dataStart: Int
  private let entries: [String: Entry]

  var path: String { file.path }

  init(path: String) throws(EmbeddingError) {
    file = try MappedFile(path: path)
    let size = file.count
    func damaged(_ what: String) -> EmbeddingError {
      EmbeddingError(
        .damaged, "not a valid safetensors file: \(what)", at: path,
        remedy: "Install the model again: recollect model install")
    }
    guard size > 8 else { throw damaged("\(size) bytes are too few for a header") }
    let length = file.withBytes { UInt64(littleEndian: $0.loadUnaligned(as: UInt64.self)) }
    guard length > 1, length <= UInt64(size - 8), length <= UInt64(Self.largestHeader) else {
      throw damaged("the header is said to have \(length) bytes, the file has \(size)")
    }
    dataStart = 8 + Int(length)
    let header = Data(file.bytes(in: 8..<dataStart))
    do {
      entries = try JSONDecoder().decode([String: Entry].self, from: header)
    } catch {
      throw damaged("the header is not the JSON it should be")
    }
  }

  /// What stands before every tensor's name: some exports keep the name of the model's attribute there.
  var prefix: String { contains("bert.embeddings.word_embeddings.weight") ? "bert." : "" }

  /// The tensors' names, in no order.
  var names: [String] { entries.keys.filter { entries[$0]?.dtype != nil } }

  func contains(_ name: String) -> Bool { entries[name]?.dtype != nil }

  /// The shape of a tensor.
  func shape(of name: String) throws(EmbeddingError) -> [Int] {
    guard let shape = entries[name]?.shape else { throw missing(name) }
    return shape
  }

  /// The values of a 32-bit floating-point tensor of exactly this shape.
  ///
  /// The memory belongs to this object and must not be used after it is gone.
  func floats(_ name: String, shape: [Int]) throws(EmbeddingError) -> UnsafeBufferPointer<Float> {
    guard let entry = entries[name], let dtype = entry.dtype, let found = entry.shape else { throw missing(name) }
    guard dtype == "F32" else {
      throw EmbeddingError(
        .unsupported, "tensor \(name) holds \(dtype); only F32 is read", at: path,
        remedy: "Convert the model to 32-bit floating point")
    }
    guard found == shape else {
      throw EmbeddingError(
        .damaged, "tensor \(name) has shape \(found), expected \(shape)", at: path,
        remedy: "Use the weights and config.json of the same model")
    }
    guard let offsets = entry.offsets, offsets.count == 2, offsets[0] >= 0, offsets[0] <= offsets[1],
      offsets[1] <= file.count - dataStart
    else {
      throw damagedTensor(name, "lies outside the file, which may be truncated")
    }
    var count = 1
    for extent in found {
      let (product, overflow) = count.multipliedReportingOverflow(by: extent)
      guard extent > 0, !overflow else { throw damagedTensor(name, "has the impossible shape \(found)") }
      count = product
    }
    let (size, overflow) = count.multipliedReportingOverflow(by: MemoryLayout<Float>.size)
    guard !overflow, size == offsets[1] - offsets[0] else {
      throw damagedTensor(name, "has \(offsets[1] - offsets[0]) bytes, which is not what shape \(found) needs")
    }
    let start = dataStart + offsets[0]
    guard start % MemoryLayout<Float>.alignment == 0 else {
      throw damagedTensor(name, "starts at byte \(start), which is not a multiple of 4")
    }
    return file.bytes(in: start..<start + size).assumingMemoryBound(to: Float.self)
  }

  private func missing(_ name: String) -> EmbeddingError {
    EmbeddingError(
      .unsupported, "the weights have no tensor \(name)", at: path,
      remedy: "Only BERT encoders in Hugging Face's naming are supported")
  }

  private func damagedTensor(_ name: String, _ what: String) -> EmbeddingError {
    EmbeddingError(
      .damaged, "tensor \(name) \(what)", at: path, remedy: "Install the model again: recollect model install")
  }
}
