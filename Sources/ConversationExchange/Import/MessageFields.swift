// The fields of the project's own formats, gathered from a record and made into a message.

import ConversationMemory

/// What is wrong with a record, in words.
struct FieldFault: Error, Hashable {
  var reason: String
}

/// One record's fields on their way to a draft. JSON lines and CSV fill it, so both follow the same rules.
struct MessageFields {
  enum Name: String, CaseIterable {
    case session = "session_id"
    case channel, role, content, timestamp
    case message = "message_id"
    case author, metadata
    case sessionMetadata = "session_metadata"
    case sessionTags = "session_tags"
    case sessionNote = "session_note"

    /// A record without it is rejected.
    var isRequired: Bool {
      switch self {
      case .session, .channel, .role, .content, .timestamp: true
      case .message, .author, .metadata, .sessionMetadata, .sessionTags, .sessionNote: false
      }
    }

    /// Holds a JSON object rather than a text.
    var isObject: Bool { self == .metadata || self == .sessionMetadata }

    /// Holds a list of words: a JSON list, or a text with spaces or commas between them.
    var isList: Bool { self == .sessionTags }

    var mayBeNumber: Bool { self == .session || self == .message || self == .timestamp }
  }

  private var texts: [Name: String] = [:]
  private var objects: [Name: [String: String]] = [:]
  /// Columns that no field is made for.
  private var others: [String: String] = [:]
  private var names: [String] = []

  /// Takes a known field's text; an empty text of an optional field means that there is none.
  mutating func set(_ name: Name, _ text: String) throws(FieldFault) {
    names.append(name.rawValue)
    if text.isEmpty, !name.isRequired { return }
    guard texts.updateValue(text, forKey: name) == nil else {
      throw FieldFault(reason: "the field \"\(name.rawValue)\" appears twice")
    }
  }

  /// Takes an unknown field, which becomes metadata.
  mutating func set(other name: String, _ text: String) throws(FieldFault) {
    names.append(name)
    guard others.updateValue(text, forKey: name) == nil else {
      throw FieldFault(reason: "the field \"\(name.prefix(60))\" appears twice")
    }
  }

  /// Takes a field that is a JSON object of any values.
  mutating func set(_ name: Name, object json: String) throws(FieldFault) {
    let members: [(name: String, value: JSONValue)]
    do {
      members = try JSONScanner.members(of: Array(json.utf8))
    } catch {
      throw FieldFault(reason: "the field \"\(name.rawValue)\" is not a JSON object: \(error.message)")
    }
    for member in members {
      guard let text = member.value.text else { continue }
      guard objects[name, default: [:]].updateValue(text, forKey: member.name) == nil else {
        throw FieldFault(reason: "the \(name.rawValue) has \"\(member.name.prefix(60))\" twice")
      }
    }
  }

  /// Takes a field that is a JSON list of texts.
  mutating func set(_ name: Name, list json: String) throws(FieldFault) {
    let texts: [String]
    do {
      texts = try JSONScanner.texts(of: Array(json.utf8))
    } catch {
      throw FieldFault(reason: "the field \"\(name.rawValue)\" is not a JSON list of texts: \(error.message)")
    }
    try set(name, texts.joined(separator: ","))
  }

  /// The message, complete but for its id where it brings none.
  func draft() throws(FieldFault) -> MessageDraft {
    for name in Name.allCases where name.isRequired && texts[name] == nil { throw missing(name) }
    var all = objects[.metadata] ?? [:]
    for (name, text) in others {
      if let own = all[name], own != text {
        throw FieldFault(reason: "\"\(name.prefix(60))\" stands in the metadata and beside it, with different values")
      }
      all[name] = text
    }
    return MessageDraft(
      id: try texts[.message].map { text throws(FieldFault) in
        try Self.read(.message) { () throws(MemoryError) in try MessageID(text) }
      },
      session: try read(.session) { text throws(MemoryError) in try SessionID(text) },
      channel: try read(.channel) { text throws(MemoryError) in try Channel(text) },
      role: try read(.role) { text throws(MemoryError) in try Role(text) },
      author: texts[.author],
      content: texts[.content] ?? "",
      timestamp: try read(.timestamp) { text throws(MemoryError) in try TimestampParser.parse(text).start },
      metadata: all, sessionMetadata: objects[.sessionMetadata] ?? [:],
      sessionAnnotations: SessionAnnotations(tags: try tags(), note: texts[.sessionNote]))
  }

  private func tags() throws(FieldFault) -> [String] {
    let written = texts[.sessionTags]?.split { $0 == "," || $0.isWhitespace } ?? []
    var tags: [String] = []
    for word in written {
      let tag = try Self.read(.sessionTags) { () throws(MemoryError) in try SessionTag.normalized(String(word)) }
      if !tags.contains(tag) { tags.append(tag) }
    }
    return tags
  }

  private func read<Value>(
    _ name: Name, _ make: (String) throws(MemoryError) -> Value
  ) throws(FieldFault) -> Value {
    guard let text = texts[name] else { throw missing(name) }
    return try Self.read(name) { () throws(MemoryError) in try make(text) }
  }

  private static func read<Value>(_ name: Name, _ make: () throws(MemoryError) -> Value) throws(FieldFault) -> Value {
    do {
      return try make()
    } catch {
      throw FieldFault(reason: "the field \"\(name.rawValue)\": \(error)")
    }
  }

  private func missing(_ name: Name) -> FieldFault {
    let found = names.isEmpty ? "no fields" : names.prefix(12).joined(separator: ", ")
    let why = name == .timestamp ? " (an imported message needs its own time)" : ""
    return FieldFault(reason: "the field \"\(name.rawValue)\" is missing\(why); the record has \(found)")
  }
}
