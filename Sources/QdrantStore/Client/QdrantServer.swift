// Where the cluster is and what opens it.

public import ConversationMemory
import Foundation

/// The address of a Qdrant server, or of the balancer before a cluster's nodes.
public struct QdrantServer: Hashable, Sendable, CustomStringConvertible {
  /// Qdrant's own port for REST, where an address names none.
  static let standardPort = 6333

  /// Scheme, host, port and, behind a proxy, a path; without a slash at the end.
  let base: String
  let isEncrypted: Bool
  /// Whether requests stay on this machine.
  let isLoopback: Bool

  /// Reads an address such as `https://qdrant.example.com:6333`.
  ///
  /// - Throws: ``MemoryError`` with ``MemoryError/Code/invalidArgument`` where it is none, or carries a password: other
  ///   users of this machine see the arguments of a program.
  public init(_ address: String) throws(MemoryError) {
    let remedy = "write it as http://HOST:6333 or https://HOST:6333"
    guard let parts = URLComponents(string: address), let scheme = parts.scheme?.lowercased(),
      scheme == "http" || scheme == "https", let host = parts.host, !host.isEmpty
    else {
      throw MemoryError(.invalidArgument, "\(Self.shown(address)) is not the address of a server", remedy: remedy)
    }
    guard parts.user == nil, parts.password == nil else {
      throw MemoryError(
        .invalidArgument, "the address of the Qdrant server carries a user or a password",
        remedy: "leave it out and set QDRANT_API_KEY or QDRANT_API_KEY_FILE")
    }
    guard parts.query == nil, parts.fragment == nil else {
      throw MemoryError(
        .invalidArgument, "the address of the Qdrant server has something behind its path", remedy: remedy)
    }
    let port = parts.port ?? Self.standardPort
    guard (1...65_535).contains(port) else {
      throw MemoryError(.invalidArgument, "\(port) is not a port", remedy: remedy)
    }
    var path = parts.percentEncodedPath
    while path.hasSuffix("/") { path.removeLast() }
    base = "\(scheme)://\(host):\(port)\(path)"
    isEncrypted = scheme == "https"
    isLoopback = ["localhost", "::1", "[::1]"].contains(host) || Self.isLoopbackAddress(host)
  }

  /// Whether it is one of 127.0.0.0/8, and not a name that begins like one.
  private static func isLoopbackAddress(_ host: String) -> Bool {
    let numbers = host.split(separator: ".", omittingEmptySubsequences: false)
    return numbers.count == 4 && numbers[0] == "127"
      && numbers.allSatisfy { $0.allSatisfy { ("0"..."9").contains($0) } && UInt8($0) != nil }
  }

  /// What was given, unless it may hold a password or a key.
  private static func shown(_ address: String) -> String {
    address.contains { "@?#".contains($0) } ? "what was given" : "\"\(address.prefix(200))\""
  }

  public var description: String { base }

  /// Whether a key would cross a network for everybody to read.
  public var exposesKey: Bool { !isEncrypted && !isLoopback }
}

/// The key that a server asks for. It never shows itself: not in a description, a log or an error.
public struct QdrantKey: Sendable, CustomStringConvertible, CustomDebugStringConvertible, CustomReflectable {
  let value: String

  /// - Throws: ``MemoryError`` with ``MemoryError/Code/invalidArgument`` where it cannot be sent.
  /// - Parameter origin: What it came from, for the error.
  public init(_ value: String, origin: String) throws(MemoryError) {
    let trimmed = value.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !trimmed.isEmpty, trimmed.utf8.allSatisfy({ (0x21...0x7E).contains($0) }) else {
      throw MemoryError(
        .invalidArgument, "the key in \(origin) is empty or has characters that no key has",
        remedy: "put the key and nothing else there")
    }
    self.value = trimmed
  }

  public var description: String { "(key)" }
  public var debugDescription: String { description }
  public var customMirror: Mirror { Mirror(self, children: []) }
}
