// Marks: changing them, what is unread, what came just now.

import ConversationMemory
import Terminal

extension ExplorerState {
  /// Makes a change of the marks, here at once and in the file in its own time.
  mutating func marks(_ change: Marks.Change) {
    let number = marks.apply(change, isKept: settings.keepsMarks)
    if settings.keepsMarks { outbox.append(.keep(number, change)) }
  }

  mutating func take(_ news: MarksNews) {
    let isFirst = !marks.isLoaded
    if let known = news.marks { marks.take(known, upTo: news.number) }
    if isFirst, marks.marks.showsFlatHits != place.search.isFlat {
      place.search.setFlat(marks.marks.showsFlatHits)
      settle(.results, ScreenLayout(self))
    }
    if let problem = news.problem { notice = Notice(kind: .warning, text: problem) }
  }

  // MARK: Read and unread

  private var reading: ReadingState? {
    guard marks.isLoaded else { return nil }
    return place.tenant.flatMap { marks.marks.reading(of: $0) }
  }

  /// Whether something was said in a session since one looked at it.
  func isUnread(_ session: ConversationSession) -> Bool { reading?.isUnread(session) ?? false }

  var isSelectedUnread: Bool { place.browse.sessions.selected.map(isUnread) ?? false }

  /// A conversation that is in front has been looked at. Called after every event.
  mutating func followReading() {
    guard marks.isLoaded, let tenant = place.tenant else { return }
    if marks.marks.reading(of: tenant) == nil { marks(.meet(tenant, at: now)) }
    guard focus == .transcript || focus == .conversation, let transcript = self[transcript: focus],
      transcript.isLoaded, case .session(let id) = transcript.source, let sheet = knownSheet(id), isUnread(sheet)
    else { return }
    marks(.look(tenant, id, ReadingState.Look(messages: sheet.messageCount, activity: sheet.lastActivity)))
  }

  mutating func toggleRead() {
    guard let tenant = place.tenant, let session = place.browse.sessions.selected else { return }
    let count = session.messageCount
    let seen = isUnread(session) ? count : max(0, count - 1)
    marks(.look(tenant, session.id, ReadingState.Look(messages: seen, activity: session.lastActivity)))
  }

  mutating func readEverything() {
    guard let tenant = place.tenant else { return }
    // Messages may carry a later time than the clock has.
    let latest = place.browse.sessions.items.map(\.lastActivity).max() ?? now
    marks(.readEverything(tenant, upTo: max(now, latest)))
    notice = Notice(kind: .information, text: "every session of \(tenant) is marked as read")
  }

  // MARK: Just now

  /// How long something counts as having come just now, in milliseconds.
  private static let moment: Int64 = 60_000

  /// Whether something was added to a session within the last minute.
  func isLive(_ session: ConversationSession) -> Bool {
    if let arrival = arrivals[session.id], isRecent(arrival) { return true }
    return isRecent(session.lastActivity)
  }

  private func isRecent(_ time: Timestamp) -> Bool { abs(now.milliseconds - time.milliseconds) < Self.moment }

  /// Compares sessions read anew with the list on screen.
  mutating func noteArrivals(_ sessions: [ConversationSession]) {
    let counts = Dictionary(place.browse.sessions.items.map { ($0.id, $0.messageCount) }) { first, _ in first }
    for session in sessions {
      if let count = counts[session.id], session.messageCount > count { arrivals[session.id] = now }
    }
  }

  /// Has the time told when the marks of what came just now are to go.
  mutating func setAlarm() {
    guard !isAlarmSet, !arrivals.isEmpty || place.browse.sessions.items.contains(where: isLive) else { return }
    isAlarmSet = true
    outbox.append(.alarm(after: .milliseconds(Self.moment)))
  }

  mutating func take(alarm moment: Timestamp) {
    now = moment
    isAlarmSet = false
    arrivals = arrivals.filter { isRecent($0.value) }
    setAlarm()
  }
}
