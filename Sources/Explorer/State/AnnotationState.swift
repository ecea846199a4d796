// Tagging and noting a session: the line being typed, and what it changes.

import ConversationMemory

/// The overlay of a session's tags or of its note.
struct AnnotationState: Sendable, Equatable {
  enum Subject: Sendable, Equatable { case tags, note }

  var subject: Subject
  var session: SessionID
  var title: String
  /// What the line was made of: nil until the store has told.
  private(set) var base: SessionAnnotations?
  var field = TextField()
  /// All tags of the tenant, most used first.
  var known: [TagSummary] = []
  var isRunning = false
  /// What comes back afterwards.
  var sheet: SheetState?

  init(_ subject: Subject, session: SessionID, title: String?, sheet: SheetState?) {
    self.subject = subject
    self.session = session
    self.title = title ?? session.rawValue
    self.sheet = sheet
  }

  /// What the session has now. What was typed meanwhile stays.
  mutating func take(_ session: ConversationSession) {
    title = session.title
    guard base != session.annotations else { return }
    let isUntouched = base == nil ? field.text.isEmpty : field.text == base.map(line)
    base = session.annotations
    if isUntouched { field.set(line(session.annotations)) }
  }

  /// A note that would be cut here, or lose its lines, is not changed here.
  var isTooLong: Bool {
    guard subject == .note, let note = base?.note else { return false }
    return note.count > TextField.limit || note.contains(where: \.isNewline)
  }

  private func line(_ annotations: SessionAnnotations) -> String {
    switch subject {
    case .tags: annotations.tags.map { $0 + " " }.joined()
    case .note: annotations.note ?? ""
    }
  }

  /// What the line asks for.
  ///
  /// - Throws: where a word is no tag or the note cannot be.
  func edit() throws(MemoryError) -> AnnotationEdit {
    let before = base ?? SessionAnnotations()
    switch subject {
    case .tags:
      var tags: [String] = []
      for word in words { tags.append(try SessionTag.normalized(String(word))) }
      return AnnotationEdit(
        removedTags: before.tags.filter { !tags.contains($0) }, addedTags: tags.filter { !before.tags.contains($0) })
    case .note:
      guard field.text.contains(where: { !$0.isWhitespace }) else {
        return AnnotationEdit(note: before.note == nil ? .keep : .clear)
      }
      return AnnotationEdit(note: .set(try SessionNote.checked(field.text)))
    }
  }

  private var words: [Substring] { field.text.split { $0 == "," || $0.isWhitespace } }

  /// The word being typed; empty behind a space.
  private var begun: String {
    guard let last = field.text.last, last != ",", !last.isWhitespace, let word = words.last else { return "" }
    return (word.first == "#" ? word.dropFirst() : word).lowercased()
  }

  /// Tags of the tenant that begin as typed and that the line does not have yet.
  var candidates: [TagSummary] {
    guard subject == .tags else { return [] }
    let begun = begun
    let whole = Set((begun.isEmpty ? words[...] : words.dropLast()).map { $0.lowercased() })
    return known.filter { $0.id.hasPrefix(begun) && !whole.contains($0.id) && !whole.contains("#" + $0.id) }
  }

  /// Completes the word being typed: wholly where one tag is left, else as far as they agree.
  mutating func complete() {
    let begun = begun
    let candidates = candidates
    guard !begun.isEmpty, let first = candidates.first else { return }
    let common = candidates.dropFirst().reduce(first.id) { String(zip($0, $1.id).prefix { $0 == $1 }.map(\.0)) }
    let rest = String(field.text.dropLast(begun.count))
    field.set(rest + (candidates.count == 1 ? first.id + " " : common))
  }
}
