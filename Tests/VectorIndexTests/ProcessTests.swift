// Processes that read while another one writes, maintains and is killed.

import Foundation
import Testing

@testable import VectorIndex

@Suite struct ProcessTests {
  private static let configuration = VectorIndexConfiguration(dimensions: 64, modelFingerprint: "fixture/1")

  /// The fixture beside the test bundle.
  private static var program: URL {
    get throws {
      var folder = URL(filePath: CommandLine.arguments[0]).resolvingSymlinksInPath().deletingLastPathComponent()
      for _ in 0..<6 {
        let candidate = folder.appending(path: "VectorIndexFixture")
        if FileManager.default.isExecutableFile(atPath: candidate.path(percentEncoded: false)) { return candidate }
        folder = folder.deletingLastPathComponent()
      }
      throw CocoaError(.fileNoSuchFile)
    }
  }

  private func start(_ arguments: [String]) throws -> (process: Process, output: Pipe, errors: Pipe) {
    let process = Process()
    process.executableURL = try Self.program
    process.arguments = arguments
    let output = Pipe()
    let errors = Pipe()
    process.standardOutput = output
    process.standardError = errors
    try process.run()
    return (process, output, errors)
  }

  @Test func `Two processes read while a third appends, deletes, seals and merges, and is killed at random`()
    async throws
  {
    let folder = TemporaryFolder()
    defer { folder.remove() }
    try FileManager.default.createDirectory(at: folder.url, withIntermediateDirectories: true)
    let path = folder.url.path(percentEncoded: false)
    var numbers = SeededGenerator(seed: UInt64(Date().timeIntervalSince1970))
    let readers = try (0..<2).map { _ in try start(["read", path, "6"]) }
    var acknowledged: Int64 = 0
    for round in 0..<4 {
      let writer = try start(["write", path, "\(round)"])
      try await Task.sleep(for: .milliseconds(Int.random(in: 300...1300, using: &numbers)))
      #expect(writer.process.isRunning)
      kill(writer.process.processIdentifier, SIGKILL)
      writer.process.waitUntilExit()
      let marks = String(decoding: writer.output.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      let complaint = String(decoding: writer.errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(complaint.isEmpty, "\(complaint)")
      // The last line may have been cut off by the kill.
      acknowledged = max(acknowledged, marks.split(separator: "\n").dropLast().compactMap { Int64($0) }.last ?? 0)
      let index = try VectorIndex.open(
        folder: folder.url, configuration: Self.configuration, access: .writing, policy: .small, beforeStep: nil)
      #expect(index.verify() == [])
      #expect(try index.checkInvariants() == [])
      #expect(index.highWater >= acknowledged)
      let keys = try index.keys()
      #expect((1...max(1, acknowledged)).allSatisfy { keys.contains($0) || $0 % 7 == 3 })
    }
    #expect(acknowledged > 1000)
    for reader in readers {
      reader.process.waitUntilExit()
      let complaint = String(decoding: reader.errors.fileHandleForReading.readDataToEndOfFile(), as: UTF8.self)
      #expect(reader.process.terminationStatus == 0, "\(complaint)")
    }
  }
}
