// A model in the library, what its manifest records, and what may be wrong with it.

/// A model that lies in the library's folder.
public struct InstalledModel: Sendable, Hashable {
  /// The folder with its files.
  public let folder: String
  /// What was recorded when it was installed.
  public let manifest: ModelManifest

  /// The name it is installed under.
  public var name: String { manifest.name }

  public init(folder: String, manifest: ModelManifest) {
    self.folder = folder
    self.manifest = manifest
  }
}

/// The content of `recollect-model.json`, written when a model is installed.
public struct ModelManifest: Sendable, Hashable, Codable {
  public struct File: Sendable, Hashable, Codable {
    /// The path inside the model's folder.
    public let path: String
    /// Bytes.
    public let size: Int
    /// SHA-256 in lower-case hexadecimal digits.
    public let sha256: String

    public init(path: String, size: Int, sha256: String) {
      self.path = path
      self.size = size
      self.sha256 = sha256
    }
  }

  public let name: String
  /// Where it came from: a package with its version, or a folder.
  public let source: String
  /// SPDX identifier of the model's licence, or nil where it is not known.
  public let license: String?
  public let files: [File]

  public init(name: String, source: String, license: String?, files: [File]) {
    self.name = name
    self.source = source
    self.license = license
    self.files = files
  }
}

/// What verification found wrong with an installed model.
public struct ModelProblem: Sendable, Hashable, CustomStringConvertible {
  public enum Kind: String, Sendable {
    case missing, wrongSize, wrongHash, unreadable
  }

  public let kind: Kind
  /// The path inside the model's folder.
  public let path: String
  /// What is wrong, and what to do.
  public let description: String

  public init(kind: Kind, path: String, description: String) {
    self.kind = kind
    self.path = path
    self.description = description
  }
}
