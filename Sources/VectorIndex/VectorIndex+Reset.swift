// Emptying an index, whatever state it is in.

public import Foundation

extension VectorIndex {
  /// Replaces whatever is in a folder, damaged or made for another model, by an empty index; its mark is 0. Readers that
  /// have the old files mapped keep them until they refresh. To rebuild: reset, open for writing, append everything.
  ///
  /// The caller holds the lock, and has released any instance of its own that is open for writing.
  public static func reset(folder: URL, configuration: VectorIndexConfiguration) throws {
    let files = IndexFolder(folder)
    try configuration.validate(file: files.path)
    try files.create()
    try createEmpty(in: files, configuration: configuration)
  }

  /// Empties an index that is open for writing: the same as ``reset(folder:configuration:)``.
  public func removeAll() throws {
    try requireWriting()
    try writer.withLock { writer in
      writer.isMidway = true
      writer.closeAll()
      try Self.createEmpty(in: files, configuration: configuration)
      install(try IndexView.load(files, configuration: configuration))
      writer.isMidway = false
    }
  }

  /// Publishes an empty generation in a new commit file and unlinks everything older.
  static func createEmpty(in files: IndexFolder, configuration: VectorIndexConfiguration) throws {
    // Generations and identifiers go on from those seen, so that no name is used twice for different contents.
    let older = try files.names()
    let generation = (older.compactMap { FileFormat.generation(ofManifest: $0) }.max() ?? 0) &+ 1
    let identifier = (older.compactMap { FileFormat.identifier(of: $0) }.max() ?? 0) &+ 1
    let manifest = Manifest(configuration: configuration, generation: generation, nextIdentifier: identifier)
    try files.publish(manifest.encoded, as: manifest.fileName)
    try files.publish(CommitRecord.newFile(generation: generation), as: FileFormat.commitName)
    for name in older where name != FileFormat.commitName && name != manifest.fileName { try files.remove(name) }
    try files.synchronizeFolder()
  }
}
