// The folder that models are installed in: where it lies, which models are there, and whether they are sound.

public import Foundation

/// The models installed for this user: one folder each below `folder`.
public struct ModelLibrary: Sendable {
  /// The model that is used where nothing else is asked for.
  public static let defaultModelName = "all-MiniLM-L6-v2"

  static let manifestName = "recollect-model.json"

  /// The library's folder; it need not exist.
  public let folder: String

  /// Where programs are looked for (`PATH`), and what they are started with.
  let environment: [String: String]

  public init(folder: String) {
    self.init(folder: folder, environment: ProcessInfo.processInfo.environment)
  }

  init(folder: String, environment: [String: String]) {
    self.folder = folder
    self.environment = environment
  }

  /// `$RECOLLECT_MODELS`, else `$XDG_DATA_HOME/recollect/models`, else `~/.local/share/recollect/models`.
  ///
  /// An empty variable counts as unset, and so does an `XDG_DATA_HOME` that is not absolute, as its specification says.
  public static func defaultFolder(
    environment: [String: String] = ProcessInfo.processInfo.environment
  ) -> String {
    if let folder = environment["RECOLLECT_MODELS"], !folder.isEmpty { return folder }
    if let data = environment["XDG_DATA_HOME"], data.hasPrefix("/") { return data + "/recollect/models" }
    let home = environment["HOME"].flatMap { $0.isEmpty ? nil : $0 } ?? NSHomeDirectory()
    return home + "/.local/share/recollect/models"
  }

  /// The models whose files are all there with the recorded sizes, by name. `verify(_:)` looks closer.
  public func installed() -> [InstalledModel] {
    let names = (try? FileManager.default.contentsOfDirectory(atPath: folder)) ?? []
    return names.sorted().compactMap { name in
      name.hasPrefix(".") ? nil : installedModel(at: folder + "/" + name)
    }
  }

  /// The default model where it is installed, else the first of the others by name; nil where there is none.
  public func locateDefault() -> InstalledModel? {
    let models = installed()
    return models.first { $0.name == Self.defaultModelName } ?? models.first
  }

  /// Reads every file of a model again and compares sizes and hashes with the manifest.
  ///
  /// - Returns: What is wrong; nothing where the model is sound.
  public func verify(_ model: InstalledModel) throws -> [ModelProblem] {
    try model.manifest.files.compactMap { file in
      try Task.checkCancellation()
      return problem(with: file, in: model)
    }
  }

  private func problem(with file: ModelManifest.File, in model: InstalledModel) -> ModelProblem? {
    let path = model.folder + "/" + file.path
    let remedy = "Install the model again: recollect model install"
    func problem(_ kind: ModelProblem.Kind, _ what: String) -> ModelProblem {
      ModelProblem(kind: kind, path: file.path, description: "\(path) \(what). \(remedy)")
    }
    guard let size = FileDigest.size(of: path) else { return problem(.missing, "is missing") }
    guard size == file.size else { return problem(.wrongSize, "has \(size) bytes instead of \(file.size)") }
    do {
      let hash = try FileDigest.sha256(of: path)
      return hash == file.sha256 ? nil : problem(.wrongHash, "has been changed: its SHA-256 is \(hash)")
    } catch {
      return problem(.unreadable, "cannot be read: \(error.message)")
    }
  }

  /// The model in a folder, where it has a manifest and files of the recorded sizes.
  func installedModel(at path: String) -> InstalledModel? {
    guard let data = try? Data(contentsOf: URL(fileURLWithPath: path + "/" + Self.manifestName)),
      let manifest = try? JSONDecoder().decode(ModelManifest.self, from: data),
      manifest.files.allSatisfy({ $0.isInsideFolder && FileDigest.size(of: path + "/" + $0.path) == $0.size })
    else { return nil }
    return InstalledModel(folder: path, manifest: manifest)
  }
}

extension ModelManifest.File {
  /// A manifest may not lead out of its model's folder.
  fileprivate var isInsideFolder: Bool {
    !path.hasPrefix("/") && !path.split(separator: "/").contains("..")
  }
}
