// A session's sheet as a point, and back.

import ConversationMemory
import Foundation

/// A sheet on the cluster. How many messages its session has is not in it: that is counted, and so always true.
struct StoredSheet: Sendable {
  var sheet: SessionSheet
  /// Channels of its messages.
  var spokenChannels: Set<Channel>
  /// When it was made, in microseconds: the order of sessions that are otherwise equal.
  let born: Int64
  /// Names the write that this is.
  private(set) var revision: String
  /// The write that this one comes after; nil for the first. Where another has come between, this one changes nothing.
  private(set) var previousRevision: String?
  /// Whether a batch has touched it.
  var isChanged = false

  var id: SessionID { sheet.session.id }

  /// A sheet that has yet to be written.
  init(_ sheet: SessionSheet, born: Int64) {
    self.sheet = sheet
    self.born = born
    spokenChannels = []
    revision = ""
  }

  init(_ point: StoredPoint) throws {
    guard let payload = point.payload, let session = payload.session, let channel = payload.channel,
      let startedAt = payload.startedAt, let lastActivity = payload.lastActivity, let title = payload.title
    else {
      throw MemoryError(
        .damaged, "the point \(point.id.text) is not a whole session", remedy: "run `recollect verify --repair`")
    }
    sheet = SessionSheet(
      session: ConversationSession(
        id: SessionID(unchecked: session), channel: Channel(unchecked: channel), title: title,
        startedAt: Timestamp(milliseconds: startedAt), lastActivity: Timestamp(milliseconds: lastActivity),
        messageCount: 0, metadata: payload.metadata ?? [:], tags: payload.tags ?? [], note: payload.note),
      opening: payload.opening, openingRank: payload.openingRank ?? 0, lastSequence: payload.lastSequence ?? 0)
    spokenChannels = Set((payload.spokenChannels ?? []).map { Channel(unchecked: $0) })
    born = payload.born ?? 0
    revision = payload.revision ?? ""
  }

  /// The same with a title that fits its contents, under a name of its own for the write.
  func renewed() -> StoredSheet {
    var sheet = self
    sheet.sheet.retitle()
    sheet.previousRevision = revision.isEmpty ? nil : revision
    sheet.revision = UUID().uuidString.lowercased()
    return sheet
  }

  func draft(of tenant: TenantID) -> PointDraft {
    let session = sheet.session
    var payload: [(String, JSONValue)] = [
      (PayloadField.kind.rawValue, .string(PointKind.session.rawValue)),
      (PayloadField.session.rawValue, .string(session.id.rawValue)),
      (PayloadField.channel.rawValue, .string(session.channel.rawValue)),
      (PayloadField.channels.rawValue, .strings(spokenChannels.union([session.channel]).map(\.rawValue).sorted())),
      (PayloadField.spokenChannels.rawValue, .strings(spokenChannels.map(\.rawValue).sorted())),
      (PayloadField.startedAt.rawValue, .integer(session.startedAt.milliseconds)),
      (PayloadField.lastActivity.rawValue, .integer(session.lastActivity.milliseconds)),
      (PayloadField.revision.rawValue, .string(revision)),
      (PayloadName.title, .string(session.title)),
      (PayloadName.openingRank, .integer(Int64(sheet.openingRank))),
      (PayloadName.lastSequence, .integer(sheet.lastSequence)),
      (PayloadName.born, .integer(born)),
    ]
    if !session.tags.isEmpty { payload.append((PayloadField.tags.rawValue, .strings(session.tags))) }
    if let note = session.note { payload.append((PayloadName.note, .string(note))) }
    if let opening = sheet.opening { payload.append((PayloadName.opening, .string(opening))) }
    if !session.metadata.isEmpty {
      payload += [
        (PayloadName.metadata, .map(session.metadata)),
        (PayloadField.metadataNames.rawValue, .strings(session.metadata.keys.sorted())),
        (PayloadField.metadataPairs.rawValue, .strings(MetadataDigest.digests(of: session.metadata))),
      ]
    }
    return PointDraft(id: .session(session.id, of: tenant), payload: payload)
  }

  /// The session with the number of its messages.
  func session(messages: Int) -> ConversationSession {
    var session = sheet.session
    session.messageCount = messages
    return session
  }
}
