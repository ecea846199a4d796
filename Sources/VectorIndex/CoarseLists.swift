// The coarse quantizer of a segment: lists of rows that point the same way, in groups of neighbouring lists.

internal import CVectorKernels

/// Centroids of lists, and of groups of them. The lists of a group are neighbours in the file.
struct CoarseLists: Sendable {
  let groups: CentroidSet
  /// The first list of each group, then the number of lists.
  let groupLists: [UInt32]
  let lists: CentroidSet

  /// Rows of a list on average: by measuring at 100,000 and 1,000,000 rows. Shorter lists make a search look at fewer
  /// rows and at more centroids.
  private static let rowsPerList = 256
  /// Rows to train a list on.
  private static let trainingRowsPerList = 64
  private static let iterations = 8

  /// How many lists rows are put into.
  static func listCount(rows: Int) -> Int {
    // Fewer rows in each list of a small segment: there, centroids cost less than rows.
    let perList = Swift.min(rowsPerList, Swift.max(32, Int(Double(rows).squareRoot() / 3)))
    return Swift.max(1, rows / perList)
  }

  /// How many of `rows` rows to train on.
  static func trainingCount(rows: Int) -> Int { Swift.min(rows, listCount(rows: rows) * trainingRowsPerList) }

  /// Two levels of k-means: groups first, then each group's lists from the rows nearest to it, so that training costs
  /// rows x sqrt(lists) and not rows x lists.
  init(training rows: TrainingRows, listCount: Int, seed: UInt64) throws {
    // The kernel that assigns rows keeps the products with so many groups.
    let groupCount = Swift.max(1, Swift.min(1024, Int(Double(listCount).squareRoot().rounded())))
    var numbers = RandomNumbers(seed: seed)
    let sample = numbers.sample(groupCount * 256, below: rows.count)
    let trained = try CentroidSet.trained(
      on: sample.count == rows.count ? rows : rows.rows(sample), count: groupCount, iterations: Self.iterations,
      seed: seed)
    var places = [UInt32](repeating: 0, count: rows.count)
    rows.components.withUnsafeBufferPointer { components in
      guard let base = components.baseAddress else { return }
      trained.nearest(base, count: rows.count, into: &places)
    }
    var members = [[Int]](repeating: [], count: trained.count)
    for (row, place) in places.enumerated() { members[Int(place)].append(row) }

    var lists = CentroidSet(dimensions: rows.dimensions)
    var kept: [Int] = []
    var groupLists: [UInt32] = [0]
    for (group, its) in members.enumerated() where !its.isEmpty {
      let share = Int((Double(its.count) / Double(rows.count) * Double(listCount)).rounded())
      lists.append(
        contentsOf: try CentroidSet.trained(
          on: rows.rows(its), count: Swift.max(1, share), iterations: Self.iterations, seed: seed &+ UInt64(group)))
      kept.append(group)
      groupLists.append(UInt32(lists.count))
    }
    groups = trained.subset(kept)
    self.groupLists = groupLists
    self.lists = lists
  }

  /// Groups whose lists a row is compared with.
  private static let probes: UInt32 = 5

  /// The list of each row.
  func assign(_ rows: UnsafePointer<Int8>, count: Int, into places: UnsafeMutablePointer<UInt32>) {
    withKernel { pq_assign(cpu_level(), rows, count, UInt32(lists.dimensions), $0, Self.probes, places) }
  }

  private func withKernel(_ body: (UnsafePointer<PQLists>) -> Void) {
    groups.components.withUnsafeBufferPointer { groupCentroids in
      groups.scales.withUnsafeBufferPointer { groupScales in
        groups.sums.withUnsafeBufferPointer { groupSums in
          groupLists.withUnsafeBufferPointer { groupLists in
            lists.components.withUnsafeBufferPointer { centroids in
              lists.scales.withUnsafeBufferPointer { scales in
                lists.sums.withUnsafeBufferPointer { sums in
                  var kernel = PQLists()
                  kernel.group_centroids = groupCentroids.baseAddress
                  kernel.group_scales = groupScales.baseAddress
                  kernel.group_sums = groupSums.baseAddress
                  kernel.group_lists = groupLists.baseAddress
                  kernel.groups = UInt32(groups.count)
                  kernel.centroids = centroids.baseAddress
                  kernel.scales = scales.baseAddress
                  kernel.sums = sums.baseAddress
                  body(&kernel)
                }
              }
            }
          }
        }
      }
    }
  }
}
