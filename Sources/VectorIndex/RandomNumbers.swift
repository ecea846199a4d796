// The random numbers of training: the same for the same seed on every machine.

/// SplitMix64 (Steele, Lea, Flood 2014: "Fast splittable pseudorandom number generators").
package struct RandomNumbers: RandomNumberGenerator {
  private var state: UInt64

  package init(seed: UInt64) { state = seed }

  package mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var mixed = state
    mixed = (mixed ^ (mixed >> 30)) &* 0xBF58_476D_1CE4_E5B9
    mixed = (mixed ^ (mixed >> 27)) &* 0x94D0_49BB_1331_11EB
    return mixed ^ (mixed >> 31)
  }

  /// `count` different numbers below `limit`, ascending; all of them where there are no more.
  mutating func sample(_ count: Int, below limit: Int) -> [Int] {
    guard count < limit else { return Array(0..<limit) }
    // Robert Floyd's algorithm (Bentley, Floyd 1987).
    var chosen: Set<Int> = []
    for candidate in limit - count..<limit {
      if !chosen.insert(Int.random(in: 0...candidate, using: &self)).inserted { chosen.insert(candidate) }
    }
    return chosen.sorted()
  }
}
