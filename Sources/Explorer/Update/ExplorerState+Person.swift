// The person view: getting there, reading on, going to a conversation.

import ConversationMemory
import Terminal

extension ExplorerState {
  /// - Parameter name: as messages have it; empty takes the author of the message one stands on.
  mutating func openPerson(_ name: String) {
    guard let tenant = place.tenant else { return }
    if let name = name.isEmpty ? currentMessage?.author : name, !name.isEmpty {
      // Nothing is left before there is something to go to: nobody may be called so.
      ask(.person, .author(tenant, name, limit: TranscriptState.pageSize))
    } else {
      let text =
        currentMessage == nil ? "say whose messages: `person NAME`" : "nobody is named as this message's author"
      notice = Notice(kind: .information, text: text)
    }
  }

  mutating func take(_ page: Page<ConversationMessage>, by name: String, _ titles: [SessionID: ConversationSession]) {
    overlay = nil
    visit()
    if focus.view != .person, !leads(focus, to: .person) { place.personOrigin = focus }
    place.isDetour = false
    var person = PersonState(name)
    person.titles = titles
    place.person = person
    focus = .person
    place.person?.transcript.show(tail: page)
    showEnd(of: .person, ScreenLayout(self))
    countPerson()
  }

  mutating func take(_ summary: PersonSummary) {
    guard place.person?.name == summary.id else { return }
    place.person?.summary = summary
    settle(.person, ScreenLayout(self))
  }

  mutating func takeTitles(_ titles: [SessionID: ConversationSession]) {
    place.person?.titles.merge(titles) { _, new in new }
  }

  private mutating func countPerson() {
    guard let tenant = place.tenant, let person = place.person else { return }
    ask(.personSummary, .person(tenant, person.name))
  }

  /// Asks for what the messages' sessions are called.
  mutating func learnTitles() {
    guard let tenant = place.tenant, let person = place.person, !requests.isWaiting(.titles) else { return }
    let unknown = Set(person.transcript.messages.map(\.session)).subtracting(person.titles.keys)
    if !unknown.isEmpty { ask(.titles, .titles(tenant, unknown)) }
  }

  mutating func readPersonAgain(_ tenant: TenantID) {
    guard let person = place.person else { return }
    countPerson()
    if person.transcript.newer == .end {
      ask(
        .tail(.person), .history(tenant, person.transcript.source, limit: TranscriptState.pageSize, before: nil))
    }
  }

  // MARK: Participants of a session

  /// The named people of the sheet on screen, those who said most first.
  func people(_ sheet: SheetState) -> [(name: String, parts: [Participation])] {
    var order: [String] = []
    var parts: [String: [Participation]] = [:]
    for part in sheet.participation {
      guard let name = part.author, !name.isEmpty else { continue }
      if parts[name] == nil { order.append(name) }
      parts[name, default: []].append(part)
    }
    func total(_ name: String) -> Int { (parts[name] ?? []).reduce(0) { $0 + $1.messages } }
    return order.enumerated().sorted { (-total($0.element), $0.offset) < (-total($1.element), $1.offset) }
      .map { ($0.element, parts[$0.element] ?? []) }
  }

  /// Selects the next of the sheet's people, and brings them into sight.
  mutating func selectPerson(_ step: Int) {
    guard case .sheet(var sheet) = overlay else { return }
    let count = people(sheet).count
    guard count > 0 else { return }
    sheet.person = ((sheet.person ?? (step > 0 ? -1 : count)) + step + count) % count
    let view = SheetView(self, sheet)
    let rows = SheetView.rows(size, lines: view.lines.count)
    if let line = view.selectedLine {
      sheet.top = min(sheet.top, line)
      sheet.top = max(sheet.top, line - rows + 1)
    }
    overlay = .sheet(sheet)
  }

  mutating func openSelectedPerson(of sheet: SheetState) {
    let people = people(sheet)
    guard let index = sheet.person, people.indices.contains(index) else { return }
    openPerson(people[index].name)
  }
}
