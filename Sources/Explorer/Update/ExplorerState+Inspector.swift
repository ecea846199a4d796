// Looking closer: the inspector, and results grouped or flat.

import ConversationMemory
import Terminal

extension ExplorerState {
  /// The message that commands such as the inspector are about.
  var currentMessage: ConversationMessage? {
    switch focus {
    case .tenants, .list, .timeline: nil
    case .transcript, .conversation, .person: self[transcript: focus]?.selected
    case .query, .results: place.search.selected?.message
    case .context: place.context?.selected?.message
    }
  }

  mutating func inspect() {
    guard let message = currentMessage else { return }
    var inspector = InspectorState(message: message)
    if focus.view == .search { inspector.hit = place.search.hits.first { $0.message.id == message.id } }
    if focus == .context { inspector.told = place.context?.selected }
    overlay = .inspector(inspector)
    if let tenant = place.tenant, let lender = inspector.hit?.lender {
      ask(.inspector, .message(tenant, lender.message))
    }
  }

  mutating func takeLender(_ message: ConversationMessage) {
    guard case .inspector(var inspector) = overlay, inspector.hit?.lender?.message == message.id else { return }
    inspector.lender = message
    overlay = .inspector(inspector)
  }

  /// Opens the inspected message in its conversation; one that is in sight already only needs the inspector gone.
  mutating func openInspected(_ inspector: InspectorState) {
    overlay = nil
    cancel(.inspector)
    switch focus {
    case .transcript where place.browse.transcript?.source == .session(inspector.message.session): break
    case .conversation: break
    case .results: run(.open)
    default: jump(to: inspector.message)
    }
  }

  /// Before it has been read there is nothing to open.
  mutating func openLender(of inspector: InspectorState) {
    guard let lender = inspector.lender else { return }
    overlay = nil
    jump(to: lender)
  }

  // MARK: Results

  mutating func toggleGrouping() {
    place.search.setFlat(!place.search.isFlat)
    marks(.showFlatHits(place.search.isFlat))
    rowsChanged()
  }

  mutating func toggleNeighbours() {
    place.search.toggleNeighbours()
    rowsChanged()
  }

  private mutating func rowsChanged() {
    settle(.results, ScreenLayout(self))
    previewSelection()
  }
}
