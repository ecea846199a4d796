// What people keep beside a session: tags and a note. The rules that every store follows are here: what a tag may be, what
// a change does, what a condition on them means.

import Foundation

/// A session's tags and its note.
public struct SessionAnnotations: Hashable, Sendable {
  /// In the order in which they were given; each once, as ``SessionTag/normalized(_:)`` makes them.
  public var tags: [String]
  /// Some lines of text; hostile until proven otherwise, like a message's.
  public var note: String?

  public init(tags: [String] = [], note: String? = nil) {
    self.tags = tags
    self.note = note
  }

  public var isEmpty: Bool { tags.isEmpty && note == nil }

  /// The same after a change.
  ///
  /// - Throws: ``MemoryError`` with ``MemoryError/Code/invalidArgument`` where a tag is none, there would be too many, or
  ///   the note is empty or too long.
  public func applying(_ edit: AnnotationEdit) throws(MemoryError) -> SessionAnnotations {
    var result = SessionAnnotations(tags: [], note: note)
    let removed = try edit.removedTags.map { tag throws(MemoryError) in try SessionTag.normalized(tag) }
    for tag in edit.tags ?? tags {
      let tag = try SessionTag.normalized(tag)
      if !removed.contains(tag), !result.tags.contains(tag) { result.tags.append(tag) }
    }
    for tag in edit.addedTags {
      let tag = try SessionTag.normalized(tag)
      if !result.tags.contains(tag) { result.tags.append(tag) }
    }
    guard result.tags.count <= MessageLimits.sessionTags else {
      throw MemoryError(
        .invalidArgument, "the session would have \(result.tags.count) tags",
        remedy: "keep at most \(MessageLimits.sessionTags)")
    }
    switch edit.note {
    case .keep: break
    case .clear: result.note = nil
    case .set(let text): result.note = try SessionNote.checked(text)
    }
    return result
  }

  /// Whether all of these tags are here, and this in the note; case and accents of the note do not matter.
  public func meets(tags wanted: Set<String>, note text: String?) -> Bool {
    guard wanted.isSubset(of: tags) else { return false }
    guard let text else { return true }
    return note?.range(of: text, options: [.caseInsensitive, .diacriticInsensitive]) != nil
  }
}

/// What to change about a session's tags and note. Additions and removals leave what somebody else did meanwhile.
public struct AnnotationEdit: Hashable, Sendable {
  public enum Note: Hashable, Sendable {
    case keep
    case clear
    case set(String)
  }

  /// Takes the place of all tags; nil keeps them.
  public var tags: [String]?
  /// Taken away, those that are there; one that is added too stays.
  public var removedTags: [String]
  public var addedTags: [String]
  public var note: Note

  public init(
    tags: [String]? = nil, removedTags: [String] = [], addedTags: [String] = [], note: Note = .keep
  ) {
    self.tags = tags
    self.removedTags = removedTags
    self.addedTags = addedTags
    self.note = note
  }
}

/// What a change did.
public struct AnnotationChange: Hashable, Sendable {
  public var before: SessionAnnotations
  public var after: SessionAnnotations

  public init(before: SessionAnnotations, after: SessionAnnotations) {
    self.before = before
    self.after = after
  }

  /// Nothing differs, the order of the tags included.
  public var isEmpty: Bool { before == after }
  public var addedTags: [String] { after.tags.filter { !before.tags.contains($0) } }
  public var removedTags: [String] { before.tags.filter { !after.tags.contains($0) } }
  public var isNoteChanged: Bool { before.note != after.note }
}

/// Tags: one word each, so that many of them stand on a line.
public enum SessionTag {
  /// The one spelling of a tag: composed, lower case, without white space around it and without a `#` before it.
  ///
  /// A tag has letters, numbers, symbols and `- _ . / : & +`, and begins with neither `-` nor `+`, which stand for taking
  /// away and adding.
  ///
  /// - Throws: ``MemoryError`` with ``MemoryError/Code/invalidArgument``.
  public static func normalized(_ text: String) throws(MemoryError) -> String {
    var tag = text.trimmingCharacters(in: .whitespacesAndNewlines)
    if tag.hasPrefix("#") { tag.removeFirst() }
    tag = tag.precomposedStringWithCanonicalMapping.lowercased()
    guard let first = tag.unicodeScalars.first, first != "-", first != "+",
      tag.unicodeScalars.allSatisfy(isAllowed), tag.unicodeScalars.contains(where: { !isMark($0) })
    else {
      throw MemoryError(
        .invalidArgument, "\"\(text.prefix(60))\" is not a tag",
        remedy: "a tag is one word of letters, numbers and - _ . / : & +, beginning with none of - and +")
    }
    guard tag.utf8.count <= MessageLimits.tagBytes else {
      throw MemoryError(
        .invalidArgument, "the tag \"\(tag.prefix(20))…\" has \(tag.utf8.count) bytes",
        remedy: "use at most \(MessageLimits.tagBytes)")
    }
    return tag
  }

  private static func isMark(_ scalar: Unicode.Scalar) -> Bool {
    switch scalar.properties.generalCategory {
    case .nonspacingMark, .spacingMark, .enclosingMark: true
    default: false
    }
  }

  private static func isAllowed(_ scalar: Unicode.Scalar) -> Bool {
    if "-_./:&+".unicodeScalars.contains(scalar) { return true }
    guard scalar.value >= 0x80 else { return scalar.properties.isAlphabetic || scalar.properties.numericType != nil }
    if scalar.properties.isDefaultIgnorableCodePoint { return scalar == "\u{FE0F}" }
    switch scalar.properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .nonspacingMark,
      .spacingMark, .enclosingMark, .decimalNumber, .letterNumber, .otherNumber, .mathSymbol, .currencySymbol,
      .modifierSymbol, .otherSymbol:
      return true
    default: return false
    }
  }
}

/// Notes: some lines of text.
public enum SessionNote {
  /// The note without white space around it.
  ///
  /// - Throws: ``MemoryError`` with ``MemoryError/Code/invalidArgument`` where it shows nothing, holds a NUL or is too
  ///   long.
  public static func checked(_ text: String) throws(MemoryError) -> String {
    let note = text.trimmingCharacters(in: .whitespacesAndNewlines)
    guard MessageDraft.isVisible(note), !note.utf8.contains(0) else {
      throw MemoryError(
        .invalidArgument, "the note is empty or holds a NUL character", remedy: "write some words, or clear it")
    }
    guard note.utf8.count <= MessageLimits.noteBytes else {
      throw MemoryError(
        .invalidArgument, "the note has \(note.utf8.count) bytes", remedy: "keep at most \(MessageLimits.noteBytes)")
    }
    return note
  }
}
