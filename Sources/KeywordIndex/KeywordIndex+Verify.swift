// Verifying every byte of every file, and what the parts of a segment say of each other.

internal import CVectorKernels
public import VectorIndex

extension KeywordIndex {
  /// Recomputes every checksum of every file, from the files as they are now, trusting nothing verified before, and compares
  /// the parts of each segment. Other processes may read and write meanwhile.
  ///
  /// - Returns: What is wrong, file by file; empty when all is sound. Files that cannot be read are damage too.
  public func verify() -> [VectorIndexDamage] {
    do {
      let snapshot = try KeywordSnapshot.load(files, analyzer: analyzer)
      var damage: [VectorIndexDamage] = []
      for (segment, entry) in zip(snapshot.segments, snapshot.manifest.segments) {
        let broken = segment.verify()
        damage += broken
        // What lies behind a wrong checksum need not be read.
        guard broken.isEmpty else { continue }
        var faults = try segment.checkInvariants()
        if try segment.key(of: 0) != entry.lowestKey || segment.key(of: segment.documents - 1) != entry.highestKey {
          faults.append("the keys are not those that the manifest names")
        }
        damage += faults.map { VectorIndexDamage(file: segment.name, what: $0) }
      }
      return damage
    } catch let error as VectorIndexError {
      let name = error.file.split(separator: "/").last.map(String.init) ?? error.file
      return [VectorIndexDamage(file: name, what: error.what)]
    } catch {
      return [VectorIndexDamage(file: files.path, what: String(describing: error))]
    }
  }

  /// Whether the structures agree with each other, for tests: between the manifest and the files, and within segments.
  func checkInvariants() throws -> [String] {
    let snapshot = snapshot
    var broken: [String] = []
    let identifiers = snapshot.manifest.segments.map(\.identifier)
    if Set(identifiers).count != identifiers.count { broken.append("no two segments share an identifier") }
    if !identifiers.allSatisfy({ $0 < snapshot.manifest.nextIdentifier }) {
      broken.append("identifiers are not reused")
    }
    let named = Set(snapshot.manifest.segments.map(\.fileName) + [KeywordFormat.manifestName])
    if access == .writing, snapshot.identity != nil, Set(try files.names(where: KeywordFormat.isOurs)) != named {
      broken.append("the folder holds the manifest's files and no others")
    }
    for segment in snapshot.segments { broken += try segment.checkInvariants() }
    return broken
  }

  /// The keys of all documents, ascending.
  public func keys() throws -> [Int64] {
    try snapshot.segments.flatMap { Array(try $0.elements(.keys, 0..<$0.documents, as: Int64.self)) }
  }
}

extension KeywordSegment {
  /// What the parts of the segment say of each other: dictionaries ascend, lists ascend within the documents and say truly
  /// what their blocks hold, lengths are the words' frequencies added up, zones cover their documents. Empty when all
  /// is well; a few examples otherwise.
  func checkInvariants() throws -> [String] {
    var broken: [String] = []
    func expect(_ condition: Bool, _ what: @autoclosure () -> String) {
      if !condition, broken.count < 10 { broken.append(what()) }
    }
    let keys = try elements(.keys, 0..<documents, as: Int64.self)
    expect((1..<max(1, documents)).allSatisfy { keys[$0 - 1] < keys[$0] }, "the keys do not ascend")
    let lengths = try elements(.lengths, 0..<documents, as: UInt32.self)
    expect(lengths.reduce(UInt64(0)) { $0 + UInt64($1) } == header.totalLength, "the lengths do not add up")

    let times = try elements(.timestamps, 0..<documents, as: Int64.self)
    let sessions = try elements(.sessions, 0..<documents, as: UInt32.self)
    let zones = try elements(.zones, 0..<layout.shape.windows, as: DocumentZone.self)
    for document in 0..<documents {
      let zone = zones[document / KeywordFormat.windowSize]
      expect(
        (zone.earliest...max(zone.earliest, zone.latest)).contains(times[document])
          && (zone.lowestSession...max(zone.lowestSession, zone.highestSession)).contains(sessions[document]),
        "document \(document) lies outside of its zone")
    }

    let stems = SegmentDictionary.stems(of: self)
    let words = SegmentDictionary.words(of: self)
    var byStem = [UInt64](repeating: 0, count: stems.count)
    let memory = UnsafeMutablePointer<UInt32>.allocate(capacity: PostingsReader.memory)
    defer { memory.deallocate() }
    for (dictionary, kind) in [(stems, "stem"), (words, "word")] {
      var summed = [UInt32](repeating: 0, count: documents)
      for number in 0..<dictionary.count {
        if number > 0 {
          expect(
            TermBytes.precedes(try dictionary.term(number - 1), try dictionary.term(number)),
            "\(kind) \(number) does not come after the one before")
        }
        let reader = try PostingsReader(dictionary.list(number), of: self, memory: memory)
        var total: UInt64 = 0
        for block in 0..<reader.blocks.count {
          try reader.load(block)
          let frequencies = reader.frequencies()
          let entry = reader.blocks[block]
          for index in 0..<reader.count {
            let document = reader.documents[index]
            expect(index == 0 || reader.documents[index - 1] < document, "\(kind) \(number): documents do not ascend")
            guard document < documents else { continue }
            summed[Int(document)] &+= frequencies[index]
            total += UInt64(frequencies[index])
            expect(
              UInt16(clamping: frequencies[index]) <= entry.highestFrequency
                && UInt16(clamping: lengths[Int(document)]) >= entry.lowestLength,
              "\(kind) \(number): block \(block) promises too little")
          }
        }
        if kind == "stem" {
          byStem[number] = total
        } else {
          let stem = Int(try elements(.wordStems, number..<number + 1, as: UInt32.self)[0])
          if stem < byStem.count { byStem[stem] &-= total } else { expect(false, "word \(number) has no stem") }
        }
      }
      expect(summed.elementsEqual(lengths), "the frequencies of all \(kind)s are not the documents' lengths")
    }
    expect(byStem.allSatisfy { $0 == 0 }, "the words of a stem do not add up to it")
    return broken
  }
}
