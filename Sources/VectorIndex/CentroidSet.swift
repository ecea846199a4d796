// Centroids of unit length, quantized like rows, and spherical k-means.

internal import CVectorKernels

/// Centroids quantized to int8 as the kernels take them.
struct CentroidSet: Sendable {
  let dimensions: Int
  /// [count][dimensions]
  private(set) var components: [Int8] = []
  /// 1 / length of the components of each.
  private(set) var scales: [Float] = []
  /// The sum of the components of each.
  private(set) var sums: [Int32] = []

  var count: Int { scales.count }

  init(dimensions: Int) { self.dimensions = dimensions }

  /// Adds the direction of a vector; where it has none, the centroid is zero.
  mutating func append(_ vector: UnsafeBufferPointer<Float>) {
    let largest = vector.reduce(0) { Swift.max($0, $1.magnitude) }
    let factor = largest > 0 ? 127 / largest : 0
    var squares: Int32 = 0
    var sum: Int32 = 0
    for value in vector {
      let component = Int32((value * factor).rounded())
      components.append(Int8(component))
      squares += component * component
      sum += component
    }
    scales.append(squares > 0 ? 1 / Float(squares).squareRoot() : 0)
    sums.append(sum)
  }

  mutating func append(contentsOf other: CentroidSet) {
    components += other.components
    scales += other.scales
    sums += other.sums
  }

  /// The nearest centroid of each row.
  func nearest(_ rows: UnsafePointer<Int8>, count rowCount: Int, into places: UnsafeMutablePointer<UInt32>) {
    pq_nearest(
      cpu_level(), rows, rowCount, UInt32(dimensions), components, scales, sums, UInt32(count), places, nil)
  }
}

/// Quantized rows to train on.
struct TrainingRows {
  let dimensions: Int
  /// [count][dimensions]
  var components: [Int8]
  /// Components times scale are of about unit length.
  var scales: [Float]

  var count: Int { scales.count }

  /// The rows at these places.
  func rows(_ places: [Int]) -> TrainingRows {
    var chosen = TrainingRows(dimensions: dimensions, components: [], scales: places.map { scales[$0] })
    chosen.components.reserveCapacity(places.count * dimensions)
    for place in places { chosen.components += components[place * dimensions..<(place + 1) * dimensions] }
    return chosen
  }
}

extension CentroidSet {
  /// Spherical k-means (Dhillon, Modha 2001) by Lloyd's iterations from random rows. A centroid that loses all its rows
  /// begins again at a random one.
  ///
  /// - Parameter count: how many centroids; no more than there are rows.
  static func trained(on rows: TrainingRows, count: Int, iterations: Int, seed: UInt64) throws -> CentroidSet {
    var numbers = RandomNumbers(seed: seed)
    let dimensions = rows.dimensions
    let count = Swift.min(count, rows.count)
    var sums = [Float](repeating: 0, count: count * dimensions)
    func put(row: Int, at centroid: Int) {
      for index in 0..<dimensions {
        sums[centroid * dimensions + index] = Float(rows.components[row * dimensions + index])
      }
    }
    for (centroid, row) in numbers.sample(count, below: rows.count).enumerated() { put(row: row, at: centroid) }
    var centroids = CentroidSet(directionsOf: sums, dimensions: dimensions)
    var places = [UInt32](repeating: 0, count: rows.count)
    for _ in 0..<iterations {
      try Task.checkCancellation()
      rows.components.withUnsafeBufferPointer { components in
        guard let base = components.baseAddress else { return }
        centroids.nearest(base, count: rows.count, into: &places)
        for index in sums.indices { sums[index] = 0 }
        var counts = [UInt32](repeating: 0, count: count)
        pq_accumulate(base, rows.scales, rows.count, UInt32(dimensions), places, &sums, &counts)
        for centroid in 0..<count where counts[centroid] == 0 {
          put(row: Int.random(in: 0..<rows.count, using: &numbers), at: centroid)
        }
      }
      centroids = CentroidSet(directionsOf: sums, dimensions: dimensions)
    }
    return centroids
  }

  private init(directionsOf vectors: [Float], dimensions: Int) {
    self.init(dimensions: dimensions)
    components.reserveCapacity(vectors.count)
    vectors.withUnsafeBufferPointer { vectors in
      for start in stride(from: 0, to: vectors.count, by: dimensions) {
        append(UnsafeBufferPointer(rebasing: vectors[start..<start + dimensions]))
      }
    }
  }
}

extension CentroidSet {
  /// The centroids at these places.
  func subset(_ places: [Int]) -> CentroidSet {
    var chosen = CentroidSet(dimensions: dimensions)
    for place in places { chosen.append(self, at: place) }
    return chosen
  }

  private mutating func append(_ other: CentroidSet, at place: Int) {
    components += other.components[place * dimensions..<(place + 1) * dimensions]
    scales.append(other.scales[place])
    sums.append(other.sums[place])
  }
}
