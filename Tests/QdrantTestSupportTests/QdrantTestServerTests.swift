// The tests' Qdrant server as a child process. What it answers is checked by Tests/qdrant-server/check_server.py.

import Foundation
import QdrantTestSupport
import Testing

#if canImport(FoundationNetworking)
  import FoundationNetworking
#endif

@Suite struct QdrantTestServerTests {
  private func status(_ server: QdrantTestServer, _ path: String, key: String? = nil) async throws -> Int {
    var request = URLRequest(url: try #require(URL(string: server.address + path)))
    request.setValue(key, forHTTPHeaderField: "api-key")
    return try #require(try await URLSession.shared.data(for: request).1 as? HTTPURLResponse).statusCode
  }

  private func isListening(_ address: String) async -> Bool {
    guard let url = URL(string: address + "/healthz") else { return false }
    return (try? await URLSession.shared.data(for: URLRequest(url: url))) != nil
  }

  @Test func `A server answers, asks for its key, does what it is ordered and tells what it was asked`() async throws {
    let server = try await QdrantTestServer.start(apiKey: "secret")
    #expect(server.isOwn)
    #expect(try await status(server, "/collections") == 401)
    #expect(try await status(server, "/collections", key: "secret") == 200)
    var fault = QdrantFault(method: "GET", path: "/collections")
    fault.status = 503
    try await server.order(fault)
    #expect(try await status(server, "/collections", key: "secret") == 503)
    #expect(try await status(server, "/collections", key: "secret") == 200)
    let log = try await server.log(after: 1)
    #expect(log.requests.map(\.status) == [200, 503, 200])
    #expect(log.requests.map(\.isFaulty) == [false, true, false])
    #expect(log.sequentialRoundTrips == 3)
    await server.stop()
  }

  @Test func `A server ends when nobody holds it any more`() async throws {
    var server: QdrantTestServer? = try await QdrantTestServer.start(mustBeOwn: true)
    let address = try #require(server?.address)
    #expect(await isListening(address))
    server = nil
    for _ in 0..<200 where await isListening(address) { try await Task.sleep(for: .milliseconds(50)) }
    #expect(await isListening(address) == false)
  }

  @Test func `A server that was killed comes back where it was`() async throws {
    let folder = FileManager.default.temporaryDirectory.appending(path: "qdrant-\(UUID().uuidString)")
    defer { try? FileManager.default.removeItem(at: folder) }
    let first = try await QdrantTestServer.start(folder: folder)
    await first.kill()
    #expect(await isListening(first.address) == false)
    let port = try #require(URL(string: first.address)?.port)
    let second = try await QdrantTestServer.start(port: port, folder: folder)
    #expect(second.address == first.address)
    #expect(await isListening(second.address))
    await second.stop()
  }
}
