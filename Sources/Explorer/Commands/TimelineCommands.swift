// The commands of the timeline.

import ConversationMemory
import Terminal

extension CommandTable {
  static let timeline: [ExplorerCommand] = [
    ExplorerCommand(
      .timeline, "timeline", label: "timeline", "Show how many messages there were when, channel by channel",
      group: .timeline, bindings: [keys("t", in: panes.filter { $0 != .timeline })], barRank: 11,
      barContexts: [.tenants, .list], whyNot: Conditions.tenant),
    ExplorerCommand(
      .earlier, "earlier", label: "earlier", "Go one day, week or month back", group: .timeline,
      bindings: [keys("left", "h", in: [.timeline])], whyNot: Conditions.timeline),
    ExplorerCommand(
      .later, "later", label: "later", "Go one day, week or month on", group: .timeline,
      bindings: [keys("right", "l", in: [.timeline])], whyNot: Conditions.timeline),
    ExplorerCommand(
      .jumpEarlier, "jump-earlier", label: "jump back",
      "Jump back: a week among days, a month among weeks, a quarter among months", group: .timeline,
      bindings: [keys("H", "ctrl-left", in: [.timeline])], whyNot: Conditions.timeline),
    ExplorerCommand(
      .jumpLater, "jump-later", label: "jump on",
      "Jump on: a week among days, a month among weeks, a quarter among months", group: .timeline,
      bindings: [keys("L", "ctrl-right", in: [.timeline])], whyNot: Conditions.timeline),
    ExplorerCommand(
      .mark, "mark", label: "mark", "Mark a range from here, or drop the mark", group: .timeline,
      bindings: [keys("space", in: [.timeline])], barRank: 6, whyNot: Conditions.timeline),
    ExplorerCommand(
      .extendEarlier, "extend-earlier", label: "mark back", "Mark on, one day, week or month back", group: .timeline,
      bindings: [keys("shift-left", in: [.timeline])], whyNot: Conditions.timeline),
    ExplorerCommand(
      .extendLater, "extend-later", label: "mark on", "Mark on, one day, week or month later", group: .timeline,
      bindings: [keys("shift-right", in: [.timeline])], whyNot: Conditions.timeline),
    ExplorerCommand(
      .zoomIn, "zoom-in", label: "closer", "Look closer: from months to weeks to days", group: .timeline,
      bindings: [keys("+", "=", in: [.timeline])], barRank: 7,
      whyNot: { state in
        Conditions.timeline(state) ?? (state.place.timeline?.zoom.finer == nil ? "days are the closest look" : nil)
      }),
    ExplorerCommand(
      .zoomOut, "zoom-out", label: "wider", "Look wider: from days to weeks to months", group: .timeline,
      bindings: [keys("-", in: [.timeline])], barRank: 8,
      whyNot: { state in
        Conditions.timeline(state) ?? (state.place.timeline?.zoom.coarser == nil ? "months are the widest look" : nil)
      }),
    ExplorerCommand(
      .sessionsInRange, "sessions-in-range", label: "sessions", "List the sessions of the chosen days",
      group: .timeline, bindings: [keys("b", in: [.timeline])], barRank: 5, whyNot: Conditions.timeline),
  ]
}

extension Conditions {
  static func timeline(_ state: ExplorerState) -> String? {
    guard state.focus == .timeline else { return "this is for the timeline" }
    return state.place.timeline?.extent == nil ? "there are no messages yet" : nil
  }
}
