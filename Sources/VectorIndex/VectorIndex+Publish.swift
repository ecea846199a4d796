// Publishing a generation.

extension VectorIndex {
  /// Makes a manifest the current one, with a record that `change` completes, and unlinks the files that only the one
  /// before it names. What the manifest names must be on the disk. Returns the view of it.
  ///
  /// - Parameter last: the record published last, where that is a later one than the view's.
  func publish(
    _ manifest: Manifest, over view: IndexView, after last: CommitRecord? = nil, writer: inout WriterState,
    _ change: (inout CommitRecord) -> Void
  ) throws -> IndexView {
    var manifest = manifest
    manifest.generation = view.manifest.generation + 1
    try files.publish(manifest.encoded, as: manifest.fileName)
    var record = (last ?? view.record).next {
      $0.generation = manifest.generation
      change(&$0)
    }
    try writer.publish(record, files, synchronized: true)
    // The older files may go once neither slot names them.
    record = record.next { _ in }
    try writer.publish(record, files, synchronized: true)
    let current = Set(manifest.fileNames)
    for name in view.manifest.fileNames where !current.contains(name) { try files.remove(name) }
    writer.closeAll(but: Set(manifest.segments.map(\.identifier) + manifest.tails.map(\.identifier)))
    return try IndexView.load(files, configuration: configuration, keeping: view)
  }
}
