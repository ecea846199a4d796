// What an index holds at one moment. Searching and looking up are in extensions.

internal import VectorIndex

/// An immutable view of an index: later changes do not touch it.
public final class KeywordSnapshot: Sendable {
  let manifest: KeywordManifest
  /// In the order of their keys.
  let segments: [KeywordSegment]
  /// Held open, so that no later manifest has the same inode. Nil where there is no index yet.
  private let manifestFile: OpenFile?
  let identity: FileIdentity?

  /// The owner's mark: every message up to it is covered, whether or not it is there any more. 0 in a new index.
  public var highWater: Int64 { manifest.highWater }

  /// How many documents there are.
  public var documents: Int { manifest.segments.reduce(0) { $0 + Int($1.documents) } }

  /// The lengths of all documents, added up.
  var totalLength: UInt64 { segments.reduce(0) { $0 + $1.header.totalLength } }

  /// Words a document has on average, each occurrence counted.
  public var averageLength: Double { documents == 0 ? 0 : Double(totalLength) / Double(documents) }

  /// What an index holds that is not there.
  public static func empty(analyzer: UInt32) -> KeywordSnapshot {
    KeywordSnapshot(manifest: KeywordManifest(analyzer: analyzer), segments: [], file: nil, identity: nil)
  }

  init(manifest: KeywordManifest, segments: [KeywordSegment], file: OpenFile?, identity: FileIdentity?) {
    self.manifest = manifest
    self.segments = segments
    manifestFile = file
    self.identity = identity
  }

  /// Reads what the folder holds now. Keeps mapped segments of `previous` that are still part of it: the same files, not only
  /// the same names, which a folder that came back from a backup may have given to others.
  static func load(
    _ folder: IndexFolder, analyzer: UInt32, keeping previous: KeywordSnapshot? = nil
  ) throws -> KeywordSnapshot {
    let name = KeywordFormat.manifestName
    // A writer may publish a manifest, and unlink what only the one before names, while this reads: then try again.
    for _ in 0..<100 {
      guard let file = try folder.openForReading(name) else {
        guard try folder.status(of: name) == nil else { continue }
        let others = try folder.names(where: { KeywordFormat.identifier(ofSegment: $0) != nil })
        guard try folder.status(of: name) == nil else { continue }
        guard others.isEmpty else {
          throw VectorIndexError.damaged(folder.path(of: name), "the manifest is missing")
        }
        return .empty(analyzer: analyzer)
      }
      let (bytes, identity) = try folder.contents(of: file)
      let result = Result { () throws -> KeywordSnapshot in
        let manifest = try KeywordManifest(bytes: bytes, file: folder.path(of: name))
        guard manifest.analyzer == analyzer else {
          throw VectorIndexError(
            code: .olderVersion, file: folder.path(of: name),
            what: "the words were cut by version \(manifest.analyzer) of the analyzer, not by \(analyzer)",
            remedy: "rebuild the keyword index from the messages")
        }
        let kept = Dictionary(
          (previous?.segments ?? []).map { ($0.name, $0) }, uniquingKeysWith: { first, _ in first })
        let segments = try manifest.segments.map { entry in
          if let segment = kept[entry.fileName],
            try folder.status(of: entry.fileName)?.identity == segment.identity
          {
            return segment
          }
          guard let segment = try KeywordSegment(entry, in: folder) else {
            throw VectorIndexError.damaged(folder.path(of: entry.fileName), "the segment is missing")
          }
          return segment
        }
        return KeywordSnapshot(manifest: manifest, segments: segments, file: file, identity: identity)
      }
      if try folder.status(of: name)?.identity == identity { return try result.get() }
    }
    throw VectorIndexError(
      code: .system, file: folder.path, what: "the keyword index was replaced again and again while it was opened",
      remedy: "try again when the other process has finished")
  }
}
