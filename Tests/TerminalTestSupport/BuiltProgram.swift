// Where the package's own executables are while its tests run.

import Glibc

/// The path of an executable product built beside the running tests.
/// - Throws: where there is none; the test target has to depend on it.
public func builtProgram(_ name: String) throws -> String {
  let runner = realpath("/proc/self/exe", nil).map { path in
    defer { free(path) }
    return String(cString: path)
  }
  // With a separate test runner, the test bundle is among its arguments.
  let candidates = [runner ?? ""] + CommandLine.arguments
  for candidate in candidates where candidate.contains("/") {
    let folder = candidate.split(separator: "/", omittingEmptySubsequences: false).dropLast().joined(separator: "/")
    let path = "\(folder)/\(name)"
    if access(path, X_OK) == 0 { return path }
  }
  throw VirtualTerminalError(
    description: "no executable '\(name)' beside the tests; add it to the test target's dependencies")
}
