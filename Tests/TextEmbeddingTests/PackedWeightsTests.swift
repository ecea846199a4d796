// Packed weights in their file: used where they are whole and of this model, made again where not, never in the way.

import Foundation
import Testing

@testable import TextEmbedding

@Suite struct PackedWeightsTests {
  private let texts = ["the price is unaffordable", "a cafe"]

  /// Loads a model, with a cache folder of its own instead of the user's.
  private func load(
    _ model: String, _ folder: TemporaryFolder, precision: SentenceEncoder.Precision = .int8, cache: String? = nil
  ) throws -> SentenceEncoder {
    try SentenceEncoder.load(
      folder: model, precision: precision, environment: ["XDG_CACHE_HOME": cache ?? folder.path + "/cache"])
  }

  private func cached(_ model: String, _ precision: SentenceEncoder.Precision = .int8) -> String {
    "\(model)/.recollect-weights-\(precision.rawValue)"
  }

  private func inode(_ path: String) throws -> UInt64 {
    try #require(try FileManager.default.attributesOfItem(atPath: path)[.systemFileNumber] as? UInt64)
  }

  @Test(arguments: SentenceEncoder.Precision.allCases)
  func aSecondLoadTakesTheFileAndComputesTheSame(precision: SentenceEncoder.Precision) async throws {
    let folder = try TemporaryFolder()
    let model = try TinyModel().write(to: folder)
    let first = try load(model, folder, precision: precision)
    let file = cached(model, precision)
    let made = try inode(file)
    let attributes = try FileManager.default.attributesOfItem(atPath: file)
    #expect(attributes[.posixPermissions] as? Int == 0o600)
    let second = try load(model, folder, precision: precision)
    #expect(try inode(file) == made)
    #expect(try await first.embed(texts) == second.embed(texts))
    let names = try FileManager.default.contentsOfDirectory(atPath: model)
    #expect(names.filter { $0.hasPrefix(".") } == [(file as NSString).lastPathComponent])
  }

  /// What was packed is what is computed with: other weights in a file that is whole show.
  @Test func theFileIsWhatIsComputedWith() async throws {
    let folder = try TemporaryFolder()
    let model = try TinyModel(seed: 1).write(to: folder)
    let configuration = try ModelConfiguration(
      folder: model, name: "tiny", weights: try Safetensors(path: model + "/model.safetensors"))
    let encoder = try load(model, folder)
    let layout = PackedLayout(configuration, precision: .int8)
    let cache = PackedWeightsCache(
      folder: model, weights: model + "/model.safetensors", fingerprint: encoder.model.fingerprint, layout: layout,
      environment: [:])
    #expect(cache.load(layout) != nil)
    let zeros = [Float](repeating: 0, count: 64 * 64)
    zeros.withUnsafeBufferPointer { zeros in
      guard let start = zeros.baseAddress else { return }
      let tensors = LinearTensors(weights: start, bias: start)
      let layer = [LinearTensors](repeating: tensors, count: 6)
      cache.store(PackedWeights(layout, packing: [layer, layer]))
    }
    let expected = try await encoder.embed(texts)
    let batch = try await load(model, folder).embed(texts)
    #expect(cosine(batch[0], expected[0]) < 0.9)
  }

  @Test func aChangedByteAnywhereIsFoundAndTheFileMadeAgain() async throws {
    let folder = try TemporaryFolder()
    let model = try TinyModel().write(to: folder)
    let expected = try await load(model, folder).embed(texts)
    let file = URL(fileURLWithPath: cached(model))
    let whole = try Data(contentsOf: file)
    var places = [0, 8, 39, 40, 48, 52, 60, 4096, 4097, whole.count / 2, whole.count - 1]
    places += stride(from: 5000, to: whole.count, by: 4001)
    for place in places {
      var damaged = whole
      damaged[place] ^= 0x40
      try damaged.write(to: file)
      #expect(try await load(model, folder).embed(texts) == expected, "byte \(place)")
      #expect(try Data(contentsOf: file) == whole, "byte \(place)")
    }
  }

