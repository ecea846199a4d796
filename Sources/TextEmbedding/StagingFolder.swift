// Where an installation is put together before it appears under its name.

internal import Foundation

/// A hidden folder inside the library, removed at the end whatever happens.
struct StagingFolder {
  static let requiredFiles = ["model.safetensors", "vocab.txt"]
  private static let optionalFiles = [
    "config.json", "tokenizer_config.json", "1_Pooling/config.json", "config_sentence_transformers.json", "LICENSE",
  ]
  private static let prefix = ".installing-"

  private let library: String
  private let path: String
  private var files: FileManager { .default }

  /// Where a package is fetched to.
  var fetched: String { path + "/fetched" }
  /// The model's folder as it will be.
  var model: String { path + "/model" }

  init(library: String) throws(EmbeddingError) {
    self.library = library
    path = library + "/" + Self.prefix + UUID().uuidString
    removeLeftovers()
    for folder in [model, fetched] {
      try Self.attempt("cannot create a folder", at: folder) {
        try FileManager.default.createDirectory(
          atPath: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
      }
    }
  }

  func remove() { try? files.removeItem(atPath: path) }

  /// Copies or moves a model's files here, and hashes them.
  func take(
    _ source: String, moving: Bool, _ progress: (InstallProgress) -> Void
  ) throws -> [ModelManifest.File] {
    var taken: [ModelManifest.File] = []
    for name in Self.requiredFiles + Self.optionalFiles {
      try Task.checkCancellation()
      let from = source + "/" + name
      let to = model + "/" + name
      guard FileDigest.size(of: from) != nil else {
        guard Self.requiredFiles.contains(name) else { continue }
        throw EmbeddingError(
          .missing, "there is no \(name)", at: source,
          remedy: "Name a folder with \(Self.requiredFiles.joined(separator: " and "))")
      }
      progress(.copying(name))
      try Self.attempt("cannot copy a file of the model", at: to) {
        try files.createDirectory(
          atPath: (to as NSString).deletingLastPathComponent, withIntermediateDirectories: true,
          attributes: [.posixPermissions: 0o700])
        if moving {
          try files.moveItem(atPath: from, toPath: to)
        } else {
          // A link would tie the installed model to the place it came from.
          try files.copyItem(atPath: URL(fileURLWithPath: from).resolvingSymlinksInPath().path, toPath: to)
        }
        try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: to)
      }
      try Self.synchronize(to)
      progress(.checking(name))
      taken.append(
        ModelManifest.File(
          path: name, size: FileDigest.size(of: to) ?? 0, sha256: try FileDigest.sha256(of: to)))
    }
    return taken
  }

  func write(_ manifest: ModelManifest) throws(EmbeddingError) {
    let to = model + "/" + ModelLibrary.manifestName
    try Self.attempt("cannot write the manifest", at: to) {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try encoder.encode(manifest).write(to: URL(fileURLWithPath: to))
      try files.setAttributes([.posixPermissions: 0o600], ofItemAtPath: to)
    }
    try Self.synchronize(to)
  }

  /// Gives the model its name. One of that name that is there is not sound, or was installed meanwhile by another
  /// process; it makes way.
  func publish(_ manifest: ModelManifest) throws(EmbeddingError) -> InstalledModel {
    let target = library + "/" + manifest.name
    try Self.synchronize(model)
    if rename(model, target) != 0 {
      let replaced = path + "/replaced"
      guard errno == ENOTEMPTY || errno == EEXIST || errno == ENOTDIR, rename(target, replaced) == 0,
        rename(model, target) == 0
      else {
        throw EmbeddingError(
          .inputOutput, "cannot move the model to its place: \(String(cString: strerror(errno)))", at: target,
          remedy: "Check the folder's permissions")
      }
    }
    try Self.synchronize(library)
    return InstalledModel(folder: target, manifest: manifest)
  }

  /// Removes what interrupted installations left behind, once they are old enough to be surely dead.
  private func removeLeftovers() {
    for name in (try? files.contentsOfDirectory(atPath: library)) ?? [] where name.hasPrefix(Self.prefix) {
      var status = stat()
      let path = library + "/" + name
      guard stat(path, &status) == 0, time(nil) - status.st_mtim.tv_sec > 24 * 60 * 60 else { continue }
      try? files.removeItem(atPath: path)
    }
  }

  /// Waits until a file or folder is on the disk.
  private static func synchronize(_ path: String) throws(EmbeddingError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    defer { if descriptor >= 0 { close(descriptor) } }
    guard descriptor >= 0, fsync(descriptor) == 0 else {
      throw EmbeddingError(.inputOutput, "cannot write to disk: \(String(cString: strerror(errno)))", at: path)
    }
  }

  private static func attempt(_ what: String, at path: String, _ body: () throws -> Void) throws(EmbeddingError) {
    do {
      try body()
    } catch {
      throw EmbeddingError(
        .inputOutput, "\(what): \(error.localizedDescription)", at: path,
        remedy: "Check the folder's permissions and the free space")
    }
  }
}
