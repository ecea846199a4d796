// The one error type of the domain: a code to act on, what happened, and what to do about it.

/// What went wrong, to what, and the remedy. `description` is one line fit for a person.
public struct MemoryError: Error, Hashable, Sendable, CustomStringConvertible {
  /// The kind of failure, for code that has to decide.
  public enum Code: String, Sendable {
    case invalidIdentifier
    case invalidMessage
    case invalidArgument
    case unknownTenant
    case unknownSession
    case unknownChannel
    case unknownMessage
    case unknownAuthor
    case unknownField
    /// A message id is taken by a message that says something else.
    case conflict
    case invalidCursor
    /// The data folder or a file in it cannot be read or written.
    case storageUnavailable
    case storageFull
    case newerVersion
    case damaged
    /// Another process holds the tenant's writer lock.
    case busy
    case semanticUnavailable
  }

  public var code: Code
  public var message: String
  public var remedy: String?

  public init(_ code: Code, _ message: String, remedy: String? = nil) {
    self.code = code
    self.message = message
    self.remedy = remedy
  }

  public var description: String {
    guard let remedy else { return message }
    return "\(message): \(remedy)"
  }

  /// Asked of a tenant that is not there. Reading never creates one.
  public static func unknownTenant(_ tenant: TenantID) -> MemoryError {
    MemoryError(
      .unknownTenant, "there is no tenant \"\(tenant)\"",
      remedy: "`recollect tenants` lists those there are; `recollect import --tenant …` makes a new one")
  }

  public static func unknownSession(_ session: SessionID, tenant: TenantID) -> MemoryError {
    MemoryError(
      .unknownSession, "tenant \"\(tenant)\" has no session \"\(session)\"",
      remedy: "`recollect sessions --tenant \(tenant)` lists them")
  }

  public static func unknownChannel(_ channel: Channel, tenant: TenantID) -> MemoryError {
    MemoryError(
      .unknownChannel, "tenant \"\(tenant)\" has no channel \"\(channel)\"",
      remedy: "`recollect channels --tenant \(tenant)` lists them")
  }

  public static func unknownAuthor(_ author: String, tenant: TenantID) -> MemoryError {
    MemoryError(
      .unknownAuthor, "tenant \"\(tenant)\" has no message by \"\(author.prefix(80))\"",
      remedy: "authors are named exactly as their messages have them")
  }
}
