// Packed weights in a file of their own, so that loading a model maps them and computes nothing.
//
// The file: 64 bytes of header, zeros up to byte 4096, then the arrays of a `PackedLayout`. The header, little-endian:
//
//   0  8 bytes   "RCLPACK1"
//   8  32 bytes  SHA-256 of what the arrays were made of, see `identity`
//   40 u64       bytes of all arrays
//   48 u32       CRC-32C of all arrays
//   52 u32       CRC-32C of bytes 0 to 51
//   56           zeros
//
// It is derived from the model: where it is missing, damaged or of another model, it is made again, and where it cannot
// be written, loading takes longer and nothing else.

internal import CVectorKernels
internal import Crypto
internal import Foundation

/// The cached weights of one model in one precision.
struct PackedWeightsCache {
  private static let magic = Array("RCLPACK1".utf8)
  private static let headerSize = 64
  private static let payloadStart = 4096

  /// Where the file may lie: beside the model, else in the user's cache folder.
  let paths: [String]
  private let identity: [UInt8]

  /// - Parameters:
  ///   - folder: The model's folder.
  ///   - fingerprint: The model's, which stands for its precision, too.
  ///   - environment: Where `XDG_CACHE_HOME` and `HOME` are looked up.
  init(folder: String, weights: String, fingerprint: String, layout: PackedLayout, environment: [String: String]) {
    let precision = layout.precision.rawValue
    var paths = ["\(folder)/.recollect-weights-\(precision)"]
    if let cache = Self.cacheFolder(environment) {
      let place = URL(fileURLWithPath: folder).standardizedFileURL.resolvingSymlinksInPath().path
      let name = SHA256.hash(data: Data(place.utf8)).prefix(16).hexadecimal
      paths.append("\(cache)/recollect/weights/\(name)-\(precision)")
    }
    self.paths = paths
    var status = stat()
    let isThere = stat(weights, &status) == 0
    let source = isThere ? "\(status.st_size) \(status.st_mtim.tv_sec) \(status.st_mtim.tv_nsec)" : ""
    let made = "\(PackedLayout.version) \(precision) \(layout.size) \(fingerprint) \(source)"
    identity = Array(SHA256.hash(data: Data(made.utf8)))
  }

  private static func cacheFolder(_ environment: [String: String]) -> String? {
    // A folder that is not absolute counts as unset, as its specification says.
    if let folder = environment["XDG_CACHE_HOME"], folder.hasPrefix("/") { return folder }
    return environment["HOME"].flatMap { $0.hasPrefix("/") ? $0 + "/.cache" : nil }
  }

  /// The cached weights, where there are any of this model that are whole.
  func load(_ layout: PackedLayout) -> PackedWeights? {
    for path in paths {
      if let file = try? MappedFile(path: path), isWhole(file, layout) {
        return PackedWeights(file, offset: Self.payloadStart, layout: layout)
      }
    }
    return nil
  }

  private func isWhole(_ file: MappedFile, _ layout: PackedLayout) -> Bool {
    guard file.count == Self.payloadStart + layout.size else { return false }
    return file.withBytes { bytes in
      let header = UnsafeRawBufferPointer(rebasing: bytes[..<Self.headerSize])
      let payload = UnsafeRawBufferPointer(rebasing: bytes[Self.payloadStart...])
      return header.elementsEqual(self.header(size: layout.size, checksum: Self.checksum(payload)))
    }
  }

  /// Writes the weights to the first place that takes them, under another name until they are whole.
  func store(_ weights: PackedWeights) {
    let header = header(size: weights.layout.size, checksum: Self.checksum(weights.bytes))
    let start = header + [UInt8](repeating: 0, count: Self.payloadStart - header.count)
    for path in paths {
      let folder = (path as NSString).deletingLastPathComponent
      if path != paths.first {
        try? FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      }
      if write(start, weights.bytes, to: path) { return }
    }
  }

  private func write(_ start: [UInt8], _ payload: UnsafeRawBufferPointer, to path: String) -> Bool {
    let temporary = path + "." + UUID().uuidString
    let descriptor = open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { return false }
    var isWritten = start.withUnsafeBytes { Self.write($0, to: descriptor) } && Self.write(payload, to: descriptor)
    isWritten = close(descriptor) == 0 && isWritten
    if isWritten, rename(temporary, path) == 0 { return true }
    unlink(temporary)
    return false
  }

  private static func write(_ bytes: UnsafeRawBufferPointer, to descriptor: Int32) -> Bool {
    var rest = bytes
    while !rest.isEmpty {
      let count = Foundation.write(descriptor, rest.baseAddress, rest.count)
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { return false }
      rest = UnsafeRawBufferPointer(rebasing: rest[count...])
    }
    return true
  }

  private func header(size: Int, checksum: UInt32) -> [UInt8] {
    var header = Self.magic + identity
    withUnsafeBytes(of: UInt64(size).littleEndian) { header += $0 }
    withUnsafeBytes(of: checksum.littleEndian) { header += $0 }
    let own = header.withUnsafeBytes { Self.checksum($0) }
    withUnsafeBytes(of: own.littleEndian) { header += $0 }
    return header + [UInt8](repeating: 0, count: Self.headerSize - header.count)
  }

  private static func checksum(_ bytes: UnsafeRawBufferPointer) -> UInt32 {
    guard let start = bytes.baseAddress else { return 0 }
    return row_crc32c(cpu_level(), 0, start, bytes.count)
  }
}
