// Exporting what is shown: what that is, where it goes, and what became of it.

import ConversationExchange
import ConversationMemory
import Terminal

extension ExplorerState {
  /// The session of the sheet or the message that lies in front, else the selected one.
  var sessionAtHand: SessionID? {
    switch overlay {
    case .sheet(let sheet): sheet.session
    case .inspector(let inspector): inspector.message.session
    default: currentSession
    }
  }

  /// Whether there are ``exportChoices``, without making them: the bar asks with every frame.
  var hasShown: Bool {
    guard place.tenant != nil else { return false }
    if case .sheet = overlay { return true }
    switch focus {
    case .tenants: return true
    case .list where place.browse.kind == .channels: return place.browse.channels.selected != nil
    case .list: return !place.browse.sessions.isEmpty
    case .transcript: return place.browse.transcript?.isLoaded ?? false
    case .query, .results: return !place.search.hits.isEmpty
    case .conversation: return currentSession != nil
    case .context: return !(place.context?.context?.messages.isEmpty ?? true)
    case .timeline: return place.timeline?.extent != nil
    case .person: return place.person?.transcript.isLoaded ?? false
    }
  }

  /// What can be exported here: what lies in front or is selected first.
  var exportChoices: [ExportChoice] {
    guard let tenant = place.tenant else { return [] }
    if case .sheet(let sheet) = overlay { return [conversation(of: sheet.session)] }
    let selected = currentSession.map { conversation(of: $0) }
    let own = selected.map { [$0] } ?? []
    switch focus {
    case .tenants:
      return [
        ExportChoice(
          "all conversations of \(tenant)", .everything, title: "Conversations of \(tenant)", name: tenant.rawValue)
      ]
    case .list where place.browse.kind == .channels:
      return place.browse.channels.selected.map { [messages(of: $0.id)] } ?? []
    case .list: return place.browse.sessions.isEmpty ? [] : own + listedSessions(of: tenant)
    case .transcript:
      if case .channel(let channel) = place.browse.transcript?.source { return [messages(of: channel)] + own }
      return own
    case .query, .results: return hits + own
    case .conversation: return own + hits
    case .context: return agentContext + own
    case .timeline: return days
    case .person: return place.person.map { [messages(by: $0.name)] + own } ?? []
    }
  }

  private func conversation(of session: SessionID) -> ExportChoice {
    let title = knownSheet(session)?.title ?? session.rawValue
    return ExportChoice("the conversation \"\(title)\"", .chosen([session]), name: session.rawValue)
  }

  private func messages(of channel: Channel) -> ExportChoice {
    let query = SessionQuery(order: .startedAt, reversed: true, channel: channel)
    return ExportChoice(
      "all messages on \(channel)", .sessions(query), title: "Messages on \(channel)", name: channel.rawValue)
  }

  private func messages(by author: String) -> ExportChoice {
    ExportChoice("all messages by \(author)", .author(author), title: "Messages by \(author)", name: author)
  }

  private func listedSessions(of tenant: TenantID) -> [ExportChoice] {
    let query = sessionQuery()
    let filter = place.browse.filter.text
    let title = filter.isEmpty ? "Sessions of \(tenant)" : "Sessions of \(tenant): \(filter)"
    let name = "sessions \(tenant) \(filter)"
    return [
      ExportChoice("the list of sessions, without their messages", .list(query), title: title, name: name),
      ExportChoice(
        "the conversations of all sessions in the list",
        // Turned round, a range is one that sessions are not of.
        .sessions(query, within: query.isInverted ? TimeRange() : query.timeRange), title: title,
        name: "conversations \(tenant) \(filter)"),
    ]
  }

  private var hits: [ExportChoice] {
    let search = place.search
    guard !search.hits.isEmpty else { return [] }
    let messages = search.hits.map { hit in
      ExportedMessage(
        hit.message,
        remark: "score \(Self.hundredths(hit.score)): \(Self.hundredths(hit.meaning)) meaning, "
          + "\(Self.hundredths(hit.words)) words")
    }
    return [
      ExportChoice(
        "what was found: \(NumberText.count(messages.count, "message"))", .messages(messages),
        title: "Search: \(search.field.text)", name: "search \(search.field.text)")
    ]
  }

