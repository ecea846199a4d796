// A codebook: the sub-quantizers that give rows their codes, in memory and as a file (see FileFormat.swift).

internal import CVectorKernels

/// The centroids of product quantization (Jégou, Douze, Schmid 2011): 16 for each subvector. One codebook serves many
/// segments.
struct Codebook: Sendable {
  let identifier: UInt32
  let dimensions: Int
  /// [sub-quantizers][components of a subvector][16]
  let centroids: [Float]
  /// Mean squared error of a vector of length 1, over the rows it was trained on.
  let distortion: Double

  var subquantizers: Int { dimensions / FileFormat.subvectorWidth }
  /// Bytes of a row's codes.
  var sketchBytes: Int { subquantizers / 2 }

  var checksum: UInt32 {
    centroids.withUnsafeBytes { row_crc32c(cpu_level(), 0, $0.baseAddress, $0.count) }
  }

  init(identifier: UInt32, dimensions: Int, centroids: [Float], distortion: Double) {
    self.identifier = identifier
    self.dimensions = dimensions
    self.centroids = centroids
    self.distortion = distortion
  }

  /// Calls `body` with the codebook as the kernels take it.
  func withKernel<Result>(_ body: (UnsafePointer<PQCodebook>) throws -> Result) rethrows -> Result {
    try centroids.withUnsafeBufferPointer { centroids in
      var codebook = PQCodebook()
      codebook.centroids = centroids.baseAddress
      codebook.subquantizers = UInt32(subquantizers)
      codebook.width = UInt32(FileFormat.subvectorWidth)
      return try withUnsafePointer(to: codebook, body)
    }
  }

  /// The codes of `count` vectors, one row after the other. Returns the sum of squared errors.
  @discardableResult
  func encode(
    _ vectors: UnsafePointer<Float>, count: Int, into sketches: UnsafeMutablePointer<UInt8>
  ) -> Double {
    withKernel { pq_encode(cpu_level(), $0, vectors, count, sketches) }
  }
}

extension Codebook {
  static func fileSize(dimensions: Int) -> Int { FileFormat.pageSize + dimensions * Int(PQ_CENTROIDS) * 4 }

  /// The bytes of the file.
  func encoded(fingerprint: String) -> [UInt8] {
    let fingerprintBytes = Array(fingerprint.utf8)
    var page = [UInt8](zeros: FileFormat.pageSize, magic: FileFormat.codebookMagic)
    page.put(UInt32(dimensions), at: 12)
    page.put(identifier, at: 16)
    page.put(UInt32(subquantizers), at: 20)
    page.put(UInt32(FileFormat.subvectorWidth), at: 24)
    page.put(fingerprintBytes.checksum(0..<fingerprintBytes.count), at: 28)
    page.put(distortion.bitPattern, at: 32)
    page.put(checksum, at: 40)
    page.seal()
    return page + centroids.withUnsafeBytes { Array($0) }
  }

  /// Decodes a file. Throws for another version, and for bytes that this type would not write.
  init(bytes: [UInt8], identifier: UInt32, configuration: VectorIndexConfiguration, file: String)
    throws(VectorIndexError)
  {
    guard bytes.count == Self.fileSize(dimensions: configuration.dimensions) else {
      throw .damaged(
        file, "the file has \(bytes.count) bytes instead of \(Self.fileSize(dimensions: configuration.dimensions))")
    }
    let page = Array(bytes[..<FileFormat.pageSize])
    try page.checkMagicAndVersion(FileFormat.codebookMagic, file: file)
    var centroids = [Float](repeating: 0, count: configuration.dimensions * Int(PQ_CENTROIDS))
    centroids.withUnsafeMutableBytes { $0.copyBytes(from: bytes[FileFormat.pageSize...]) }
    let distortion = Double(bitPattern: page.number(UInt64.self, at: 32) ?? 0)
    self.init(
      identifier: identifier, dimensions: configuration.dimensions, centroids: centroids,
      distortion: distortion)
    guard encoded(fingerprint: configuration.modelFingerprint) == bytes, centroids.allSatisfy(\.isFinite) else {
      throw .damaged(file, "the codebook differs from its checksum")
    }
  }

  /// Reads a codebook. Nil when the file is missing.
  static func load(
    _ identifier: UInt32, configuration: VectorIndexConfiguration, in folder: IndexFolder
  ) throws -> Codebook? {
    let name = FileFormat.codebookName(identifier: identifier)
    guard let bytes = try folder.contents(of: name) else { return nil }
    return try Codebook(
      bytes: bytes, identifier: identifier, configuration: configuration, file: folder.path(of: name))
  }
}
