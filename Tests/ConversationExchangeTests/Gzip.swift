// Makes gzip data for tests.

import CZlib

/// One gzip member of these bytes.
func gzip(_ bytes: [UInt8]) throws -> [UInt8] {
  var stream = z_stream()
  let status = deflateInit2_(
    &stream, Z_DEFAULT_COMPRESSION, Z_DEFLATED, 15 + 16, 8, Z_DEFAULT_STRATEGY, ZLIB_VERSION,
    Int32(MemoryLayout<z_stream>.size))
  guard status == Z_OK else { throw GzipFailure() }
  defer { deflateEnd(&stream) }
  var input = bytes
  let capacity = Int(deflateBound(&stream, UInt(input.count)))
  return try input.withUnsafeMutableBufferPointer { source in
    try [UInt8](unsafeUninitializedCapacity: capacity) { target, count in
      stream.next_in = source.baseAddress
      stream.avail_in = UInt32(source.count)
      stream.next_out = target.baseAddress
      stream.avail_out = UInt32(capacity)
      guard deflate(&stream, Z_FINISH) == Z_STREAM_END else { throw GzipFailure() }
      count = capacity - Int(stream.avail_out)
    }
  }
}

struct GzipFailure: Error {}
