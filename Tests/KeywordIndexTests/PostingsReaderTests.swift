// Blocks of postings that no writer would write: they are refused, whatever their checksums say.

import Testing
import VectorIndex

@testable import KeywordIndex

@Suite struct PostingsReaderTests {
  /// A segment of 300 documents with one list of postings.
  private func segment(_ documents: [UInt32]) -> (KeywordSegment, PostingsList) {
    var columns = DocumentColumns()
    for key in 1...300 as ClosedRange<Int64> {
      columns.append(KeywordDocument(key: key, session: 1, channel: 1, author: 0, role: 0, timestamp: key))
    }
    var postings = PostingsWriter()
    let frequencies = [UInt32](repeating: 1, count: documents.count)
    let list = documents.withUnsafeBufferPointer { documents in
      frequencies.withUnsafeBufferPointer { frequencies in
        columns.lengths.withUnsafeBufferPointer { lengths in
          postings.append(documents: documents, frequencies: frequencies, lengths: lengths)
        }
      }
    }
    let contents = SegmentContents(
      columns: columns, stems: DictionaryContents(), words: DictionaryContents(), wordStems: [], postings: postings)
    return (contents.segment(), list)
  }

  /// What the list's blocks say, read one after the other.
  private func read(_ documents: [UInt32]) throws -> [UInt32] {
    let (segment, list) = segment(documents)
    let memory = UnsafeMutablePointer<UInt32>.allocate(capacity: PostingsReader.memory)
    defer { memory.deallocate() }
    var read: [UInt32] = []
    let reader = try PostingsReader(list, of: segment, memory: memory)
    try reader.forEachBlock { documents, _ in read += documents }
    return read
  }

  @Test func `Documents that do not ascend are damage, between the ends of a block too`() throws {
    #expect(try read([0, 5, 299]) == [0, 5, 299])
    #expect(try read(Array(0..<300)) == Array(0..<300))
    #expect(try read(Array(stride(from: 1, to: 300, by: 2))) == Array(stride(from: 1, to: 300, by: 2)))
    // Distances wrap round, so that the ends of a block are right where its middle is not.
    var full = Array(0..<128) as [UInt32]
    full.swapAt(60, 61)
    var beyond = Array(0..<128) as [UInt32]
    beyond[70] = 250
    var second = Array(0..<290) as [UInt32]
    second[200] = 190
    for documents in [[3, 200, 7, 299], [0, 5, 5, 9], full, beyond, second] as [[UInt32]] {
      let error = thrownError { _ = try read(documents) }
      #expect(error?.code == .damaged, "\(documents): \(String(describing: error))")
    }
    // A block that begins before the end of the one before it.
    let back = Array(100..<228) + Array(50..<60) + [299] as [UInt32]
    #expect(thrownError { _ = try read(back) }?.code == .damaged)
  }
}
