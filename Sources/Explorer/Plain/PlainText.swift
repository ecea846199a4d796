// What the plain mode says: sentences and numbered lines, for ears as well as for eyes. No signs that a screen reader would
// spell out, no columns to look down.

import ConversationMemory
import Foundation
import Terminal

struct PlainText: Sendable {
  let dates: DateText
  let text: MessageText

  /// Lines of a message that are shown unasked.
  static let foldedLines = 20

  /// `9 Nov 2026 08:40`: no column has to be kept.
  private func moment(_ moment: Timestamp) -> String { String(dates.full(moment).drop { $0 == " " }) }

  func tenant(_ tenant: TenantSummary) -> String {
    let counts = "\(NumberText.count(tenant.sessions, "session")), \(NumberText.count(tenant.messages, "message"))"
    return "\(tenant.id): \(counts)" + (tenant.lastActivity.map { ", last \(moment($0))" } ?? "")
  }

  func session(_ session: ConversationSession, columns: [String]) -> String {
    let values = columns.compactMap { name in session.metadata[name].map { "\(name) \($0)" } }
    let tags = session.tags.isEmpty ? [] : ["tagged \(session.tags.joined(separator: " "))"]
    let facts = [session.channel.rawValue, NumberText.count(session.messageCount, "message")] + tags + values
    return "\(session.title): \(facts.joined(separator: ", ")), \(moment(session.lastActivity))"
  }

  func channel(_ channel: ChannelSummary) -> String {
    "\(channel.id): \(NumberText.count(channel.sessions, "session")), \(NumberText.count(channel.messages, "message"))"
  }

  func days(_ days: PlainDays) -> String {
    let name =
      days.first == days.last
      ? dates.heading(days.first) : "\(dates.written(days.first)) to \(dates.written(days.last))"
    let channels = days.messages.sorted { ($0.value, $1.key.rawValue) > ($1.value, $0.key.rawValue) }
      .map { "\($0.key) \(NumberText.grouped($0.value))" }
    return "\(name): \(NumberText.count(days.total, "message")), \(channels.joined(separator: ", "))"
  }

  /// Who said it and when; where it was said where `session` says so.
  func heading(_ message: ConversationMessage, session: String? = nil) -> String {
    "\(AuthorName.of(message)), \(moment(message.timestamp))" + (session.map { ", in \($0)" } ?? "")
  }

  /// The words, each line behind two spaces: none can pass for a heading or a prompt.
  func body(_ message: ConversationMessage, isWhole: Bool) -> [String] {
    let limit = isWhole ? Int.max : Self.foldedLines
    let lines = text.lines(of: message.content, limit: limit == .max ? limit : limit + 1)
    guard lines.count > limit else { return lines.map { "  \($0.text)" } }
    let left = text.lineCount(of: message.content, limit: TranscriptMeasure.countedLines) - limit
    let more = left + limit >= TranscriptMeasure.countedLines ? "over " : ""
    return lines.prefix(limit).map { "  \($0.text)" }
      + ["  (\(more)\(NumberText.count(left, "more line")): its number shows them)"]
  }

  func hit(_ hit: SearchHit, session: String) -> [String] {
    let weak = hit.weak ? "weak, " : ""
    let percent = "\(Int((hit.score * 100).rounded())) of 100"
    let words =
      hit.matchedWords.isEmpty ? "found by meaning" : "found words: \(hit.matchedWords.joined(separator: ", "))"
    let snippet = Snippet(hit, columns: 80, room: 240, rendersMarkdown: text.rendersMarkdown).marked(.text).text
    return [
      heading(hit.message, session: session), "  \(TextLayout.truncate(snippet, columns: 300))",
      "  (\(weak)score \(percent), \(words))",
    ]
  }

  func recalled(_ item: ContextMessage, session: String) -> [String] {
    let reason = item.reason.map { ["  (why: \($0))"] } ?? []
    let warning = item.otherProspect.map { ["  (warning: about another prospect, \($0))"] } ?? []
    return [heading(item.message, session: session)] + body(item.message, isWhole: false) + reason + warning
  }

  func sheet(_ summary: SessionSummary) -> [String] {
    let session = summary.session
    var lines = [
      "Session \(session.title)", "id: \(session.id)", "channel: \(session.channel)",
      "messages: \(NumberText.grouped(session.messageCount))", "started: \(moment(session.startedAt))",
      "last activity: \(moment(session.lastActivity))", "duration: \(summary.duration)",
    ]
    if !summary.participants.isEmpty { lines.append("people: \(summary.participants.joined(separator: ", "))") }
    if !session.tags.isEmpty { lines.append("tags: \(session.tags.joined(separator: ", "))") }
    if let note = session.note { lines.append("note: \(note)") }
    lines.append("topics: \(summary.topics.isEmpty ? "none stand out" : summary.topics.joined(separator: ", "))")
    return lines + session.metadata.sorted { $0.key < $1.key }.map { "\($0.key): \($0.value)" }
  }
}

extension DateText {
  /// `16 Nov 2026`.
  func written(_ day: CivilDay) -> String {
    // Noon is on its day in any zone, whatever the clocks do in the night.
    let noon = Timestamp(milliseconds: day.daysSinceEpoch * 86_400_000 + 43_200_000)
    let offset = Int64(zone.secondsFromGMT(for: noon.date)) * 1000
    return edge(noon.adding(milliseconds: -offset), isLast: true)
  }
}
