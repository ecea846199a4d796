// A message on its way in, and the rules it must pass.

/// The bounds of what a store accepts. More is rejected by name, never cut.
public enum MessageLimits {
  /// 1 MiB of UTF-8.
  public static let contentBytes = 1 << 20
  public static let identifierBytes = 512
  /// 64 KiB: names and values together.
  public static let metadataBytes = 64 << 10
  /// Tags that one session can have.
  public static let sessionTags = 32
  public static let tagBytes = 64
  /// 16 KiB: a session's note.
  public static let noteBytes = 16 << 10
}

/// A message to add. Without an id one is derived (see ``MessageIdentity``); without a time it is now.
public struct MessageDraft: Hashable, Sendable {
  public var id: MessageID?
  public var session: SessionID
  public var channel: Channel
  public var role: Role
  public var author: String?
  public var content: String
  public var timestamp: Timestamp?
  public var metadata: [String: String]
  /// What the message brings along about its whole session: taken over where the session has no such value yet. Not a
  /// part of the stored message.
  public var sessionMetadata: [String: String]
  /// Tags that the session gets, beside those it has; and a note for a session that has none. No part of the stored
  /// message either.
  public var sessionAnnotations: SessionAnnotations

  public init(
    id: MessageID? = nil, session: SessionID, channel: Channel, role: Role, author: String? = nil, content: String,
    timestamp: Timestamp? = nil, metadata: [String: String] = [:], sessionMetadata: [String: String] = [:],
    sessionAnnotations: SessionAnnotations = SessionAnnotations()
  ) {
    self.id = id
    self.session = session
    self.channel = channel
    self.role = role
    self.author = author
    self.content = content
    self.timestamp = timestamp
    self.metadata = metadata
    self.sessionMetadata = sessionMetadata
    self.sessionAnnotations = sessionAnnotations
  }

  /// How ``sessionAnnotations`` change what its session has.
  public func annotation(of session: SessionAnnotations) -> AnnotationEdit {
    var edit = AnnotationEdit(addedTags: sessionAnnotations.tags)
    if session.note == nil, let note = sessionAnnotations.note { edit.note = .set(note) }
    return edit
  }

  /// Whether a text shows anything: not only white space, controls, format characters or lone accents.
  public static func isVisible(_ text: String) -> Bool {
    text.unicodeScalars.contains { scalar in
      if scalar.properties.isWhitespace || scalar.properties.isDefaultIgnorableCodePoint { return false }
      switch scalar.properties.generalCategory {
      case .control, .format, .nonspacingMark, .enclosingMark, .surrogate: return false
      default: return true
      }
    }
  }

  /// Checks everything the identifiers' types do not.
  ///
  /// - Throws: ``MemoryError`` with ``MemoryError/Code/invalidMessage``, naming the field.
  public func validate() throws(MemoryError) {
    let bytes = content.utf8.count
    guard bytes <= MessageLimits.contentBytes else {
      throw MemoryError(
        .invalidMessage, "the content has \(bytes) bytes", remedy: "split it: at most \(MessageLimits.contentBytes)")
    }
    guard Self.isVisible(content) else {
      throw MemoryError(.invalidMessage, "the content is empty", remedy: "a message needs words")
    }
    if let author {
      guard !author.isEmpty, author.utf8.count <= MessageLimits.identifierBytes, !author.utf8.contains(0) else {
        throw MemoryError(
          .invalidMessage, "the author is empty, over \(MessageLimits.identifierBytes) bytes or holds a NUL",
          remedy: "leave it out where nobody is known")
      }
    }
    for fields in [metadata, sessionMetadata] {
      let bytes = fields.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
      guard bytes <= MessageLimits.metadataBytes else {
        throw MemoryError(
          .invalidMessage, "the metadata has \(bytes) bytes", remedy: "keep at most \(MessageLimits.metadataBytes)")
      }
    }
    if !sessionAnnotations.isEmpty {
      do throws(MemoryError) {
        _ = try SessionAnnotations().applying(annotation(of: SessionAnnotations()))
      } catch {
        throw MemoryError(.invalidMessage, error.message, remedy: error.remedy)
      }
    }
    if let timestamp, !Timestamp.plausible.contains(timestamp) {
      throw MemoryError(
        .invalidMessage, "the time lies outside the years 1970 to 2199", remedy: "check its unit: milliseconds UTC")
    }
  }
}
