// When commands apply, and why they do not: each gives the reason, or nil.

import ConversationMemory

enum Conditions {
  static func tenant(_ state: ExplorerState) -> String? {
    state.place.tenant == nil ? "there is no tenant to look into" : nil
  }

  static func browsing(_ state: ExplorerState) -> String? {
    tenant(state) ?? (state.focus.view == .browse ? nil : "this is for the browse view")
  }

  static func sessionList(_ state: ExplorerState) -> String? {
    browsing(state) ?? (state.place.browse.kind == .sessions ? nil : "this is for the list of sessions")
  }

  static func session(_ state: ExplorerState) -> String? {
    state.currentSession == nil ? "no session is selected" : nil
  }

  static func searchHere(_ state: ExplorerState) -> String? {
    if state.focus == .list, state.place.browse.kind == .channels {
      return state.place.browse.channels.selected == nil ? "no channel is selected" : nil
    }
    return session(state)
  }

  static func context(_ state: ExplorerState) -> String? {
    state.focus == .context ? nil : "this is for the view of an agent's context"
  }

  static func deletion(_ state: ExplorerState) -> String? {
    if state.settings.isReadOnly { return "the explorer was opened read-only" }
    return session(state)
  }

  static func open(_ state: ExplorerState) -> String? {
    if case .sheet(let sheet) = state.overlay, sheet.person == nil { return "nobody is selected" }
    if state.overlay != nil || state.place.browse.isFiltering { return nil }
    switch state.focus {
    case .tenants: return state.tenants.isEmpty ? "there is nothing to open" : nil
    case .list:
      let browse = state.place.browse
      let isEmpty = browse.kind == .sessions ? browse.sessions.isEmpty : browse.channels.isEmpty
      return isEmpty ? "there is nothing to open" : nil
    case .query: return nil
    case .results: return state.place.search.selected == nil ? "there is nothing to open" : nil
    case .transcript, .conversation: return fold(state)
    case .context: return state.place.context?.selected == nil ? "no message is selected" : nil
    case .person: return message(state)
    case .timeline: return timeline(state)
    }
  }

  static func close(_ state: ExplorerState) -> String? {
    if state.overlay != nil { return nil }
    switch state.focus {
    case .tenants: return "there is nothing behind this"
    case .list:
      let hasMore = state.hasTenantPane || state.place.browse.isFiltering || !state.place.browse.filter.text.isEmpty
      return hasMore ? nil : "there is nothing behind this"
    default: return nil
    }
  }

  static func isUnfolded(_ state: ExplorerState) -> Bool {
    guard let transcript = state[transcript: state.focus], let message = transcript.selected else { return false }
    return transcript.unfolded[message.id] != nil
  }

  static func fold(_ state: ExplorerState) -> String? {
    if state.focus == .results {
      let hasNeighbours = state.place.search.selectedRow?.neighbours.isEmpty == false
      return hasNeighbours ? nil : "nothing is folded under this hit"
    }
    guard let transcript = state[transcript: state.focus],
      transcript.messages.indices.contains(transcript.scroll.selected)
    else { return "no message is selected" }
    if isUnfolded(state) { return nil }
    let text = state.messageText(in: state.focus, ScreenLayout(state))
    let measure = TranscriptMeasure(transcript, text, dates: state.dates)
    return measure.body(transcript.scroll.selected).hidden > 0 ? nil : "the message is shown whole"
  }
}
