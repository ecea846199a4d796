// What goes wrong between here and the server, in words that name the server, the request and the remedy.

import AsyncHTTPClient
import ConversationMemory
import Foundation
import NIOCore
import NIOPosix

/// Why an attempt failed, and whether another may help.
enum QdrantFailure: Error {
  /// The server answered something other than success.
  case refused(status: Int, message: String, retryAfter: Duration?)
  /// No answer, or half of one.
  case transport(String, isTransient: Bool)
  /// An answer that is not what was asked for.
  case unreadable(String)

  /// Every request can be sent twice: points are addressed by ids made from what they are, filters by what they say.
  var isTransient: Bool {
    switch self {
    case .refused(let status, _, _): [408, 429, 500, 502, 503, 504].contains(status)
    case .transport(_, let isTransient): isTransient
    case .unreadable: true
    }
  }

  var retryAfter: Duration? {
    if case .refused(_, _, let retryAfter) = self { retryAfter } else { nil }
  }

  init(_ error: any Error) {
    switch error {
    case let error as QdrantFailure: self = error
    case let error as HTTPClientError:
      switch error {
      case .deadlineExceeded, .readTimeout: self = .transport("it did not answer in time", isTransient: true)
      case .connectTimeout: self = .transport("no connection in time", isTransient: true)
      case .remoteConnectionClosed: self = .transport("the connection was closed in mid-answer", isTransient: true)
      default: self = .transport(error.shortDescription, isTransient: true)
      }
    case let error as NIOConnectionError:
      self = .transport(Self.words(of: error), isTransient: true)
    case let error as IOError: self = .transport(String(cString: strerror(error.errnoCode)), isTransient: true)
    case is NIOTooManyBytesError: self = .transport("its answer is too long", isTransient: false)
    default:
      // A certificate that is not accepted is not accepted the second time either.
      let name = String(reflecting: type(of: error))
      if name.contains("NIOSSL") {
        self = .transport(
          "its TLS certificate was not accepted: \(Self.line(of: String(describing: error)))", isTransient: false)
      } else {
        self = .transport(Self.line(of: String(describing: error)), isTransient: true)
      }
    }
  }

  private static func words(of error: NIOConnectionError) -> String {
    for attempt in error.connectionErrors {
      if let system = attempt.error as? IOError { return String(cString: strerror(system.errnoCode)) }
    }
    if error.dnsAError != nil || error.dnsAAAAError != nil { return "its host \(error.host) is not known" }
    return "no connection"
  }

  /// The answer of a server that refuses: JSON from the API, plain text from what checks the key.
  static func refusal(status: Int, body: [UInt8], retryAfter: String?) -> QdrantFailure {
    struct Answer: Decodable {
      struct Status: Decodable { let error: String }
      let status: Status
    }
    let message =
      (try? JSONDecoder().decode(Answer.self, from: Data(body)))?.status.error
      ?? String(decoding: body.prefix(1000), as: UTF8.self)
    let seconds = retryAfter.flatMap { Double($0.trimmingCharacters(in: .whitespaces)) }
      .flatMap { $0.isFinite ? $0 : nil }
    return .refused(
      status: status, message: line(of: message), retryAfter: seconds.map { .seconds(min(max($0, 0), 3600)) })
  }

  /// One line of a server's words, cut to what an error can carry.
  private static func line(of text: String) -> String {
    let visible = String(text.unicodeScalars.map { $0.properties.generalCategory == .control ? " " : Character($0) })
    let folded = visible.split(separator: " ").joined(separator: " ")
    return folded.count > 300 ? folded.prefix(299) + "…" : folded
  }

  /// The failure in the domain's words.
  ///
  /// - Parameters:
  ///   - action: what was asked of the server, as in "cannot list messages".
  ///   - attempts: how often.
  func memoryError(server: QdrantServer, action: String, attempts: Int) -> MemoryError {
    let place = "Qdrant at \(server) cannot \(action)"
    let tries = attempts > 1 ? " (tried \(attempts) times)" : ""
    switch self {
    case .refused(401, let message, _), .refused(403, let message, _):
      return MemoryError(
        .storageUnavailable, "\(place): it does not accept the key (\(message))",
        remedy: "set QDRANT_API_KEY, or QDRANT_API_KEY_FILE to a file that holds it")
    case .refused(413, let message, _):
      return MemoryError(
        .storageUnavailable, "\(place): the request is too large (\(message))",
        remedy: "raise service.max_request_size_mb in the server's configuration")
    case .refused(429, let message, _):
      return MemoryError(
        .busy, "\(place)\(tries): it asks for fewer requests (\(message))",
        remedy: "try again later, or raise its limits in strict_mode_config")
    case .refused(507, let message, _):
      return MemoryError(.storageFull, "\(place): \(message)", remedy: "give its nodes more room")
    case .refused(let status, let message, _) where status >= 500:
      return MemoryError(
        .storageUnavailable, "\(place)\(tries): \(status) \(message)",
        remedy: "look at its log; nothing that was acknowledged is lost, and the same command goes on")
    case .refused(let status, let message, _):
      return MemoryError(
        .storageUnavailable, "\(place): \(status) \(message)",
        remedy: "check that it is Qdrant \(CollectionShape.oldestVersion) or newer, with a collection of recollect's")
    case .transport(let what, _):
      return MemoryError(
        .storageUnavailable, "\(place)\(tries): \(what)", remedy: "check the address and that the server runs")
    case .unreadable(let what):
      return MemoryError(
        .storageUnavailable, "\(place)\(tries): its answer cannot be read (\(what))",
        remedy: "check that the address is Qdrant's and not a proxy's")
    }
  }
}