  @Test(arguments: [0, 1, 63, 64, 4095, 4096, 5000])
  func aTruncatedFileIsMadeAgain(length: Int) async throws {
    let folder = try TemporaryFolder()
    let model = try TinyModel().write(to: folder)
    let expected = try await load(model, folder).embed(texts)
    let file = URL(fileURLWithPath: cached(model))
    let whole = try Data(contentsOf: file)
    for data in [whole.prefix(length), whole + Data(count: length + 1)] {
      try data.write(to: file)
      #expect(try await load(model, folder).embed(texts) == expected)
      #expect(try Data(contentsOf: file) == whole)
    }
  }

  @Test func aFileOfOtherWeightsIsMadeAgain() async throws {
    let folder = try TemporaryFolder()
    let model = try TinyModel(seed: 1).write(to: folder)
    let before = try await load(model, folder).embed(texts)
    _ = try TinyModel(seed: 2).write(to: folder)
    let after = try await load(model, folder).embed(texts)
    let fresh = try TinyModel(seed: 2).write(to: folder, below: "fresh")
    #expect(after == (try await load(fresh, folder).embed(texts)))
    #expect(after != before)
    // The same bytes written again are another file: its time counts.
    let made = try inode(cached(model))
    try FileManager.default.setAttributes(
      [.modificationDate: Date(timeIntervalSince1970: 1_000_000)], ofItemAtPath: model + "/model.safetensors")
    #expect(try await load(model, folder).embed(texts) == after)
    #expect(try inode(cached(model)) != made)
  }

  @Test func whereTheModelsFolderTakesNoFileTheCacheFolderDoes() async throws {
    let folder = try TemporaryFolder()
    let model = try TinyModel().write(to: folder)
    // A folder in the file's place cannot be replaced, whoever runs this.
    try folder.write("model/.recollect-weights-int8/in-the-way", "")
    let expected = try await load(model, folder).embed(texts)
    let caches = folder.path + "/cache/recollect/weights"
    let names = try FileManager.default.contentsOfDirectory(atPath: caches)
    #expect(names.count == 1 && names[0].hasSuffix("-int8"))
    let made = try inode(caches + "/" + names[0])
    #expect(try await load(model, folder).embed(texts) == expected)
    #expect(try inode(caches + "/" + names[0]) == made)
  }

  @Test func whereNothingCanBeWrittenTheModelLoadsAllTheSame() async throws {
    let folder = try TemporaryFolder()
    let model = try TinyModel().write(to: folder)
    let expected = try await load(model, folder).embed(texts)
    try FileManager.default.removeItem(atPath: cached(model))
    try folder.write("model/.recollect-weights-int8/in-the-way", "")
    try folder.write("file", "")
    for cache in [folder.path + "/file", "relative"] {
      #expect(try await load(model, folder, cache: cache).embed(texts) == expected)
    }
    #expect(try FileManager.default.contentsOfDirectory(atPath: folder.path).sorted() == ["file", "model"])
  }

  @Test func precisionsHaveFilesOfTheirOwn() throws {
    let folder = try TemporaryFolder()
    let model = try TinyModel().write(to: folder)
    for precision in SentenceEncoder.Precision.allCases { _ = try load(model, folder, precision: precision) }
    let made = try SentenceEncoder.Precision.allCases.map { try inode(cached(model, $0)) }
    for precision in SentenceEncoder.Precision.allCases { _ = try load(model, folder, precision: precision) }
    #expect(try SentenceEncoder.Precision.allCases.map { try inode(cached(model, $0)) } == made)
  }

  /// What is missing in the model is said although the packed weights are there.
  @Test func aCachedModelIsStillChecked() throws {
    let folder = try TemporaryFolder()
    let model = try TinyModel().write(to: folder)
    _ = try load(model, folder)
    var other = TinyModel()
    other.tensors.removeAll { $0.name == "encoder.layer.1.output.dense.weight" }
    _ = try other.write(to: folder)
    let error = #expect(throws: EmbeddingError.self) { try load(model, folder) }
    #expect(error?.description.contains("encoder.layer.1.output.dense.weight") == true)
  }
}
