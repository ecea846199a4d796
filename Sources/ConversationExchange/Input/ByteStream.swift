// The bytes of a file or of standard input, decompressed where they are gzip, chunk by chunk.

import Glibc

/// Reads forward once, in bounded memory. Gzip is told by its first bytes, never by the file's name.
final class ByteStream {
  static let chunkSize = 256 << 10

  /// As the user named it; `-` is standard input.
  let name: String
  /// Size on disk; nil where it is not known (a pipe).
  let totalBytes: Int64?
  /// How much of the file has been read, before decompression.
  private(set) var bytesRead: Int64 = 0

  private let descriptor: Int32
  private let ownsDescriptor: Bool
  private var inflater: GzipInflater?
  private var first: [UInt8]?
  private var peeked: [UInt8]?
  private var ended = false

  /// Opens the file and looks at its first bytes.
  init(path: String) throws(ExchangeError) {
    name = path
    if path == "-" {
      descriptor = STDIN_FILENO
      ownsDescriptor = false
    } else {
      descriptor = open(path, O_RDONLY | O_CLOEXEC)
      ownsDescriptor = true
      guard descriptor >= 0 else {
        throw ExchangeError(
          .unreadable, String(cString: strerror(errno)), file: path, remedy: "check the path and its permissions")
      }
    }
    var status = stat()
    let known = fstat(descriptor, &status) == 0
    if known, status.st_mode & S_IFMT == S_IFDIR {
      if ownsDescriptor { close(descriptor) }
      throw ExchangeError(.unreadable, "is a folder", file: path, remedy: "name the files in it")
    }
    totalBytes = known && status.st_mode & S_IFMT == S_IFREG ? Int64(status.st_size) : nil
    let head = try readRaw()
    try refuseForeign(head)
    if head.starts(with: [0x1F, 0x8B]) {
      do {
        inflater = try GzipInflater()
      } catch {
        throw ExchangeError(.unreadable, "no memory to decompress it", file: name, remedy: "free some and try again")
      }
    }
    first = head
  }

  deinit {
    if ownsDescriptor { close(descriptor) }
  }

  /// The first plain bytes, which ``next()`` will still give.
  func peek() throws(ExchangeError) -> [UInt8] {
    if peeked == nil { peeked = try next() }
    return peeked ?? []
  }

  /// The next plain bytes; nil at the end.
  func next() throws(ExchangeError) -> [UInt8]? {
    if let chunk = peeked {
      peeked = nil
      return chunk
    }
    guard let inflater else {
      let chunk = try takeRaw()
      return chunk.isEmpty ? nil : chunk
    }
    while true {
      if inflater.needsInput {
        let chunk = try takeRaw()
        if chunk.isEmpty {
          if inflater.isAtMemberEnd { return nil }
          throw ExchangeError(
            .damaged, "the compressed data ends early, after \(bytesRead) bytes", file: name,
            remedy: "what came before it was read; get the whole file and run the same command again")
        }
        inflater.feed(chunk)
      }
      do {
        let plain = try inflater.inflate(capacity: Self.chunkSize)
        if !plain.isEmpty { return plain }
      } catch .corrupt(let offset, let detail) {
        throw ExchangeError(
          .damaged, "the compressed data is broken at byte \(offset) (\(detail))", file: name,
          remedy: "what came before it was read; get a sound copy and run the same command again")
      } catch {
        throw ExchangeError(.unreadable, "no memory to decompress it", file: name, remedy: "free some and try again")
      }
    }
  }

  /// Whether the rest is decompressed on the way.
  var isCompressed: Bool { inflater != nil }

  private func takeRaw() throws(ExchangeError) -> [UInt8] {
    if let head = first {
      first = nil
      return head
    }
    return try readRaw()
  }

  /// A full chunk, less only at the end: a pipe hands out a few bytes at a time.
  private func readRaw() throws(ExchangeError) -> [UInt8] {
    var failure: Int32 = 0
    let chunk = [UInt8](unsafeUninitializedCapacity: Self.chunkSize) { buffer, count in
      while count < buffer.count, !ended {
        let got = read(descriptor, buffer.baseAddress.map { $0 + count }, buffer.count - count)
        if got > 0 {
          count += got
        } else if got == 0 {
          ended = true
        } else if errno != EINTR {
          failure = errno
          ended = true
        }
      }
    }
    guard failure == 0 else {
      throw ExchangeError(
        .unreadable, "cannot be read: \(String(cString: strerror(failure)))", file: name,
        remedy: "check the disk and run the same command again")
    }
    bytesRead += Int64(chunk.count)
    return chunk
  }

  /// What people pass by mistake, said by name instead of as a thousand bad lines.
  private func refuseForeign(_ head: [UInt8]) throws(ExchangeError) {
    let kinds: [(magic: [UInt8], name: String, remedy: String)] = [
      ([0x28, 0xB5, 0x2F, 0xFD], "compressed with zstd", "decompress it first: zstd -d"),
      ([0xFD, 0x37, 0x7A, 0x58, 0x5A], "compressed with xz", "decompress it first: xz -d"),
      ([0x42, 0x5A, 0x68], "compressed with bzip2", "decompress it first: bzip2 -d"),
      ([0x50, 0x4B, 0x03, 0x04], "a zip archive", "unpack it first: unzip"),
      ([0xFF, 0xFE], "text in UTF-16", "convert it first: iconv -f UTF-16 -t UTF-8"),
      ([0xFE, 0xFF], "text in UTF-16", "convert it first: iconv -f UTF-16 -t UTF-8"),
    ]
    for kind in kinds where head.starts(with: kind.magic) {
      throw ExchangeError(.wrongFormat, "is \(kind.name)", file: name, remedy: kind.remedy)
    }
  }
}
