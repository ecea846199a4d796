// Runs the built program on a data folder of its own, the way a person or a script would.

import Foundation
import Testing

/// A temporary folder with a data folder in it. No model is installed, and none can be fetched.
final class Workspace: Sendable {
  let folder: URL

  init() throws {
    folder = FileManager.default.temporaryDirectory.appending(path: "recollect-\(UUID().uuidString)")
    try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
  }

  deinit { try? FileManager.default.removeItem(at: folder) }

  /// `$RECOLLECT_BINARY`, else the program beside the test bundle.
  static var binary: URL {
    if let path = ProcessInfo.processInfo.environment["RECOLLECT_BINARY"], !path.isEmpty { return URL(filePath: path) }
    let tests = URL(filePath: "/proc/self/exe").resolvingSymlinksInPath()
    return tests.deletingLastPathComponent().appending(path: "recollect")
  }

  var data: URL { folder.appending(path: "data", directoryHint: .isDirectory) }

  func path(_ name: String) -> String { folder.appending(path: name).path }

  @discardableResult
  func write(_ bytes: some Sequence<UInt8>, to name: String) throws -> String {
    try Data(bytes).write(to: folder.appending(path: name))
    return path(name)
  }

  @discardableResult
  func write(_ text: String, to name: String) throws -> String { try write(text.utf8, to: name) }

  func bytes(of name: String) throws -> Data { try Data(contentsOf: folder.appending(path: name)) }

  func text(of name: String) throws -> String { String(decoding: try bytes(of: name), as: UTF8.self) }

  /// What a run left behind.
  struct Outcome: Sendable {
    var status: Int32
    var output: String
    var errors: String

    /// The answer, which must be one JSON document.
    func json() throws -> [String: Any] {
      try #require(try JSONSerialization.jsonObject(with: Data(output.utf8)) as? [String: Any])
    }

    func list(_ name: String) throws -> [[String: Any]] { try #require(try json()[name] as? [[String: Any]]) }

    var errorLines: [String] { errors.split(separator: "\n").map(String.init) }
  }

  /// Runs a command on this workspace's data folder.
  func run(
    _ arguments: String..., input: String? = nil, environment: [String: String] = [:]
  ) async throws -> Outcome {
    try await run(arguments: arguments, input: input, environment: environment)
  }

  func run(
    arguments: [String], input: String? = nil, environment: [String: String] = [:]
  ) async throws -> Outcome {
    let inputPath = input == nil ? "/dev/null" : try write(input ?? "", to: "input-\(UUID().uuidString)")
    let run = try start(
      arguments, input: FileHandle(forReadingFrom: URL(filePath: inputPath)), environment: environment)
    return try await run.end()
  }

  /// Starts a command and returns at once.
  func start(
    _ arguments: [String], input: FileHandle, environment: [String: String] = [:]
  ) throws -> RunningCommand {
    try RunningCommand(workspace: self, arguments: arguments, input: input, environment: environment)
  }
}

/// A command at work. Output goes to files, so that no pipe can fill up.
final class RunningCommand: Sendable {
  private let process = Process()
  private let output: URL
  private let errors: URL
  private let ending: AsyncStream<Int32>

  fileprivate init(
    workspace: Workspace, arguments: [String], input: FileHandle, environment: [String: String]
  ) throws {
    let name = UUID().uuidString
    output = workspace.folder.appending(path: "\(name).out")
    errors = workspace.folder.appending(path: "\(name).err")
    for file in [output, errors] { try Data().write(to: file) }
    process.executableURL = Workspace.binary
    process.arguments = arguments
    process.environment = [
      "PATH": ProcessInfo.processInfo.environment["PATH"] ?? "/usr/bin:/bin", "HOME": workspace.folder.path,
      "LANG": "C.UTF-8", "TMPDIR": workspace.folder.path, "RECOLLECT_DATA": workspace.data.path,
      "RECOLLECT_MODELS": workspace.path("models"), "PIP_NO_INDEX": "1",
    ].merging(environment) { $1 }
    process.standardInput = input
    process.standardOutput = try FileHandle(forWritingTo: output)
    process.standardError = try FileHandle(forWritingTo: errors)
    let (stream, continuation) = AsyncStream.makeStream(of: Int32.self)
    ending = stream
    process.terminationHandler = {
      continuation.yield($0.terminationReason == .exit ? $0.terminationStatus : -$0.terminationStatus)
      continuation.finish()
    }
    try process.run()
  }

  func send(_ signal: Int32) { kill(process.processIdentifier, signal) }

  /// Waits for the end. A status below zero is the signal that ended it.
  func end() async throws -> Workspace.Outcome {
    var status: Int32 = .min
    for await code in ending { status = code }
    return Workspace.Outcome(
      status: status, output: String(decoding: try Data(contentsOf: output), as: UTF8.self),
      errors: String(decoding: try Data(contentsOf: errors), as: UTF8.self))
  }
}

/// Messages in the import format.
enum Sample {
  static func line(
    _ content: String, session: String = "s1", channel: String = "web", role: String = "user",
    time: String = "2026-11-20T10:00:00Z", extra: String = ""
  ) -> String {
    """
    {"session_id":"\(session)","channel":"\(channel)","role":"\(role)","content":"\(content)","timestamp":"\(time)"\(extra)}
    """
  }

  /// Two sessions of one prospect on two channels, and one of another.
  static let conversations =
    [
      line(
        "Is there an enterprise tier, and what is its pricing?", extra: #","author":"Dana Whitfield","message_id":"m1""#
      ),
      line(
        "The enterprise tier starts at 40 euros per seat.", role: "assistant", time: "2026-11-20T10:01:00Z",
        extra: #","message_id":"m2""#),
      line(
        "Thank you, I will ask our finance people.", time: "2026-11-20T10:02:00Z",
        extra: #","author":"Dana Whitfield","message_id":"m3""#),
      line(
        "And the enterprise tier pricing?", session: "s2", channel: "email",
        time: "2026-11-21T09:00:00Z",
        extra: #","author":"Dana Whitfield","message_id":"m4","metadata":{"deal_stage":"proposal"}"#),
      line(
        "The parking lot sensor reports rain as snow.", session: "s3", channel: "slack", time: "2026-11-22T00:00:00Z",
        extra: #","author":"Felix Brandt","message_id":"m5""#),
    ].joined(separator: "\n") + "\n"
}
