// Changing an index: appending, merging, deleting, emptying.

public import Foundation
internal import VectorIndex

extension KeywordIndex {
  /// Appends a batch as a new segment; it is on the disk, and other processes see it, at return.
  ///
  /// - Parameters:
  ///   - batch: Its keys lie above the present mark. An empty one only moves the mark.
  ///   - highWater: The new mark, at least the batch's last key and at least the present mark.
  public func append(_ batch: KeywordBatch, highWater: Int64) throws {
    try requireWriting()
    try work.withLock { _ in
      var manifest = snapshot.manifest
      guard highWater >= manifest.highWater else {
        throw invalid("the mark \(highWater) lies below the present one, \(manifest.highWater)")
      }
      if let segment = batch.segment {
        guard try segment.key(of: 0) > manifest.highWater else {
          throw invalid("document \(try segment.key(of: 0)) lies below the mark \(manifest.highWater)")
        }
        guard try segment.key(of: segment.documents - 1) <= highWater else {
          throw invalid("document \(try segment.key(of: segment.documents - 1)) lies above the new mark \(highWater)")
        }
        manifest.segments.append(try segment.write(identifier: manifest.takeIdentifier(), in: files))
      } else if highWater == manifest.highWater {
        return
      }
      manifest.highWater = highWater
      try publish(manifest)
    }
  }

  private func invalid(_ what: String) -> VectorIndexError {
    VectorIndexError(
      code: .invalidArgument, file: files.path, what: what,
      remedy: "append what comes after the index's mark, in the order of the keys")
  }

  /// Whether there are segments to merge.
  public var needsMaintenance: Bool { nextMerge() != nil }

  /// Merges segments until there are few: their number grows with the logarithm of the documents'. Searches and other
  /// processes go on meanwhile; appending and deleting wait.
  public func maintain() throws {
    try requireWriting()
    try work.withLock { _ in
      while let range = nextMerge() { try replace(range, dropping: []) }
    }
  }

  /// Neighbours to merge: from the newest one back, each of which is not much larger than all later ones together.
  private func nextMerge() -> Range<Int>? {
    let sizes = snapshot.manifest.segments.map { Int($0.documents) }
    var end = sizes.count
    while end > 0 {
      var first = end - 1
      var total = sizes[first]
      while first > 0, sizes[first - 1] <= policy.ratio * total, total + sizes[first - 1] <= policy.largest {
        first -= 1
        total += sizes[first]
      }
      if end - first >= policy.fanIn { return first..<end }
      // The later ones may be too small to count beside an older one, and older ones still be of like size.
      end = first
    }
    return nil
  }

  /// Writes some neighbouring segments as one, without some documents, and publishes that.
  private func replace(_ range: Range<Int>, dropping keys: [Int64]) throws {
    let old = snapshot
    var manifest = old.manifest
    var written: [KeywordManifest.Segment] = []
    var merge = try SegmentMerge(Array(old.segments[range]), dropping: keys)
    if let merged = try merge.run() {
      written = [try merged.write(identifier: manifest.takeIdentifier(), in: files)]
    }
    manifest.segments.replaceSubrange(range, with: written)
    try publish(manifest)
  }

  /// Removes documents. Every segment that has one is written anew without it and its words, so that no file of the index
  /// holds them any more; the segments' old files are unlinked.
  public func delete(keys: Set<Int64>) throws {
    try requireWriting()
    let keys = keys.sorted()
    try work.withLock { _ in
      for index in snapshot.segments.indices.reversed() {
        let segment = snapshot.segments[index]
        if try keys.contains(where: { try segment.document(of: $0) != nil }) {
          try replace(index..<index + 1, dropping: keys)
        }
      }
    }
  }

  /// Replaces whatever is in a folder, damaged or not, by an empty index; its mark is 0. The caller holds the lock, and
  /// has released any instance of its own that is open for writing.
  public static func reset(folder: URL, analyzer: UInt32) throws {
    let files = IndexFolder(folder)
    try files.create()
    let older = try files.names(where: KeywordFormat.isOurs)
    // No name is used twice for different contents: readers know segments by their names.
    var manifest = KeywordManifest(analyzer: analyzer)
    manifest.nextIdentifier = (older.compactMap { KeywordFormat.identifier(ofSegment: $0) }.max() ?? 0) &+ 1
    if let bytes = try files.contents(of: KeywordFormat.manifestName),
      let before = try? KeywordManifest(bytes: bytes, file: "")
    {
      manifest.nextIdentifier = max(manifest.nextIdentifier, before.nextIdentifier)
      manifest.generation = before.generation + 1
    }
    try files.publish(manifest.encoded, as: KeywordFormat.manifestName)
    for name in older where name != KeywordFormat.manifestName { try files.remove(name) }
    try files.synchronizeFolder()
  }
}

extension KeywordSegment {
  /// The number of the document with a key; nil when it is not there.
  func document(of key: Int64) throws -> Int? {
    let place = try firstDocument(atLeast: key)
    return try place < documents && self.key(of: place) == key ? place : nil
  }
}
