// Pages of long listings, and the cursors between them.

import Foundation

/// A stretch of a listing and the way to the next one.
public struct Page<Item: Sendable>: Sendable {
  public var items: [Item]
  /// Continues the listing; nil at its end.
  public var next: Cursor?

  public init(items: [Item], next: Cursor?) {
    self.items = items
    self.next = next
  }
}

extension Page: Equatable where Item: Equatable {}

/// A place in a listing: opaque to callers, stable while rows come and go, because it names the row's sort key and
/// not its number.
public struct Cursor: Hashable, Sendable, CustomStringConvertible {
  /// The listing it belongs to ("messages", "sessions:lastActivity", …): a cursor of another listing is refused.
  public var listing: String
  /// The sort key of the row it stands on, one component a column.
  public var key: [String]

  public init(listing: String, key: [String]) {
    self.listing = listing
    self.key = key
  }

  /// Reads the text form.
  /// - Throws: ``MemoryError`` with ``MemoryError/Code/invalidCursor``.
  public init(text: String) throws(MemoryError) {
    let padded = text.replacing("-", with: "+").replacing("_", with: "/")
    let whole = padded + String(repeating: "=", count: (4 - padded.utf8.count % 4) % 4)
    guard let data = Data(base64Encoded: whole),
      let parts = try? JSONDecoder().decode([String].self, from: data), parts.count >= 2
    else { throw Cursor.unreadable(text) }
    listing = parts[0]
    key = Array(parts.dropFirst())
  }

  /// Base64url of a JSON array: safe in a shell and in a URL.
  public var description: String {
    let data = (try? JSONEncoder().encode([listing] + key)) ?? Data()
    return data.base64EncodedString().replacing("+", with: "-").replacing("/", with: "_").replacing("=", with: "")
  }

  /// The integers of the key.
  /// - Throws: ``MemoryError/Code/invalidCursor`` where it is of another listing or shape.
  public func integers(listing expected: String, count: Int) throws(MemoryError) -> [Int64] {
    let values = key.compactMap { Int64($0) }
    guard listing == expected, values.count == count, key.count == count else {
      throw Cursor.unreadable(description)
    }
    return values
  }

  /// The place behind a tenant in the listing of tenants.
  package static func tenant(_ id: TenantID) -> Cursor { Cursor(listing: "tenants", key: [id.rawValue]) }

  /// The tenant that a cursor of the listing of tenants stands on.
  /// - Throws: ``MemoryError/Code/invalidCursor`` where it is of another listing.
  package var tenant: TenantID {
    get throws(MemoryError) {
      guard listing == "tenants", key.count == 1 else {
        throw MemoryError(
          .invalidCursor, "\(self) is not a cursor of the tenants", remedy: "pass the `next` of the page before")
      }
      return TenantID(unchecked: key[0])
    }
  }

  static func unreadable(_ text: String) -> MemoryError {
    MemoryError(
      .invalidCursor, "\"\(text.prefix(80))\" is not a cursor of this listing",
      remedy: "pass the `next` of the page before, unchanged")
  }
}

extension Cursor {
  /// The place of a message in any history: time, then order of arrival.
  public static func message(timestamp: Timestamp, sequence: Int64, row: Int64) -> Cursor {
    Cursor(listing: "messages", key: [String(timestamp.milliseconds), String(sequence), String(row)])
  }
}
