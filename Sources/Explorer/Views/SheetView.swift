// A session's sheet: what it was, who took part, what is known about it.

import ConversationMemory
import Terminal

struct SheetView {
  let state: ExplorerState
  let sheet: SheetState

  init(_ state: ExplorerState, _ sheet: SheetState) {
    self.state = state
    self.sheet = sheet
  }

  static func rows(_ size: Size, lines: Int) -> Int { FactLines.rows(size, lines: lines) }

  func draw(into surface: inout Surface) {
    FactLines.draw(lines, title: "Session", top: sheet.top, into: &surface)
  }

  /// All lines, wrapped.
  var lines: [[Span]] { content.lines }

  /// The line of the selected person.
  var selectedLine: Int? { content.selected }

  private var content: (lines: [[Span]], selected: Int?) {
    guard let session = sheet.summary?.session ?? sheet.sheet else {
      return ([[Span("reading…", Style(.muted, on: .overlay))]], nil)
    }
    var selected: Int?
    var facts = FactLines(columns: FactLines.columns(state.size))
    facts.text(session.title, .title, limit: 3)
    facts.blank()
    facts.fact("id", session.id.rawValue)
    facts.fact("channel", "\(state.settings.glyphs.channel(session.channel)) \(session.channel)", .channel)
    facts.fact("messages", NumberText.grouped(session.messageCount))
    facts.fact("started", state.dates.full(session.startedAt))
    facts.fact("last activity", state.dates.full(session.lastActivity))
    if let summary = sheet.summary {
      facts.fact("duration", summary.duration)
      facts.blank()
      facts.fact("topics", summary.topics.isEmpty ? "none stand out" : summary.topics.joined(separator: ", "))
    }
    if !session.annotations.isEmpty {
      facts.blank()
      if !session.tags.isEmpty { facts.fact("tags", session.tags.map { "#" + $0 }.joined(separator: " "), .tag) }
      if let note = session.note { facts.fact("note", note, .note) }
    }
    add(people: state.people(sheet), to: &facts, selected: &selected)
    if !session.metadata.isEmpty {
      facts.heading("Metadata")
      for (name, value) in session.metadata.sorted(by: { $0.key < $1.key }) { facts.fact(name, value) }
    }
    return (facts.lines, selected)
  }

  /// Messages by role and channel, then by person.
  private func add(
    people: [(name: String, parts: [Participation])], to facts: inout FactLines, selected: inout Int?
  ) {
    guard !sheet.participation.isEmpty else { return }
    facts.heading("Who said how much")
    let roles = Dictionary(grouping: sheet.participation, by: \.role).mapValues(Self.total)
    let byRole = [ConversationMemory.Role.user, .assistant, .system].compactMap { role in
      roles[role].map { "\(role.rawValue) \(NumberText.grouped($0))" }
    }
    facts.fact("by role", byRole.joined(separator: ", "))
    let channels = Dictionary(grouping: sheet.participation, by: \.channel).mapValues(Self.total)
    let byChannel = channels.sorted { ($1.value, $0.key) < ($0.value, $1.key) }.map { channel, count in
      "\(state.settings.glyphs.channel(channel)) \(channel) \(NumberText.grouped(count))"
    }
    facts.fact("by channel", byChannel.joined(separator: ", "), .channel)
    for (index, person) in people.enumerated() {
      let isSelected = index == sheet.person
      if isSelected { selected = facts.lines.count }
      facts.fact(index == 0 ? "people" : "", spans: row(person.name, person.parts, isSelected, facts.valueColumns))
    }
    let nameless = Self.total(sheet.participation.filter { ($0.author ?? "").isEmpty })
    if nameless > 0 { facts.fact("", "\(NumberText.count(nameless, "message")) without an author", .muted) }
  }

  private func row(_ name: String, _ parts: [Participation], _ isSelected: Bool, _ columns: Int) -> [Span] {
    let roles = Set(parts.map(\.role.rawValue)).sorted().joined(separator: ", ")
    let count = "  \(NumberText.count(Self.total(parts), "message")) \(state.settings.glyphs.dot) \(roles)"
    let shown = TextLayout.truncate(name, columns: max(4, columns - SafeText.columns(count) - 2))
    let ground: Role = isSelected ? .selection : .overlay
    let pointer = isSelected ? "\(state.settings.glyphs.pointer) " : sheet.person == nil ? "" : "  "
    return [
      Span(pointer, Style(.accent, on: ground)), Span(shown, Style(.author, on: ground)),
      Span(count, Style(.muted, on: ground)),
    ]
  }

  private static func total(_ parts: [Participation]) -> Int { parts.reduce(0) { $0 + $1.messages } }
}
