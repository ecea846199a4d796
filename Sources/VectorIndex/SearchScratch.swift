// Memory that one search works in, kept from search to search.

internal import CVectorKernels

/// The buffers of one search. Each belongs to one search at a time; ``ScratchPool`` hands them out.
///
/// Unchecked: handed from one search to the next under the pool's lock, and used by one at a time.
final class SearchScratch: @unchecked Sendable {
  /// Products with centroids.
  private(set) var products: UnsafeMutablePointer<Float>
  private var productCapacity: Int
  /// Candidates of the codes.
  let candidates: UnsafeMutablePointer<PQCandidates>
  private var candidateCapacity: Int

  init() {
    productCapacity = 1024
    products = .allocate(capacity: productCapacity)
    candidates = .allocate(capacity: 1)
    candidates.initialize(to: PQCandidates())
    candidates.pointee.histogram = .allocate(capacity: Int(PQ_HISTOGRAM_BINS))
    candidateCapacity = 4096
    allocateCandidates()
  }

  private func allocateCandidates() {
    candidates.pointee.items = .allocate(capacity: candidateCapacity)
    candidates.pointee.scores = .allocate(capacity: candidateCapacity)
    candidates.pointee.capacity = UInt32(candidateCapacity)
  }

  private func deallocateCandidates() {
    candidates.pointee.items.deallocate()
    candidates.pointee.scores.deallocate()
  }

  deinit {
    products.deallocate()
    deallocateCandidates()
    candidates.pointee.histogram.deallocate()
    candidates.deallocate()
  }

  /// Makes room for products with `count` centroids.
  func reserveProducts(_ count: Int) {
    guard count > productCapacity else { return }
    products.deallocate()
    productCapacity = count
    products = .allocate(capacity: count)
  }

  /// Makes room to keep the `want` best candidates, and empties them, for scores up to `largest`.
  func begin(want: Int, largest: Int) {
    let needed = 3 * want + 512
    if needed > candidateCapacity {
      deallocateCandidates()
      candidateCapacity = needed
      allocateCandidates()
    }
    pq_candidates_begin(candidates, UInt32(want), UInt32(largest))
  }
}

/// Scratch that no search is using.
final class ScratchPool: Sendable {
  private let free = Lock<[SearchScratch]>([])

  func withScratch<Result>(_ body: (SearchScratch) throws -> Result) rethrows -> Result {
    let scratch = free.withLock { $0.popLast() } ?? SearchScratch()
    defer { free.withLock { $0.append(scratch) } }
    return try body(scratch)
  }
}
