// The one place that talks to the server: deadlines, retries, the key, errors in words.

import AsyncHTTPClient
import ConversationMemory
import Foundation
import NIOCore
import NIOHTTP1

/// Sends requests to a Qdrant server. Cheap to copy: connections are shared by the whole process.
struct QdrantClient: Sendable {
  let server: QdrantServer
  private let key: QdrantKey?
  private let policy: RetryPolicy
  /// No answer is longer. A page of histories is a few megabytes.
  private static let longestAnswer = 512 << 20
  /// Nor a refusal.
  private static let longestRefusal = 64 << 10

  /// Never shut down: its connections end with the process. Certificates are verified; redirects are not followed, which
  /// would carry the key to wherever the answer says.
  private static let connections: HTTPClient = {
    var configuration = HTTPClient.Configuration(
      redirectConfiguration: .disallow,
      // The longest request is given two minutes: a connection that is silent for longer is dead.
      timeout: HTTPClient.Configuration.Timeout(connect: .seconds(5), read: .seconds(130)))
    // A refused connection is retried here, where waits are counted and said.
    configuration.connectionPool.retryConnectionEstablishment = false
    configuration.connectionPool.concurrentHTTP1ConnectionsPerHostSoftLimit = 16
    return HTTPClient(eventLoopGroupProvider: .singleton, configuration: configuration)
  }()

  init(server: QdrantServer, key: QdrantKey?, policy: RetryPolicy = .standard) {
    self.server = server
    self.key = key
    self.policy = policy
  }

  /// Sends a request until it is answered, or no further attempt makes sense.
  ///
  /// - Throws: ``MemoryError``, or `CancellationError`.
  @discardableResult
  func send<Answer>(_ request: QdrantRequest<Answer>) async throws -> Answer {
    switch try await outcome(of: request) {
    case .answer(let answer): return answer
    case .failure(let failure, let attempts):
      throw failure.memoryError(server: server, action: request.action, attempts: attempts)
    }
  }

  /// Like ``send(_:)``; nil where the server refuses with that status.
  func send<Answer>(_ request: QdrantRequest<Answer>, unless refusal: Int) async throws -> Answer? {
    switch try await outcome(of: request) {
    case .answer(let answer): return answer
    case .failure(.refused(refusal, _, _), _): return nil
    case .failure(let failure, let attempts):
      throw failure.memoryError(server: server, action: request.action, attempts: attempts)
    }
  }

  private enum Outcome<Answer: Sendable> {
    case answer(Answer)
    case failure(QdrantFailure, attempts: Int)
  }

  /// - Throws: `CancellationError` only.
  private func outcome<Answer>(of request: QdrantRequest<Answer>) async throws -> Outcome<Answer> {
    let end = ContinuousClock.now + policy.total
    var attempt = 1
    while true {
      do {
        return .answer(try await once(request, until: min(end, .now + request.timeout)))
      } catch {
        if error is CancellationError || Task.isCancelled { throw CancellationError() }
        let failure = QdrantFailure(error)
        let delay = policy.delay(after: attempt, asked: failure.retryAfter)
        guard failure.isTransient, attempt < policy.attempts, ContinuousClock.now + delay < end else {
          return .failure(failure, attempts: attempt)
        }
        try await Task.sleep(for: delay)
        attempt += 1
      }
    }
  }

  private func once<Answer>(
    _ request: QdrantRequest<Answer>, until end: ContinuousClock.Instant
  ) async throws -> Answer {
    var message = HTTPClientRequest(url: server.base + request.path)
    message.method = request.method
    message.headers.add(name: "accept", value: "application/json")
    if let key { message.headers.add(name: "api-key", value: key.value) }
    if let body = request.body {
      message.headers.add(name: "content-type", value: "application/json")
      message.body = .bytes(ByteBuffer(bytes: body))
    }
    let left = max(.zero, ContinuousClock.now.duration(to: end))
    let response = try await Self.connections.execute(
      message, deadline: .now() + .nanoseconds(Int64(left / .nanoseconds(1))))
    guard response.status == .ok else {
      let body: ByteBuffer
      do {
        body = try await Self.body(of: response, upTo: Self.longestRefusal, until: end)
      } catch is NIOTooManyBytesError {
        // The status says enough.
        body = ByteBuffer()
      }
      throw QdrantFailure.refusal(
        status: Int(response.status.code), body: Array(body.readableBytesView),
        retryAfter: response.headers.first(name: "retry-after"))
    }
    let body = try await Self.body(of: response, upTo: Self.longestAnswer, until: end)
    do {
      return try request.decode(Data(body.readableBytesView))
    } catch {
      throw QdrantFailure.unreadable("\(body.readableBytes) bytes that are not the expected JSON")
    }
  }

  /// The client's own deadline ends with the answer's head: a body that trickles would be awaited for ever.
  private static func body(
    of response: HTTPClientResponse, upTo limit: Int, until end: ContinuousClock.Instant
  ) async throws -> ByteBuffer {
    try await withThrowingTaskGroup(of: ByteBuffer.self) { group in
      group.addTask { try await response.body.collect(upTo: limit) }
      group.addTask {
        try await Task.sleep(until: end, clock: .continuous)
        throw HTTPClientError.deadlineExceeded
      }
      defer { group.cancelAll() }
      guard let body = try await group.next() else { throw CancellationError() }
      return body
    }
  }
}
