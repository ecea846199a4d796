// The actions' commands, and their overlays' keys.

import ConversationMemory
import Terminal

extension ExplorerState {
  mutating func runAction(_ id: ExplorerCommand.Identifier, _ argument: String) {
    switch id {
    case .exportShown: openExport(argument)
    case .exportFormat: changeExport { $0.nextFormat() }
    case .copy: if let (text, what) = copyable { copy(text, what: what) }
    case .copySessionID: if let session = sessionAtHand { copy(session.rawValue, what: "session's id") }
    case .copyConversation: openText(for: .clipboard)
    case .pager: openText(for: .pager)
    case .editor: openText(for: .editor)
    case .tag: annotate(.tags, argument)
    case .note: annotate(.note, argument)
    default: break
    }
  }

  /// Changes the line of an action's overlay.
  mutating func editAction(_ change: (inout TextField) -> Bool) {
    switch overlay {
    case .export: changeExport { $0.edit(change) }
    case .annotation(var state):
      guard !state.isRunning, !state.isTooLong, state.base != nil else { return }
      _ = change(&state.field)
      overlay = .annotation(state)
    default: break
    }
  }

  mutating func confirmAction() {
    switch overlay {
    case .export: confirmExport()
    case .annotation: confirmAnnotation()
    default: break
    }
  }

  mutating func closeAction() {
    switch overlay {
    case .export(let export):
      // What is half written is gone with it.
      cancel(.export)
      goBack(to: export.sheet)
    case .annotation: closeAnnotation()
    default: break
    }
  }

  /// The sheet from which an action's overlay was opened comes back; nil leads back to the view.
  mutating func goBack(to sheet: SheetState?) {
    overlay = sheet.map(Overlay.sheet)
    // What it was waiting for may have been given up for the overlay.
    if let sheet, sheet.summary == nil, let tenant = place.tenant { ask(.sheet, .sheet(tenant, sheet.session)) }
  }

  mutating func take(_ answer: ActionAnswer) {
    switch answer {
    case .exported(let report, let path): exported(report, to: path)
    case .exists(let path): exportFound(path)
    case .text(let text, let use): take(text, for: use)
    case .kept(let what, let path): kept(what, in: path)
    case .tags(let tags): take(tags)
    case .annotated(let tenant, let session, let change): annotated(session, of: tenant, change)
    }
  }

  /// What was under way in an overlay is not any more.
  mutating func failAction(in slot: Slot) {
    switch (slot, overlay) {
    case (.export, .export(var export)):
      export.isRunning = false
      overlay = .export(export)
    case (.annotation, .annotation(var state)):
      state.isRunning = false
      overlay = .annotation(state)
    default: break
    }
  }
}
