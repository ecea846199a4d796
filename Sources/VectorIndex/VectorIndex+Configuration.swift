// What an index says of itself before it is opened.

public import Foundation

extension VectorIndex {
  /// The configuration an index was made with, for work that needs no model (deleting, verifying).
  ///
  /// - Returns: nil where the folder holds no index.
  /// - Throws: ``VectorIndexError`` with ``VectorIndexError/Code/damaged`` or a version's code.
  public static func recordedConfiguration(folder: URL) throws -> VectorIndexConfiguration? {
    let files = IndexFolder(folder)
    guard try files.status(of: FileFormat.commitName) != nil else {
      guard try files.names().contains(where: { FileFormat.identifier(of: $0) != nil }) else { return nil }
      throw VectorIndexError.damaged(files.path(of: FileFormat.commitName), "the commit file is missing")
    }
    // A writer may publish another generation between the two reads: look again then.
    for attempt in 0..<100 {
      guard let commit = try CommitFile(in: files) else { continue }
      let name = FileFormat.manifestName(generation: try commit.latest().generation)
      if let bytes = try files.contents(of: name) {
        return try Manifest(bytes: bytes, file: files.path(of: name)).configuration
      }
      if attempt == 99 { throw VectorIndexError.damaged(files.path(of: name), "the manifest is missing") }
    }
    return nil
  }
}
