// The packed arrays of an encoder's linear layers in memory: made from the model's tensors, or mapped from a file.

internal import CVectorKernels
internal import Dispatch

/// A tensor pair of the model's file that becomes columns of a packed matrix.
struct LinearTensors {
  let weights: UnsafePointer<Float>
  let bias: UnsafePointer<Float>
}

/// The arrays of a `PackedLayout`.
///
/// `@unchecked Sendable` holds because the memory lives as long as this object and is not written after `init`.
final class PackedWeights: @unchecked Sendable {
  private enum Memory {
    case buffer(AlignedBuffer<UInt8>)
    case file(MappedFile)
  }

  private let memory: Memory
  let start: UnsafeRawPointer
  let layout: PackedLayout

  /// Takes the arrays from a file, in which they begin at `offset`, a multiple of 64.
  init(_ file: MappedFile, offset: Int, layout: PackedLayout) {
    memory = .file(file)
    self.layout = layout
    start = file.start + offset
  }

  /// Packs tensors on all processors.
  ///
  /// - Parameter tensors: For each layer, query, key and value, then attention's output, the inner layer, the output.
  init(_ layout: PackedLayout, packing tensors: [[LinearTensors]]) {
    let buffer = AlignedBuffer<UInt8>(count: layout.size)
    // The gaps between arrays are written to the file, too.
    buffer.start.initialize(repeating: 0, count: layout.size)
    let start = UnsafeMutableRawPointer(buffer.start)
    var packings: [Packing] = []
    for (layer, tensors) in zip(layout.layers, tensors) {
      let attention = tensors.prefix(3).enumerated().map { place, part in
        Packing(part, layer.attention, columns: layer.attention.outputs / 3, place: place, start: start)
      }
      packings += attention
      for (matrix, tensors) in zip([layer.attentionOutput, layer.intermediate, layer.output], tensors.dropFirst(3)) {
        packings.append(Packing(tensors, matrix, columns: matrix.outputs, place: 0, start: start))
      }
    }
    let (all, precision) = (packings, layout.precision)
    DispatchQueue.concurrentPerform(iterations: all.count) { all[$0].run(precision) }
    memory = .buffer(buffer)
    self.layout = layout
    self.start = UnsafeRawPointer(start)
  }

  /// All arrays.
  var bytes: UnsafeRawBufferPointer { UnsafeRawBufferPointer(start: start, count: layout.size) }

  /// The layer whose arrays lie where `matrix` says. It must not be used after this object is gone.
  func linear(_ matrix: PackedLayout.Matrix) -> LinearLayer {
    let bias = (start + matrix.bias).assumingMemoryBound(to: Float.self)
    switch layout.precision {
    case .float32:
      return .float32(
        outputs: matrix.outputs, inputs: matrix.inputs,
        packed: (start + matrix.weights).assumingMemoryBound(to: Float.self), bias: bias)
    case .int8:
      return .int8(
        EncoderInt8Layer(
          n: matrix.outputs, k: matrix.inputs, weights: (start + matrix.weights).assumingMemoryBound(to: Int8.self),
          scales: (start + matrix.scales).assumingMemoryBound(to: Float.self),
          offsets: (start + matrix.offsets).assumingMemoryBound(to: Int32.self), bias: bias))
    }
  }
}

/// One pair of tensors to pack.
///
/// `@unchecked Sendable` holds because each is packed by one thread, into memory that no other touches.
private struct Packing: @unchecked Sendable {
  let tensors: LinearTensors
  let matrix: PackedLayout.Matrix
  /// The tensors' columns, and which run of so many they are in the matrix.
  let columns: Int
  let place: Int
  let start: UnsafeMutableRawPointer

  init(
    _ tensors: LinearTensors, _ matrix: PackedLayout.Matrix, columns: Int, place: Int, start: UnsafeMutableRawPointer
  ) {
    self.tensors = tensors
    self.matrix = matrix
    self.columns = columns
    self.place = place
    self.start = start
  }

  func run(_ precision: SentenceEncoder.Precision) {
    // A panel holds columns of one matrix only, so matrices side by side are packed one after the other.
    let first = place * columns
    array(matrix.bias, of: Float.self, from: first).update(from: tensors.bias, count: columns)
    switch precision {
    case .float32:
      encoder_pack(
        cpu_level(), tensors.weights, columns, matrix.inputs,
        array(matrix.weights, of: Float.self, from: first * matrix.inputs))
    case .int8:
      encoder_int8_pack(
        tensors.weights, columns, matrix.inputs, array(matrix.weights, of: Int8.self, from: first * matrix.inputs),
        array(matrix.scales, of: Float.self, from: first), array(matrix.offsets, of: Int32.self, from: first),
        matrix.outputs)
    }
  }

  private func array<Element>(_ offset: Int, of type: Element.Type, from first: Int) -> UnsafeMutablePointer<Element> {
    (start + offset).assumingMemoryBound(to: type) + first
  }
}
