// Checks a tenant: every message against its checksum, every sheet against its messages, every passage against its message.

import ConversationMemory
import Foundation

extension QdrantTenantStore {
  private static let pointsAtOnce = 1000

  func verify(repair: Bool, place: String) async throws -> [VerificationFinding] {
    var facts = SessionFacts()
    var damaged: [String] = []
    var messages = 0
    try await points.forEachPage("check messages", .messages, size: Self.pointsAtOnce, payload: .message) { page in
      try Task.checkCancellation()
      for point in page {
        messages += 1
        guard let payload = point.payload, let message = MessagePoint.message(payload),
          payload.checksum == MessagePoint.checksum(message), point.id == .message(message.id, of: id)
        else {
          damaged.append(point.id.text)
          continue
        }
        facts.note(message)
      }
    }
    var findings = [
      damaged.isEmpty
        ? VerificationFinding(file: "\(place)/messages", outcome: .sound, detail: "\(messages) messages")
        : VerificationFinding(
          file: "\(place)/messages", outcome: .damaged,
          detail: "\(damaged.count) of \(messages) messages are not what was stored, \(damaged[0]) for one: "
            + "restore them from a snapshot, or import them again after deleting their sessions")
    ]
    findings.append(try await verifySheets(facts, repair: repair, place: "\(place)/sessions"))
    findings.append(try await verifyPassages(repair: repair, place: "\(place)/passages"))
    return findings
  }

  private func verifySheets(_ facts: SessionFacts, repair: Bool, place: String) async throws -> VerificationFinding {
    var sheets: [SessionID: StoredSheet] = [:]
    var unreadable = 0
    try await points.forEachPage("check sessions", .sessions, size: Self.pointsAtOnce) { page in
      for point in page {
        if let sheet = try? StoredSheet(point) { sheets[sheet.id] = sheet } else { unreadable += 1 }
      }
    }
    let wrong = facts.mended(sheets, born: Self.now)
    guard !wrong.isEmpty || unreadable > 0 else {
      return VerificationFinding(file: place, outcome: .sound, detail: "\(sheets.count) sessions")
    }
    let what = "\(wrong.count) sessions' sheets did not agree with their messages"
    guard repair, unreadable == 0 else {
      return VerificationFinding(
        file: place, outcome: .damaged,
        detail: unreadable > 0
          ? "\(unreadable) sheets cannot be read: delete those sessions and import them again"
          : "\(what): `recollect verify --repair` makes them again")
    }
    let standing = try await write(wrong)
    try await noteChange()
    return VerificationFinding(
      file: place, outcome: standing.count == wrong.count ? .repaired : .unchecked,
      detail: standing.count == wrong.count ? what : "\(what), and somebody is writing to them now")
  }

  /// Passages whose message is gone: left by a writer that died between writing them and finding that out.
  private func verifyPassages(repair: Bool, place: String) async throws -> VerificationFinding {
    var orphans: [PointID] = []
    var count = 0
    try await points.forEachPage(
      "check passages", PointFilter(.kind(.passage)), size: Self.pointsAtOnce,
      payload: .only([PayloadField.kind.rawValue, PayloadName.messageID])
    ) { page in
      count += page.count
      let owners = page.map { point in
        (point.id, PointID.message(MessageID(unchecked: point.payload?.messageID ?? ""), of: id))
      }
      let standing = Set(
        try await points.points(
          "check passages", Array(Set(owners.map(\.1))), payload: .only([PayloadField.kind.rawValue])
        ).map(\.id))
      orphans += owners.filter { !standing.contains($0.1) }.map(\.0)
    }
    guard !orphans.isEmpty else {
      return VerificationFinding(file: place, outcome: .sound, detail: "\(count) further passages of long messages")
    }
    let what = "\(orphans.count) of \(count) passages belong to no message"
    guard repair else {
      return VerificationFinding(
        file: place, outcome: .damaged, detail: "\(what): `recollect verify --repair` removes them")
    }
    try await points.delete(PointFilter(.kind(.passage), .hasID(orphans)))
    return VerificationFinding(file: place, outcome: .repaired, detail: what)
  }
}

/// What a session's messages say about its sheet.
private struct SessionFacts {
  private struct Facts {
    var first: ConversationMessage
    var latest: Timestamp
    var earliest: Timestamp
    var lastSequence: Int64
    var channels: Set<Channel>
    var count = 1
  }

  private var sessions: [SessionID: Facts] = [:]

  mutating func note(_ message: ConversationMessage) {
    guard var facts = sessions[message.session] else {
      sessions[message.session] = Facts(
        first: message, latest: message.timestamp, earliest: message.timestamp, lastSequence: message.sequence,
        channels: [message.channel])
      return
    }
    if message.sequence < facts.first.sequence { facts.first = message }
    facts.latest = max(facts.latest, message.timestamp)
    facts.earliest = min(facts.earliest, message.timestamp)
    facts.lastSequence = max(facts.lastSequence, message.sequence)
    facts.channels.insert(message.channel)
    facts.count += 1
    sessions[message.session] = facts
  }

  /// The sheets that are missing or wrong, as they should be. One without messages is right as it is, and one may know of
  /// more than was found here: of messages that came while these were read, or of a writer that died. So none is narrowed.
  func mended(_ sheets: [SessionID: StoredSheet], born: Int64) -> [StoredSheet] {
    sessions.sorted { $0.key < $1.key }.compactMap { id, facts in
      guard var stored = sheets[id] else {
        var sheet = SessionSheet(
          id: id, channel: facts.first.channel, at: facts.earliest, metadata: [:])
        _ = try? sheet.note(draft(of: facts.first), at: facts.earliest)
        sheet.session.lastActivity = facts.latest
        sheet.lastSequence = facts.lastSequence
        var made = StoredSheet(sheet, born: born)
        made.spokenChannels = facts.channels
        return made.renewed()
      }
      let session = stored.sheet.session
      guard
        session.startedAt > facts.earliest || session.lastActivity < facts.latest
          || stored.sheet.lastSequence < facts.lastSequence || !stored.spokenChannels.isSuperset(of: facts.channels)
      else { return nil }
      stored.sheet.session.startedAt = min(session.startedAt, facts.earliest)
      stored.sheet.session.lastActivity = max(session.lastActivity, facts.latest)
      stored.sheet.lastSequence = max(stored.sheet.lastSequence, facts.lastSequence)
      stored.spokenChannels.formUnion(facts.channels)
      return stored.renewed()
    }
  }

  private func draft(of message: ConversationMessage) -> MessageDraft {
    MessageDraft(
      id: message.id, session: message.session, channel: message.channel, role: message.role, author: message.author,
      content: message.content, timestamp: message.timestamp, metadata: message.metadata)
  }
}