  private var agentContext: [ExportChoice] {
    guard let context = place.context?.context, !context.messages.isEmpty else { return [] }
    let messages = context.messages.map { entry in
      let about = entry.otherProspect.map { "; about \($0)" } ?? ""
      return ExportedMessage(
        entry.message, remark: entry.origin == .recalled ? "recalled: \(entry.reason ?? "")\(about)" : nil)
    }
    return [
      ExportChoice(
        "what the agent is told: \(NumberText.count(messages.count, "message"))", .messages(messages),
        title: "What the agent is told: \(context.session.title)", name: "context \(context.session.id)")
    ]
  }

  /// The chosen days of the timeline.
  private var days: [ExportChoice] {
    guard let tenant = place.tenant, let line = timelineSearchLine(""),
      let query = try? SearchQueryParser.parse(
        line, metadataKeys: place.metadataKeys, zone: settings.zone, now: now)
    else { return [] }
    let range = query.filter.timeRange
    let text = [
      range.since.map { dates.edge($0) }, range.until.map { dates.edge($0.adding(milliseconds: -1), isLast: true) },
    ].compactMap { $0 }
    let span = text.first == text.last ? text.first ?? "" : text.joined(separator: " to ")
    let channel = query.filter.channel.map { " on \($0)" } ?? ""
    let sessions = SessionQuery(
      order: .startedAt, reversed: true, channel: query.filter.channel, timeRange: range)
    return [
      ExportChoice(
        "the messages of \(span)\(channel)", .sessions(sessions, within: range),
        title: "\(tenant), \(span)\(channel)", name: "messages \(tenant) \(span)\(channel)"),
      ExportChoice(
        "the sessions of \(span)\(channel), without their messages", .list(sessions),
        title: "\(tenant), sessions of \(span)\(channel)", name: "sessions \(tenant) \(span)\(channel)"),
    ]
  }

  private static func hundredths(_ value: Double) -> String {
    let number = Int((value * 100).rounded())
    let digits = String(abs(number) % 100)
    return "\(number < 0 ? "-" : "")\(abs(number) / 100).\(digits.count < 2 ? "0" : "")\(digits)"
  }

  // MARK: The overlay

  mutating func openExport(_ path: String) {
    let choices = exportChoices
    guard !choices.isEmpty else { return }
    var sheet: SheetState?
    if case .sheet(let open) = overlay { sheet = open }
    overlay = .export(
      ExportState(
        choices: choices, format: lastExportFormat, folder: settings.exportFolder, path: path, sheet: sheet))
  }

  mutating func changeExport(_ change: (inout ExportState) -> Void) {
    guard case .export(var export) = overlay, !export.isRunning else { return }
    change(&export)
    lastExportFormat = export.format
    overlay = .export(export)
  }

  mutating func confirmExport() {
    guard let tenant = place.tenant, case .export(var export) = overlay, !export.isRunning else { return }
    let path = export.field.text.trimmingSpaces
    guard !path.isEmpty else {
      notice = Notice(kind: .error, text: "the file has no name: type one")
      return
    }
    export.isRunning = true
    overlay = .export(export)
    ask(
      .export,
      .export(
        tenant, export.chosen.scope,
        ExportOptions(format: export.format, title: export.chosen.title, zone: settings.zone), path: path,
        overwrites: export.replaced == path))
  }

  mutating func exported(_ report: ExportReport, to path: String) {
    guard case .export(let export) = overlay else { return }
    goBack(to: export.sheet)
    let messages = NumberText.count(report.messages, "message")
    let sessions = NumberText.count(report.sessions, "session")
    let text = report.messages == 0 ? sessions : report.sessions == 1 ? messages : "\(messages) of \(sessions)"
    notice = Notice(kind: .success, text: "\(text) written to \(path)")
  }

  mutating func exportFound(_ path: String) {
    guard case .export(var export) = overlay else { return }
    export.isRunning = false
    export.replaced = path
    overlay = .export(export)
    notice = Notice(
      kind: .warning, text: "\(path) exists already: \(hint(.open)) replaces it, or type another name")
  }
}

extension String {
  var trimmingSpaces: String {
    String(drop(while: \.isWhitespace).reversed().drop(while: \.isWhitespace).reversed())
  }
}
