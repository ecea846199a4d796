// The server's process. It is told to end by closing its standard input, which the kernel does for tests that crash.

import Foundation

/// A running server. Everything after the start goes through the queue, one thing at a time.
final class Child: @unchecked Sendable {
  // Process and the handles are used in `init`, before anybody else has them, and then on `queue` alone.
  private let queue = DispatchQueue(label: "qdrant-test-server")
  private let process = Process()
  private let input = Pipe()
  private let output = Pipe()

  init(interpreter: String, arguments: [String], apiKey: String?) throws {
    process.executableURL = URL(filePath: interpreter)
    process.arguments = arguments
    var environment = ProcessInfo.processInfo.environment
    environment["QDRANT_TEST_API_KEY"] = apiKey
    environment["PYTHONDONTWRITEBYTECODE"] = "1"
    process.environment = environment
    process.standardInput = input
    process.standardOutput = output
    do {
      try process.run()
    } catch {
      throw QdrantTestServerError(description: "\(interpreter) does not start: \(error)")
    }
  }

  deinit {
    try? input.fileHandleForWriting.close()
    try? output.fileHandleForReading.close()
  }

  /// What it says once it listens.
  func address() async throws -> String {
    try await onQueue { [self] in
      var line = Data()
      while !line.contains(UInt8(ascii: "\n")) {
        let more = output.fileHandleForReading.availableData
        guard !more.isEmpty else { break }
        line += more
      }
      let words = String(decoding: line, as: UTF8.self).split(whereSeparator: \.isWhitespace)
      guard words.count >= 3, words[0] == "listening" else {
        throw QdrantTestServerError(description: "the tests' Qdrant server ended before it listened; it says why above")
      }
      return String(words[2])
    }
  }

  func stop() async {
    try? await onQueue { [self] in
      try? input.fileHandleForWriting.close()
      process.waitUntilExit()
    }
  }

  func kill() async {
    try? await onQueue { [self] in
      Foundation.kill(process.processIdentifier, SIGKILL)
      process.waitUntilExit()
    }
  }

  private func onQueue<Value: Sendable>(_ work: @escaping @Sendable () throws -> Value) async throws -> Value {
    try await withCheckedThrowingContinuation { continuation in
      queue.async { continuation.resume(with: Result(catching: work)) }
    }
  }
}
