// Documents on their way into the index: collected, then an image that is searched as it is or written as a segment.

internal import CVectorKernels
internal import VectorIndex

/// Some documents, ready to be searched beside an index or appended to it.
public struct KeywordBatch: Sendable {
  /// Nil where there are none.
  let segment: KeywordSegment?

  /// No documents.
  public static let empty = KeywordBatch(segment: nil)

  /// How many documents it holds.
  public var documents: Int { segment?.documents ?? 0 }
}

/// Collects documents with their words.
///
/// ```swift
/// var builder = KeywordBatchBuilder(stemming: { stemmer.stem($0) })
/// try builder.add(document, words: ["contracts", "signed"])
/// try index.append(builder.batch(), highWater: document.key)
/// ```
public struct KeywordBatchBuilder {
  private let stem: (String) -> String
  private var columns = DocumentColumns()
  private var stems = TermTable()
  private var words = TermTable()
  /// The stem of each word.
  private var wordStems: [Int] = []
  private var stemPostings = PostingsCollector()
  private var wordPostings = PostingsCollector()

  /// - Parameter stemming: Gives a word's stem: asked once for each different word, so that a word has one stem. Long words come
  ///   cut (see ``KeywordTerm/limit``): what is that long should be its own stem, or a question that is stemmed
  ///   before it is cut asks for another.
  public init(stemming stem: @escaping (String) -> String) { self.stem = stem }

  /// How many documents it holds.
  public var documents: Int { columns.keys.count }

  /// The key of the last document; nil where there is none.
  public var lastKey: Int64? { columns.keys.last }

  /// The number of words collected, each occurrence counted.
  public private(set) var occurrences = 0

  /// Adds a document.
  ///
  /// - Parameters:
  ///   - document: Its key is higher than that of the one before.
  ///   - words: As written, but folded, in order; empty ones are passed over. See ``KeywordTerm/limit`` for long ones.
  /// - Throws: ``VectorIndexError`` for a key that is not higher.
  public mutating func add(_ document: KeywordDocument, words: some Sequence<String>) throws {
    try begin(document)
    for word in words {
      var word = word
      word.withUTF8 { add(word: $0) }
    }
  }

  /// Begins a document, whose words are then given one by one.
  public mutating func begin(_ document: KeywordDocument) throws {
    if let last = columns.keys.last, document.key <= last {
      throw VectorIndexError(
        code: .invalidArgument, file: "a batch of messages in memory",
        what: "document \(document.key) comes after document \(last)",
        remedy: "add documents in the order of their keys")
    }
    guard columns.keys.count < Int(Int32.max) else {
      throw VectorIndexError(
        code: .invalidArgument, file: "a batch of messages in memory", what: "the batch has 2^31 documents",
        remedy: "append it and begin another")
    }
    columns.append(document)
  }

  /// Adds a word, as UTF-8, to the document begun last.
  public mutating func add(word: UnsafeBufferPointer<UInt8>) {
    let document = columns.keys.count - 1
    guard document >= 0, !word.isEmpty else { return }
    let kept = UnsafeBufferPointer(rebasing: word.prefix(TermBytes.kept(word)))
    let (number, isNew) = words.insert(kept)
    if isNew {
      var stem = stem(String(decoding: kept, as: UTF8.self))
      let stemNumber = stem.withUTF8 { stem in
        stems.insert(
          stem.isEmpty ? kept : UnsafeBufferPointer(rebasing: stem.prefix(TermBytes.kept(stem)))
        ).number
      }
      wordStems.append(stemNumber)
    }
    wordPostings.add(number, document: UInt32(document))
    stemPostings.add(wordStems[number], document: UInt32(document))
    columns.lengths[document] += 1
    occurrences += 1
  }

  /// What was collected so far.
  public func batch() -> KeywordBatch {
    guard !columns.keys.isEmpty else { return KeywordBatch(segment: nil) }
    var postings = PostingsWriter()
    let stemLists = stemPostings.lists(of: stems.count, lengths: columns.lengths, &postings)
    // A word that is all its stem ever was shares its list.
    var wordsOfStem = [UInt32](repeating: 0, count: stems.count)
    for stem in wordStems { wordsOfStem[stem] += 1 }
    let wordLists = wordPostings.lists(of: words.count, lengths: columns.lengths, &postings) { word in
      wordsOfStem[wordStems[word]] == 1 ? stemLists[wordStems[word]] : nil
    }
    var place = [UInt32](repeating: 0, count: stems.count)
    let stemOrder = stems.sorted()
    for (index, stem) in stemOrder.enumerated() { place[stem] = UInt32(index) }
    let wordOrder = words.sorted()
    return KeywordBatch(
      segment: SegmentContents(
        columns: columns, stems: dictionary(stems, stemOrder, stemLists),
        words: dictionary(words, wordOrder, wordLists),
        wordStems: wordOrder.map { place[wordStems[$0]] }, postings: postings
      ).segment())
  }

  private func dictionary(_ table: TermTable, _ order: [Int], _ lists: [PostingsList]) -> DictionaryContents {
    var contents = DictionaryContents()
    table.bytes.withUnsafeBufferPointer { bytes in
      for number in order { contents.append(UnsafeBufferPointer(rebasing: bytes[table.range(number)]), lists[number]) }
    }
    return contents
  }
}

/// Postings in the order in which documents come, to be sorted by term.
private struct PostingsCollector {
  private var terms: [UInt32] = []
  private var documents: [UInt32] = []
  private var frequencies: [UInt32] = []
  /// Where each term's last posting stands.
  private var last: [Int] = []

  mutating func add(_ term: Int, document: UInt32) {
    if term == last.count { last.append(-1) }
    let place = last[term]
    if place >= 0, documents[place] == document {
      frequencies[place] += 1
      return
    }
    last[term] = terms.count
    terms.append(UInt32(term))
    documents.append(document)
    frequencies.append(1)
  }

  /// Writes the list of each term, but for those that have one already.
  func lists(
    of count: Int, lengths: [UInt32], _ writer: inout PostingsWriter, known: (Int) -> PostingsList? = { _ in nil }
  ) -> [PostingsList] {
    var starts = [Int](repeating: 0, count: count + 1)
    for term in terms { starts[Int(term) + 1] += 1 }
    for term in 0..<count { starts[term + 1] += starts[term] }
    var next = starts
    var sortedDocuments = [UInt32](repeating: 0, count: terms.count)
    var sortedFrequencies = sortedDocuments
    for (index, term) in terms.enumerated() {
      let place = next[Int(term)]
      next[Int(term)] += 1
      sortedDocuments[place] = documents[index]
      sortedFrequencies[place] = frequencies[index]
    }
    return (0..<count).map { term in
      if let known = known(term) { return known }
      let range = starts[term]..<starts[term + 1]
      return sortedDocuments.withUnsafeBufferPointer { documents in
        sortedFrequencies.withUnsafeBufferPointer { frequencies in
          lengths.withUnsafeBufferPointer { lengths in
            writer.append(
              documents: UnsafeBufferPointer(rebasing: documents[range]),
              frequencies: UnsafeBufferPointer(rebasing: frequencies[range]), lengths: lengths)
          }
        }
      }
    }
  }
}
