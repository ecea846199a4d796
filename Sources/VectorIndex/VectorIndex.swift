// The index: opening, what it holds, and seeing what other processes wrote. Appending, deleting, searching and
// verifying are in extensions, a file each; the files on disk are described in FileFormat.swift.

public import Foundation

/// A product-quantized vector index in memory-mapped files, searched by cosine under exact filters.
///
/// Rows are appended to a tail, which is searched in full. ``maintain()`` seals tails into segments, where rows have
/// product-quantized codes in coarse lists, and merges segments; it runs beside searches and appends.
///
/// One process writes (its caller holds a lock of its own), any number read at the same time. All methods may be called
/// from any thread; searches run side by side, appends and deletions one after the other. Everything here is derived
/// from the owner's messages: when an error says ``VectorIndexError/asksForRebuild``, reset the index and append again.
///
/// ```swift
/// let index = try VectorIndex.open(folder: folder, configuration: configuration, access: .writing)
/// try index.append(rows: rows, vectors: vectors, highWater: lastMessage)
/// if index.needsMaintenance { try index.maintain() }
/// let hits = try index.search(query: embedding, topK: 10, filter: VectorFilter(excludedSession: current))
/// ```
public final class VectorIndex: Sendable {
  /// The folder of the index's files.
  public let folder: URL
  /// What the index was made for.
  public let configuration: VectorIndexConfiguration
  /// How this instance may use it.
  public let access: VectorIndexAccess

  let files: IndexFolder
  private let current: Lock<IndexView>
  /// What the writing side holds open; also the lock that lets one append or deletion run at a time.
  let writer: Lock<WriterState>
  /// Held by the one maintenance that runs.
  let maintenance = Lock<Void>(())
  /// When tails are sealed and segments merged.
  let policy: MaintenancePolicy
  let scratch = ScratchPool()

  private init(
    folder: URL, configuration: VectorIndexConfiguration, access: VectorIndexAccess, files: IndexFolder,
    view: IndexView, writer: WriterState, policy: MaintenancePolicy
  ) {
    self.folder = folder
    self.configuration = configuration
    self.access = access
    self.files = files
    self.policy = policy
    current = Lock(view)
    self.writer = Lock(writer)
  }

  /// Opens an index. Reads headers and sizes only; rows are checked when they are first touched.
  ///
  /// - Parameters:
  ///   - folder: The index's own folder. Missing, it is created for writing and an empty index for reading.
  ///   - configuration: What the index was or will be made for.
  ///   - access: For writing, the caller must hold a lock that keeps other writers out until this instance is released;
  ///     what a killed writer left undone is finished first.
  /// - Throws: ``VectorIndexError``, with a code of its own for another model, other dimensions, another version of the
  ///   format, and damage.
  public static func open(
    folder: URL, configuration: VectorIndexConfiguration, access: VectorIndexAccess
  ) throws -> VectorIndex {
    try open(folder: folder, configuration: configuration, access: access, policy: .standard, beforeStep: nil)
  }

  /// The same with sizes of maintenance to choose.
  package static func open(
    folder: URL, configuration: VectorIndexConfiguration, access: VectorIndexAccess, policy: MaintenancePolicy
  ) throws -> VectorIndex {
    try open(folder: folder, configuration: configuration, access: access, policy: policy, beforeStep: nil)
  }

  static func open(
    folder: URL, configuration: VectorIndexConfiguration, access: VectorIndexAccess, policy: MaintenancePolicy,
    beforeStep: WriteStep?
  ) throws -> VectorIndex {
    let files = IndexFolder(folder, beforeStep: beforeStep)
    try configuration.validate(file: files.path)
    var view: IndexView
    var writer = WriterState()
    switch access {
    case .reading:
      view = try IndexView.load(files, configuration: configuration)
    case .writing:
      try files.create()
      view = try IndexView.load(files, configuration: configuration)
      if view.commit == nil {
        try Self.createEmpty(in: files, configuration: configuration)
        view = try IndexView.load(files, configuration: configuration)
      }
      view = try writer.recover(view, configuration: configuration, files: files)
    }
    return VectorIndex(
      folder: folder, configuration: configuration, access: access, files: files, view: view, writer: writer,
      policy: policy)
  }

  // MARK: What it holds

  /// The snapshot that reading works on.
  var view: IndexView { current.withLock { $0 } }

  func install(_ view: IndexView) { current.withLock { $0 = view } }

  /// The owner's mark of everything covered so far, as given to the last append; 0 in a new index. The owner appends
  /// what comes after it.
  public var highWater: Int64 { view.record.highWater }

  /// Rows in the files, deleted ones included until maintenance leaves them out.
  public var rowCount: Int { view.rowCount }

  /// Rows that a search can return.
  public var liveCount: Int { view.liveCount }

  /// Whether no row can be returned.
  public var isEmpty: Bool { liveCount == 0 }

  /// Figures about the index. Looks at the files' sizes.
  public func statistics() -> VectorIndexStatistics {
    let view = view
    var allocated: Int64 = 0
    var mapped: Int64 = 0
    let names = view.commit == nil ? [] : [FileFormat.commitName] + view.manifest.fileNames
    for name in names {
      // A file that cannot be looked at now (a newer generation may have replaced it) counts as nothing.
      guard let status = try? files.status(of: name) else { continue }
      allocated += status.allocated
      mapped += Int64(status.size)
    }
    return VectorIndexStatistics(
      rowCount: view.rowCount, liveCount: view.liveCount, segmentCount: view.segments.count,
      tailCount: view.tails.count,
      bytesOnDisk: allocated, bytesMapped: mapped, generation: view.manifest.generation)
  }

  /// Gives back the memory of what searches have touched, for when none is expected soon. The next one maps it again, at
  /// a cost of some milliseconds for a million rows.
  public func rest() { for segment in view.segments { segment.file.rest() } }

  // MARK: Other processes

  /// Makes visible what other processes have appended, and notices a reset. Deletions need no refresh. Costs about a
  /// microsecond when nothing has changed. Does nothing on an index opened for writing, which is always current.
  public func refresh() throws {
    guard access == .reading else { return }
    // One at a time, so that no older view replaces a newer one.
    try writer.withLock { _ in try refreshLocked() }
  }

  private func refreshLocked() throws {
    let before = view
    let identity = try files.status(of: FileFormat.commitName)?.identity
    if let commit = before.commit, commit.file.identity == identity {
      let record = try commit.latest()
      if record == before.record { return }
      if record.generation == before.record.generation, record.recoveries == before.record.recoveries {
        install(try before.advanced(to: record, folder: files))
        return
      }
    } else if identity == nil, before.commit == nil {
      return
    }
    install(try IndexView.load(files, configuration: configuration, keeping: before))
  }

  func requireWriting() throws(VectorIndexError) {
    guard access == .writing else {
      throw VectorIndexError(
        code: .readOnly, file: files.path, what: "the index was opened for reading",
        remedy: "open it for writing, holding the lock")
    }
  }
}
