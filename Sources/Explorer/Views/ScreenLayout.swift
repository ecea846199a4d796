// Where everything is on screen, computed from the state alone: views draw by it, updates page and click by it.

import ConversationMemory
import Terminal

struct ScreenLayout: Sendable, Equatable {
  /// A pane's place: one title row on top, the content below.
  struct PaneFrame: Sendable, Equatable {
    var pane: Pane
    var frame: Rect

    var title: Rect { frame.row(0) }
    var content: Rect { Rect(x: frame.x, y: frame.y + 1, width: frame.width, height: frame.height - 1) }
  }

  var header: Rect
  /// What keeps search by meaning from working.
  var banner: Rect?
  var query: Rect?
  var chips: Rect?
  var panes: [PaneFrame] = []
  /// Beside the context where there is room, else a few rows above it.
  var about: Rect?
  /// Above the messages of a person.
  var facts: Rect?
  /// Columns between panes.
  var separators: [Int] = []
  var body: Rect
  var bar: Rect

  /// From here on three panes fit beside one another.
  static let wide = 100
  /// Below this one pane is all there is room for.
  static let narrow = 60
  static let aboutRows = 3

  init(_ state: ExplorerState) {
    var rest = Rect(x: 0, y: 0, width: state.size.columns, height: state.size.rows)
    (header, rest) = rest.split(top: 1)
    let barRows = rest.height > 1 ? 1 : 0
    (rest, bar) = rest.split(top: rest.height - barRows)
    body = rest
    if let text = BannerText(state), rest.height >= 6 {
      (banner, rest) = Self.take(text.rows(columns: rest.width, atMost: rest.height >= 12 ? 2 : 1), from: rest)
    }
    switch state.focus.view {
    case .browse: layOutBrowse(state, in: rest)
    case .search: layOutSearch(state, in: rest)
    case .context: layOutContext(state, in: rest)
    case .timeline: panes = [PaneFrame(pane: .timeline, frame: rest)]
    case .person:
      if rest.height >= PersonFacts.rows * 4 { (facts, rest) = Self.take(PersonFacts.rows, from: rest) }
      panes = [PaneFrame(pane: .person, frame: rest)]
    }
  }

  subscript(pane: Pane) -> PaneFrame? { panes.first { $0.pane == pane } }

  private static func take(_ rows: Int, from rect: Rect) -> (Rect, Rect) {
    let parts = rect.split(top: rows)
    return (parts.top, parts.bottom)
  }

  private mutating func layOutBrowse(_ state: ExplorerState, in rect: Rect) {
    body = rect
    // Until there is a tenant, the pane of tenants has something to say and the others have not.
    guard rect.width >= Self.narrow, state.hasTenantPane || state.focus != .tenants else {
      panes = [PaneFrame(pane: state.focus, frame: rect)]
      return
    }
    let showsTenants = state.hasTenantPane && (rect.width >= Self.wide || state.focus == .tenants)
    let tenantColumns = rect.width >= 160 ? 30 : rect.width >= Self.wide ? 24 : 30
    if showsTenants, rect.width < Self.wide {
      place([(.tenants, tenantColumns), (.list, rect.width)], in: rect)
    } else {
      let room = rect.width - (showsTenants ? tenantColumns + 1 : 0)
      let listColumns = min(76, room * (rect.width < Self.wide ? 50 : 46) / 100)
      let panes: [(Pane, Int)] = [(.list, listColumns), (.transcript, rect.width)]
      place((showsTenants ? [(.tenants, tenantColumns)] : []) + panes, in: rect)
    }
  }

  private mutating func layOutSearch(_ state: ExplorerState, in rect: Rect) {
    var rest = rect
    (query, rest) = Self.take(1, from: rest)
    if ChipLine(state).isShown, rest.height >= 8 {
      (chips, rest) = Self.take(1, from: rest)
    }
    body = rest
    if rest.width >= Self.wide {
      place([(.results, rest.width * 47 / 100), (.conversation, rest.width)], in: rest)
    } else {
      panes = [PaneFrame(pane: state.focus == .conversation ? .conversation : .results, frame: rest)]
    }
  }

  private mutating func layOutContext(_ state: ExplorerState, in rect: Rect) {
    body = rect
    if rect.width >= Self.wide {
      let aside = min(52, rect.width * 34 / 100)
      separators = [rect.maxX - aside - 1]
      panes = [
        PaneFrame(pane: .context, frame: Rect(x: 0, y: rect.y, width: rect.width - aside - 1, height: rect.height))
      ]
      about = Rect(x: rect.maxX - aside, y: rect.y, width: aside, height: rect.height)
    } else {
      var rest = rect
      if rect.height >= Self.aboutRows * 4 {
        (about, rest) = Self.take(Self.aboutRows, from: rect)
      }
      panes = [PaneFrame(pane: .context, frame: rest)]
    }
  }

  /// Panes from the left with a separating column between them; the last takes what remains.
  private mutating func place(_ columns: [(Pane, Int)], in rect: Rect) {
    var x = rect.x
    for (index, (pane, width)) in columns.enumerated() {
      let isLast = index == columns.count - 1
      let own = isLast ? rect.maxX - x : min(width, rect.maxX - x)
      panes.append(PaneFrame(pane: pane, frame: Rect(x: x, y: rect.y, width: own, height: rect.height)))
      x += own
      if !isLast {
        separators.append(x)
        x += 1
      }
    }
  }
}

extension ScreenLayout {
  /// Rows of the list pane, the filter's line taken off.
  func listRows(_ state: ExplorerState) -> Rect {
    guard let content = self[.list]?.content else { return Rect(x: 0, y: 0, width: 0, height: 0) }
    return Self.showsFilter(state) ? content.split(top: 1).bottom : content
  }

  static func showsFilter(_ state: ExplorerState) -> Bool {
    state.place.browse.isFiltering || !state.place.browse.filter.text.isEmpty
  }

  /// Rows a pane shows of its blocks. A pane out of sight counts as the whole body: it will be that when it is shown.
  func rows(of pane: Pane, _ state: ExplorerState) -> Int {
    switch pane {
    case .list: listRows(state).height
    case .query: self[.results]?.content.height ?? max(1, body.height - 1)
    default: self[pane]?.content.height ?? max(1, body.height - 1)
    }
  }

  func columns(of pane: Pane) -> Int { self[pane]?.content.width ?? body.width }
}
