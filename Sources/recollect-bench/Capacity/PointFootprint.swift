// What one message costs on one node, in bytes, by what Qdrant makes of it.

/// Bytes of a point with all that belongs to it, in one copy.
///
/// The figures were measured on qdrant-edge-py 0.9.0, the engine of Qdrant 1.19, in collections of 50,000 and 100,000 points
/// like recollect's: made-up messages of 187 bytes on average (25 different words, 22 token signs), tenants of 1,000 and of
/// 25,000. Blocks on the disk were counted by file; memory is what the process had more after it opened the shard, once the C
/// library gave back what it held. `Tests/peers/qdrant_bytes.py` measures a collection that way.
struct PointFootprint: Equatable, Sendable {
  /// Where the payload indexes are.
  enum IndexPlace: String, CaseIterable, Sendable {
    case memory, disk
  }

  /// Numbers of a vector.
  var dimensions = 384
  /// UTF-8 bytes of a message on average.
  var contentBytes = 187.0
  /// How many times smaller the product-quantized vector is than the whole one.
  var compression = 16.0
  var indexPlace = IndexPlace.memory

  /// Different words a byte of content.
  static let wordsPerByte = 25.25 / 186.9
  /// Token signs a byte of content; 48 bytes each, 64 in the payload's base64.
  static let tokensPerByte = 22.1 / 186.9
  /// Of the payload, without content and token signs: names, ids, times.
  static let payloadFrame = 412.0
  /// Of a point's neighbours in its tenant's graph (payload_m 32), compressed. Tenants below some 6,500 messages have no
  /// graph, and are looked through.
  static let graphLinks = 87.0
  /// Of a word of a message: its weight with the point, and its posting.
  static let storedWord = 11.5
  static let postedWord = 4.7
  /// Of all payload indexes (17 fields), as files and in memory.
  static let indexFiles = 574.0
  static let indexesInMemory = 528.0
  static let indexesOnDisk = 142.0
  /// Of ids, versions and everything else that grows with the points.
  static let identityFiles = 30.0
  static let identityInMemory = 175.0

  /// The vector as it came, on the disk: read to rescore.
  var wholeVector: Double { Double(dimensions) * 4 }
  /// In memory and on the disk.
  var quantizedVector: Double { wholeVector / compression }
  /// On the disk.
  var payload: Double { Self.payloadFrame + contentBytes * (1 + Self.tokensPerByte * 64) }
  /// Postings in memory and on the disk.
  var postings: Double { contentBytes * Self.wordsPerByte * Self.postedWord }

  /// On the disk in all.
  var disk: Double {
    wholeVector + quantizedVector + Self.graphLinks + payload + postings
      + contentBytes * Self.wordsPerByte * Self.storedWord + Self.indexFiles + Self.identityFiles
  }

  /// What must stay in memory for a search not to wait for the disk at every step.
  var resident: Double {
    let indexes = indexPlace == .memory ? Self.indexesInMemory : Self.indexesOnDisk
    return quantizedVector + Self.graphLinks + postings + indexes + Self.identityInMemory
  }

  /// What searches read of the disk: whole vectors and payloads. The more of it the page cache holds, the better.
  var read: Double { wholeVector + payload }
}
