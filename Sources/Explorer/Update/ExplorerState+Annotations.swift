// Tagging and noting sessions.

import ConversationMemory
import Terminal

extension ExplorerState {
  /// Opens the line for the session's tags or note; with an argument does at once what it says.
  mutating func annotate(_ subject: AnnotationState.Subject, _ argument: String) {
    guard let tenant = place.tenant, let session = sessionAtHand else { return }
    if !argument.isEmpty { return annotate(session, of: tenant, Self.edit(subject, argument)) }
    var sheet: SheetState?
    if case .sheet(let open) = overlay { sheet = open }
    let known = knownSheet(session)
    var state = AnnotationState(subject, session: session, title: known?.title, sheet: sheet)
    if let known { state.take(known) }
    overlay = .annotation(state)
    ask(.sheet, .sheet(tenant, session))
    if subject == .tags { ask(.tags, .tags(tenant)) }
  }

  /// What a command's argument asks for.
  private static func edit(_ subject: AnnotationState.Subject, _ argument: String) -> AnnotationEdit {
    if subject == .note { return AnnotationEdit(note: .set(argument)) }
    var edit = AnnotationEdit()
    for word in argument.split(whereSeparator: \.isWhitespace) {
      if word.hasPrefix("-") {
        edit.removedTags.append(String(word.dropFirst()))
      } else {
        edit.addedTags.append(String(word.hasPrefix("+") ? word.dropFirst() : word))
      }
    }
    return edit
  }

  private mutating func annotate(_ session: SessionID, of tenant: TenantID, _ edit: AnnotationEdit) {
    ask(.annotation, .annotate(tenant, session, edit))
  }

  mutating func confirmAnnotation() {
    guard let tenant = place.tenant, case .annotation(var state) = overlay, !state.isRunning, state.base != nil else {
      return
    }
    if state.isTooLong { return closeAnnotation() }
    do throws(MemoryError) {
      let edit = try state.edit()
      guard edit != AnnotationEdit() else { return closeAnnotation() }
      state.isRunning = true
      overlay = .annotation(state)
      annotate(state.session, of: tenant, edit)
    } catch {
      notice = Notice(kind: .error, text: "\(error)")
    }
  }

  /// Leaves it as it was, unless a change is under way.
  mutating func closeAnnotation() {
    guard case .annotation(let state) = overlay, !state.isRunning else { return }
    cancel(.sheet)
    cancel(.tags)
    goBack(to: state.sheet)
  }

  mutating func completeTag() {
    guard case .annotation(var state) = overlay, !state.isRunning else { return }
    state.complete()
    overlay = .annotation(state)
  }

  mutating func take(_ tags: [TagSummary]) {
    guard case .annotation(var state) = overlay else { return }
    state.known = tags
    overlay = .annotation(state)
  }

  mutating func take(annotations summary: SessionSummary) {
    guard case .annotation(var state) = overlay, state.session == summary.session.id else { return }
    state.take(summary.session)
    state.sheet?.summary = summary
    state.sheet?.sheet = summary.session
    overlay = .annotation(state)
  }

  mutating func annotated(_ session: SessionID, of tenant: TenantID, _ change: AnnotationChange) {
    // One may have gone on to another tenant, which may have a session of that id too.
    guard tenant == place.tenant else { return }
    if case .annotation(let state) = overlay, state.session == session {
      goBack(to: state.sheet)
    }
    show(change.after, of: session)
    notice = Notice(kind: change.isEmpty ? .information : .success, text: Self.text(change))
    readAgain()
  }

  /// Until everything has been read again.
  private mutating func show(_ annotations: SessionAnnotations, of session: SessionID) {
    place.browse.sessions.change(session) { $0.annotations = annotations }
    place.search.titles[session]?.annotations = annotations
    place.context?.titles[session]?.annotations = annotations
    if place.browse.transcript?.sheet?.id == session { place.browse.transcript?.sheet?.annotations = annotations }
    guard case .sheet(var sheet) = overlay, sheet.session == session else { return }
    sheet.sheet?.annotations = annotations
    sheet.summary?.session.annotations = annotations
    overlay = .sheet(sheet)
  }

  private static func text(_ change: AnnotationChange) -> String {
    var parts: [String] = []
    func written(_ tags: [String]) -> String { tags.map { "#" + $0 }.joined(separator: " ") }
    if !change.addedTags.isEmpty { parts.append("tagged \(written(change.addedTags))") }
    if !change.removedTags.isEmpty { parts.append("took away \(written(change.removedTags))") }
    if change.isNoteChanged { parts.append(change.after.note == nil ? "took the note away" : "noted") }
    return parts.isEmpty ? "nothing changed" : parts.joined(separator: ", ")
  }
}
