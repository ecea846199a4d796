// The kernels: every width and count comes back, and every level gives the same bits.

import CVectorKernels
import Testing
import VectorIndex

@testable import KeywordIndex

@Suite struct PostingsKernelTests {
  private static let levels: [CPULevel] = [.NEON, .AVX2, .AVX512].filter(cpu_level_is_available)

  @Test(arguments: 0...32) func `Packed numbers come back, whatever their width and count`(bits: UInt32) {
    var generator = SeededGenerator(seed: UInt64(bits))
    let limit = bits == 32 ? UInt32.max : (1 << bits) - 1
    for count in [1, 2, 3, 31, 64, 100, 127, 128] as [UInt32] {
      var numbers = (0..<count).map { _ in UInt32.random(in: 0...limit, using: &generator) }
      numbers[Int(count) / 2] = limit
      #expect(postings_bits(numbers, count) == bits)
      let size = postings_packed_bytes(count, bits)
      var bytes = [UInt8](repeating: 0xAA, count: size + Int(POSTINGS_SLACK))
      postings_pack(numbers, count, bits, &bytes)
      #expect(bytes[size...].allSatisfy { $0 == 0xAA })
      var back = [UInt32](repeating: 7, count: 128)
      postings_unpack(bytes, count, bits, &back)
      #expect(Array(back[..<Int(count)]) == numbers)

      // As distances they add up, wrapping as unsigned numbers do.
      var document: UInt32 = 41
      let sums = numbers.map { number -> UInt32 in
        document = document &+ number &+ 1
        return document
      }
      postings_unpack_documents(bytes, count, bits, 41, &back)
      #expect(Array(back[..<Int(count)]) == sums)
    }
  }

  @Test func `A document is found where it stands, or where it would`() {
    var generator = SeededGenerator(seed: 5)
    for count in 1...128 {
      let documents = Set((0..<count).map { _ in UInt32.random(in: 0..<500, using: &generator) }).sorted()
      for document in 0...500 as ClosedRange<UInt32> {
        let place = documents.firstIndex { $0 >= document } ?? documents.count
        #expect(postings_find(documents, UInt32(documents.count), document) == UInt32(place))
      }
    }
  }

  @Test func `All levels score, select and mask alike`() {
    var generator = SeededGenerator(seed: 6)
    let count = 4096
    let lengths = (0..<count).map { _ in UInt32.random(in: 1...3000, using: &generator) }
    let weight = PostingsWeight(weight: 1.7e8, base: 0.72, slope: 0.031)
    let documents = (0..<UInt32(count)).filter { _ in Bool.random(using: &generator) }
    let frequencies = documents.map { _ in UInt32.random(in: 1...40, using: &generator) }
    var spread = [UInt32](repeating: 0, count: count)
    for (document, frequency) in zip(documents, frequencies) { spread[Int(document)] = frequency }
    func results(_ level: CPULevel) -> (scores: [Int32], places: [UInt32], masks: [UInt64]) {
      var scores = [Int32](repeating: 0, count: count)
      for first in stride(from: 0, to: documents.count, by: 100) {
        let part = first..<min(first + 100, documents.count)
        postings_accumulate(
          level, Array(documents[part]), Array(frequencies[part]), UInt32(part.count), lengths, weight, 0, &scores)
      }
      postings_accumulate_all(level, spread, UInt32(count), lengths, weight, &scores)
      var mask = (0..<UInt64(64)).map { $0 &* 0x9E37_79B9_7F4A_7C15 | 1 }
      var places = [UInt32](repeating: 0, count: count + 16)
      let found = postings_select(level, scores, mask, UInt32(count), scores[Int(documents[0])] / 2, &places)
      var masks: [UInt64] = []
      let odd = UInt32(count - 37)
      postings_keep_equal(level, lengths.map { $0 % 3 }, odd, 1, true, &mask)
      masks += mask
      postings_keep_equal(level, lengths.map { $0 % 2 }, odd, 1, false, &mask)
      masks += mask
      postings_keep_times(level, lengths.map { Int64($0) - 1000 }, odd, -500, 700, &mask)
      return (scores, Array(places[..<Int(found)]), masks + mask)
    }
    let portable = results(.portable)
    #expect(portable.places.count > 100)
    #expect(portable.places == portable.places.sorted(by: >))
    #expect(zip(portable.scores, spread).allSatisfy { ($0 > 0) == ($1 > 0) })
    for level in Self.levels {
      let other = results(level)
      #expect(other.scores == portable.scores)
      #expect(other.places == portable.places)
      #expect(other.masks == portable.masks)
    }
  }

  @Test func `A score grows with the frequency and falls with the length`() {
    let weight = PostingsWeight(weight: 1e9, base: 0.72, slope: 0.031)
    for length in [1, 5, 100, 1_000_000] as [UInt32] {
      for frequency in 1..<200 as Range<UInt32> {
        let score = postings_score(weight, frequency, length)
        #expect(score > 0)
        #expect(CompiledQuestion.bound(postings_score(weight, frequency + 1, length)) >= score)
        #expect(CompiledQuestion.bound(score) >= postings_score(weight, frequency, length + 1))
      }
    }
  }
}
