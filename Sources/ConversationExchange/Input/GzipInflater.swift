// Decompresses gzip (RFC 1952), several members in a row included.

import CZlib

/// Feeds on compressed chunks and gives plain ones. Not for use from two tasks at once.
final class GzipInflater {
  enum Fault: Error {
    /// The data is not gzip any more, at this compressed offset from the start.
    case corrupt(offset: Int64, detail: String)
    case outOfMemory
  }

  /// zlib keeps a pointer back to its stream, so the stream must never move: it lives on the heap.
  private let stream: UnsafeMutablePointer<z_stream>
  /// Between two members, where the data may end.
  private(set) var isAtMemberEnd = false
  private var consumed: Int64 = 0
  private var pending: [UInt8] = []
  private var position = 0

  init() throws(Fault) {
    stream = .allocate(capacity: 1)
    stream.initialize(to: z_stream())
    guard czlib_inflate_gzip_init(stream) == Z_OK else { throw .outOfMemory }
  }

  deinit {
    inflateEnd(stream)
    stream.deinitialize(count: 1)
    stream.deallocate()
  }

  var needsInput: Bool { position == pending.count }

  /// Takes the next compressed chunk; only while ``needsInput``.
  func feed(_ chunk: [UInt8]) {
    pending = chunk
    position = 0
  }

  /// The next plain bytes, at most `capacity`; empty where more input is needed.
  func inflate(capacity: Int) throws(Fault) -> [UInt8] {
    guard !needsInput else { return [] }
    if isAtMemberEnd {
      // Padding with zeros after a member is customary on tapes and in some archives.
      while position < pending.count, pending[position] == 0 { advance(1) }
      guard !needsInput else { return [] }
      guard pending[position] == 0x1F else { throw corrupt("there is something else after the compressed data") }
      inflateReset(stream)
      isAtMemberEnd = false
    }
    var status = Z_OK
    var produced = 0
    var used = 0
    let output = [UInt8](unsafeUninitializedCapacity: capacity) { buffer, count in
      pending.withUnsafeMutableBufferPointer { input in
        guard let source = input.baseAddress, let target = buffer.baseAddress else { return }
        stream.pointee.next_in = source + position
        stream.pointee.avail_in = UInt32(input.count - position)
        stream.pointee.next_out = target
        stream.pointee.avail_out = UInt32(capacity)
        status = CZlib.inflate(stream, Z_NO_FLUSH)
        used = input.count - position - Int(stream.pointee.avail_in)
        produced = capacity - Int(stream.pointee.avail_out)
      }
      count = produced
    }
    advance(used)
    switch status {
    case Z_OK, Z_BUF_ERROR: break
    case Z_STREAM_END: isAtMemberEnd = true
    case Z_MEM_ERROR: throw .outOfMemory
    default: throw corrupt(stream.pointee.msg.map { String(cString: $0) } ?? "zlib status \(status)")
    }
    return output
  }

  private func advance(_ count: Int) {
    position += count
    consumed += Int64(count)
  }

  private func corrupt(_ detail: String) -> Fault { .corrupt(offset: consumed, detail: detail) }
}
