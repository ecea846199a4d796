// The whole screen from the state: header, panes, bar, and what lies over them.

import ConversationMemory
import Terminal

/// Both modules have roles; in the explorer the word means a theme's.
typealias Role = Terminal.Role

enum ExplorerView {
  static func draw(_ state: ExplorerState, into surface: inout Surface) {
    guard surface.size.columns > 0, surface.size.rows > 0 else { return }
    let layout = ScreenLayout(state)
    HeaderView(state).draw(into: &surface, in: layout.header)
    if let banner = layout.banner { BannerText(state)?.draw(into: &surface, in: banner) }
    if let query = layout.query { QueryLine(state).draw(into: &surface, in: query) }
    if let chips = layout.chips { ChipLine(state).draw(into: &surface, in: chips) }
    for frame in layout.panes { draw(frame, state, layout, into: &surface) }
    if let about = layout.about { AboutView(state)?.draw(into: &surface, in: about) }
    if let facts = layout.facts { PersonFacts(state)?.draw(into: &surface, in: facts) }
    drawSeparators(layout, into: &surface)
    BarLine(state, columns: layout.bar.width).draw(into: &surface, in: layout.bar)
    drawOverlay(state, into: &surface)
    NoticeView(state)?.draw(into: &surface, above: layout.bar)
  }

  private static func draw(
    _ frame: ScreenLayout.PaneFrame, _ state: ExplorerState, _ layout: ScreenLayout, into surface: inout Surface
  ) {
    switch frame.pane {
    case .tenants: TenantsView(state).draw(into: &surface, frame)
    case .list:
      if state.place.browse.kind == .sessions {
        SessionsView(state).draw(into: &surface, frame, layout)
      } else {
        ChannelsView(state).draw(into: &surface, frame)
      }
    case .transcript, .conversation, .person: TranscriptView(state, frame.pane).draw(into: &surface, frame)
    case .query, .results: ResultsView(state).draw(into: &surface, frame, layout)
    case .context: ContextView(state).draw(into: &surface, frame)
    case .timeline: TimelineView(state).draw(into: &surface, frame)
    }
  }

  private static func drawSeparators(_ layout: ScreenLayout, into surface: inout Surface) {
    let style = Style(.border)
    let top = layout.panes.first?.frame.y ?? layout.body.y
    for x in layout.separators {
      surface.put("┬", x: x, y: top, style: style)
      for y in (top + 1)..<max(top + 1, layout.body.maxY) { surface.put("│", x: x, y: y, style: style) }
    }
  }

  private static func drawOverlay(_ state: ExplorerState, into surface: inout Surface) {
    switch state.overlay {
    case .help(let help): HelpView(state, help).draw(into: &surface)
    case .sheet(let sheet): SheetView(state, sheet).draw(into: &surface)
    case .deletion(let deletion): DeletionView(state, deletion).draw(into: &surface)
    case .commandLine(let line): CommandLineView(state, line).draw(into: &surface)
    case .inspector(let inspector): InspectorView(state, inspector).draw(into: &surface)
    case .entries(let list): EntryListView(state, list).draw(into: &surface)
    case .naming(let naming): NamingView(state, naming).draw(into: &surface)
    case .themes(let picker): ThemePickerView(state, picker).draw(into: &surface)
    case .export(let export): ExportView(state, export).draw(into: &surface)
    case .annotation(let annotation): AnnotationView(state, annotation).draw(into: &surface)
    case nil: break
    }
  }
}
