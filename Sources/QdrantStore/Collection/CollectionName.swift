// What the collection is called.

public import ConversationMemory

/// The name of the collection that holds all tenants' memory.
public struct CollectionName: Hashable, Sendable, CustomStringConvertible {
  let rawValue: String

  /// The name where none is given.
  public static let standard = CollectionName(unchecked: "conversations")

  private init(unchecked: String) { rawValue = unchecked }

  /// - Throws: ``MemoryError`` with ``MemoryError/Code/invalidArgument``: a name is 1 to 255 letters, digits, `-`, `_`
  ///   or `.`, and does not begin with a dot. Qdrant takes more; these need no escaping in a path.
  public init(_ name: String) throws(MemoryError) {
    let isPlain = name.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"), UInt8(ascii: "."):
        true
      default: false
      }
    }
    guard (1...255).contains(name.utf8.count), isPlain, !name.hasPrefix(".") else {
      throw MemoryError(
        .invalidArgument, "\"\(name.prefix(80))\" is not the name of a collection",
        remedy: "use letters, digits, '-', '_' and '.', as in conversations")
    }
    rawValue = name
  }

  public var description: String { rawValue }

  var path: String { "/collections/\(rawValue)" }
}
