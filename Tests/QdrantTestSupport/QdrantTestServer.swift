// The Qdrant server that tests talk to: the project's own (Tests/qdrant-server) as a child process, or the one that
// QDRANT_URL names.

public import Foundation

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

/// Why there is no server, or why it did not do what it was told.
public struct QdrantTestServerError: Error, CustomStringConvertible, Sendable {
  public let description: String
}

/// Runs as long as it is held. It ends with this process too, however that ends: its standard input is closed then.
public final class QdrantTestServer: Sendable {
  /// Where it listens, without a slash at the end.
  public let address: String
  /// What it asks for.
  public let apiKey: String?
  /// Whether it is the project's own, which takes faults and keeps a log. Somebody else's cluster does neither, and keeps its
  /// collections: tests name theirs so that nobody else has them, and delete them.
  public let isOwn: Bool
  private let child: Child?

  /// Starts a server, or takes the one that `QDRANT_URL` and `QDRANT_API_KEY` name where nothing is asked of it that only
  /// the project's own can do.
  ///
  /// - Parameters:
  ///   - apiKey: What it is to ask for.
  ///   - port: 0 takes a free one. Another is for a server that comes back where it was.
  ///   - folder: Where it keeps its collections; nil for a temporary folder of its own, which it removes.
  ///   - latency: Milliseconds added to every request, as by a link with such a round trip.
  ///   - requiresFilter: Whether it refuses requests about data that no tenant's filter keeps in.
  ///   - mustBeOwn: Whether the test means to order faults or to read the log.
  /// - Throws: `QdrantTestServerError` where its Python packages are missing, or it does not start.
  public static func start(
    apiKey: String? = nil, port: Int = 0, folder: URL? = nil, latency: Int = 0, requiresFilter: Bool = false,
    mustBeOwn: Bool = false
  ) async throws -> QdrantTestServer {
    let environment = ProcessInfo.processInfo.environment
    let asksForMore = apiKey != nil || port != 0 || folder != nil || latency != 0 || requiresFilter || mustBeOwn
    if let address = environment["QDRANT_URL"], !address.isEmpty, !asksForMore {
      let trimmed = address.hasSuffix("/") ? String(address.dropLast()) : address
      return QdrantTestServer(address: trimmed, apiKey: environment["QDRANT_API_KEY"], child: nil)
    }
    var arguments = [script.path, "--port", "\(port)", "--stop-with-stdin", "--latency-ms", "\(latency)"]
    if let folder { arguments += ["--data", folder.path] }
    if requiresFilter { arguments.append("--require-filter") }
    let child = try Child(interpreter: try interpreter(), arguments: arguments, apiKey: apiKey)
    return QdrantTestServer(address: try await child.address(), apiKey: apiKey, child: child)
  }

  private init(address: String, apiKey: String?, child: Child?) {
    self.address = address
    self.apiKey = apiKey
    self.child = child
    isOwn = child != nil
  }

  /// Ends it and waits until its collections are on the disk.
  public func stop() async { await child?.stop() }

  /// Ends it at once, as a node is lost.
  public func kill() async { await child?.kill() }

  /// Orders faults, behind those that are ordered already.
  public func order(_ faults: QdrantFault...) async throws {
    _ = try await control("POST", "_faults", body: JSONEncoder().encode(["faults": faults]))
  }

  /// Takes back all faults.
  public func clearFaults() async throws { _ = try await control("DELETE", "_faults") }

  /// What was asked of it.
  ///
  /// - Parameter number: only later requests than the one with this number.
  public func log(after number: Int = 0) async throws -> QdrantRequestLog {
    try JSONDecoder().decode(QdrantRequestLog.self, from: await control("GET", "_requests?after=\(number)"))
  }

  /// Milliseconds added to every request from now on.
  public func setLatency(_ milliseconds: Int) async throws {
    _ = try await control("PUT", "_latency", body: Data(#"{"ms":\#(milliseconds)}"#.utf8))
  }

  /// Builds the indexes of a collection's vectors, which a real server does in the background.
  public func buildIndexes(of collection: String) async throws {
    _ = try await control("POST", "_optimize/\(collection)")
  }

  private func control(_ method: String, _ path: String, body: Data? = nil) async throws -> Data {
    guard isOwn, let url = URL(string: "\(address)/\(path)") else {
      throw QdrantTestServerError(description: "\(address) takes no orders: it is not the tests' own server")
    }
    var request = URLRequest(url: url)
    request.httpMethod = method
    request.httpBody = body
    if let apiKey { request.setValue(apiKey, forHTTPHeaderField: "api-key") }
    let (data, response) = try await URLSession.shared.data(for: request)
    guard (response as? HTTPURLResponse)?.statusCode == 200 else {
      throw QdrantTestServerError(description: "\(method) /\(path): \(String(decoding: data, as: UTF8.self))")
    }
    return data
  }

  private static let root = URL(filePath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
    .deletingLastPathComponent()
  private static let script = root.appending(path: "Tests/qdrant-server")

  private static func interpreter() throws -> String {
    let named = ProcessInfo.processInfo.environment["RECOLLECT_QDRANT_SERVER_PYTHON"] ?? ""
    if !named.isEmpty { return named }
    let made = root.appending(path: ".build-qdrant/venv/bin/python").path
    guard FileManager.default.isExecutableFile(atPath: made) else {
      throw QdrantTestServerError(
        description: "the tests' Qdrant server has no Python packages; remedy: run .ci/qdrant-server, or name an "
          + "interpreter that has them in RECOLLECT_QDRANT_SERVER_PYTHON, or a server in QDRANT_URL")
    }
    return made
  }
}
