// Training a codebook.

internal import CVectorKernels

extension Codebook {
  /// Rows to train on: 8,000 do nearly as well, more gain nothing.
  static let trainingCount = 32768
  private static let iterations = 12

  /// Lloyd's k-means in every subspace at once, from random rows. A centroid that loses all its subvectors begins again
  /// at a random one.
  ///
  /// - Parameters:
  ///   - vectors: [count][dimensions], of unit length; at least one.
  ///   - seed: the same rows and seed give the same codebook.
  static func trained(
    on vectors: [Float], dimensions: Int, identifier: UInt32, seed: UInt64
  ) throws -> Codebook {
    let count = vectors.count / dimensions
    let width = FileFormat.subvectorWidth
    let subquantizers = dimensions / width
    let clusters = Int(PQ_CENTROIDS)
    var numbers = RandomNumbers(seed: seed)
    var centroids = [Float](repeating: 0, count: dimensions * clusters)
    func put(row: Int, subquantizer: Int, code: Int) {
      for index in 0..<width {
        centroids[(subquantizer * width + index) * clusters + code] =
          vectors[row * dimensions + subquantizer * width + index]
      }
    }
    for subquantizer in 0..<subquantizers {
      for code in 0..<clusters {
        put(row: Int.random(in: 0..<count, using: &numbers), subquantizer: subquantizer, code: code)
      }
    }
    var sketches = [UInt8](repeating: 0, count: count * subquantizers / 2)
    var sums = [Double](repeating: 0, count: centroids.count)
    var counts = [UInt32](repeating: 0, count: subquantizers * clusters)
    var errors = 0.0
    for iteration in 0...iterations {
      try Task.checkCancellation()
      let codebook = Codebook(
        identifier: identifier, dimensions: dimensions, centroids: centroids, distortion: 0)
      errors = vectors.withUnsafeBufferPointer { vectors in
        guard let base = vectors.baseAddress else { return 0 }
        let errors = codebook.encode(base, count: count, into: &sketches)
        for index in sums.indices { sums[index] = 0 }
        for index in counts.indices { counts[index] = 0 }
        codebook.withKernel { pq_codebook_accumulate($0, base, count, sketches, &sums, &counts) }
        return errors
      }
      // The last round only measures what the centroids do.
      if iteration == iterations { break }
      for subquantizer in 0..<subquantizers {
        for code in 0..<clusters {
          let members = counts[subquantizer * clusters + code]
          if members == 0 {
            put(row: Int.random(in: 0..<count, using: &numbers), subquantizer: subquantizer, code: code)
          } else {
            for index in 0..<width {
              let place = (subquantizer * width + index) * clusters + code
              centroids[place] = Float(sums[place] / Double(members))
            }
          }
        }
      }
    }
    return Codebook(
      identifier: identifier, dimensions: dimensions, centroids: centroids,
      distortion: errors / Double(count))
  }
}
