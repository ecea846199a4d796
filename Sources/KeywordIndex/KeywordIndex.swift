// The index: opening, and seeing what other processes wrote. Appending, merging, deleting and verifying are in extensions;
// what it holds and how it is searched is with KeywordSnapshot; the files on disk are described in KeywordFormat.swift.

public import Foundation
public import VectorIndex

/// An inverted index in memory-mapped files: the exact best messages by BM25, under exact filters.
///
/// One process writes (its caller holds a lock of its own), any number read at the same time. All methods may be called
/// from any thread. It knows words as strings and their stems: cutting text into words, stemming and stop words are its
/// owner's. Everything here is derived from the owner's messages: when an error says
/// ``VectorIndexError/asksForRebuild``, reset the index and append again.
///
/// ```swift
/// let index = try KeywordIndex.open(folder: folder, analyzer: 1, access: .writing)
/// try index.append(batch, highWater: lastMessage)
/// if index.needsMaintenance { try index.maintain() }
/// let hits = try index.snapshot.search(terms: [KeywordTerm(stem: "price")], topK: 10)
/// ```
public final class KeywordIndex: Sendable {
  /// The folder of the index's files.
  public let folder: URL
  /// How this instance may use it.
  public let access: VectorIndexAccess

  /// The owner's number for how words are cut and stemmed.
  public let analyzer: UInt32

  let files: IndexFolder
  let policy: KeywordPolicy
  private let current: Lock<KeywordSnapshot>
  /// Lets one change or refresh run at a time.
  let work = Lock<Void>(())

  private init(
    folder: URL, analyzer: UInt32, access: VectorIndexAccess, files: IndexFolder, policy: KeywordPolicy,
    snapshot: KeywordSnapshot
  ) {
    self.analyzer = analyzer
    self.folder = folder
    self.access = access
    self.files = files
    self.policy = policy
    current = Lock(snapshot)
  }

  /// Opens an index. Reads headers and sizes only; the rest is checked when it is first touched.
  ///
  /// - Parameters:
  ///   - folder: The index's own folder. Missing, it is created for writing and an empty index for reading.
  ///   - analyzer: The owner's number for how it cuts and stems words: an index of words that were cut otherwise asks for a
  ///     rebuild.
  ///   - access: For writing, the caller must hold a lock that keeps other writers out until this instance is released;
  ///     files that a killed writer left are removed.
  /// - Throws: ``VectorIndexError``, with codes of their own for another version of the format and for damage.
  public static func open(folder: URL, analyzer: UInt32, access: VectorIndexAccess) throws -> KeywordIndex {
    try open(folder: folder, analyzer: analyzer, access: access, policy: .standard)
  }

  /// The same with sizes of maintenance, and a hook before each step that changes something on the disk.
  package static func open(
    folder: URL, analyzer: UInt32, access: VectorIndexAccess, policy: KeywordPolicy, beforeStep: WriteStep? = nil
  ) throws -> KeywordIndex {
    let files = IndexFolder(folder, beforeStep: beforeStep)
    if access == .writing { try files.create() }
    let snapshot = try KeywordSnapshot.load(files, analyzer: analyzer)
    let index = KeywordIndex(
      folder: folder, analyzer: analyzer, access: access, files: files, policy: policy, snapshot: snapshot)
    if access == .writing { try index.removeOthers(than: snapshot.manifest) }
    return index
  }

  /// What the index holds now.
  public var snapshot: KeywordSnapshot { current.withLock { $0 } }

  /// Makes visible what other processes have written. Costs about a microsecond when nothing has changed. Does nothing
  /// on an index opened for writing, which is always current.
  public func refresh() throws {
    guard access == .reading else { return }
    // One at a time, so that no older snapshot replaces a newer one.
    try work.withLock { _ in
      let before = snapshot
      guard try files.status(of: KeywordFormat.manifestName)?.identity != before.identity else { return }
      try install(KeywordSnapshot.load(files, analyzer: analyzer, keeping: before))
    }
  }

  func install(_ snapshot: KeywordSnapshot) { current.withLock { $0 = snapshot } }

  func requireWriting() throws(VectorIndexError) {
    guard access == .writing else {
      throw VectorIndexError(
        code: .readOnly, file: files.path, what: "the keyword index was opened for reading",
        remedy: "open it for writing, holding the lock")
    }
  }

  /// Makes a manifest the current one. The files it names are on the disk; those it does not name go. The caller is at
  /// work alone.
  func publish(_ manifest: KeywordManifest) throws {
    var manifest = manifest
    manifest.generation += 1
    try files.publish(manifest.encoded, as: KeywordFormat.manifestName)
    try install(KeywordSnapshot.load(files, analyzer: analyzer, keeping: snapshot))
    try removeOthers(than: manifest)
  }

  /// Unlinks the files that a manifest does not name: what it replaced, and what a killed writer left.
  private func removeOthers(than manifest: KeywordManifest) throws {
    let named = Set(manifest.segments.map(\.fileName) + [KeywordFormat.manifestName])
    for name in try files.names(where: KeywordFormat.isOurs) where !named.contains(name) { try files.remove(name) }
  }
}
