// Adding a batch. Sheets are written first, then messages: a writer that dies in between leaves sheets that promise
// nothing but a session, and the same batch again finishes the work. What is returned is on the cluster's disks.

import ConversationMemory
import Foundation

extension QdrantTenantStore {
  /// How often a batch begins anew where others write to the same sessions.
  private static let mostRounds = 20

  func add(_ drafts: [MessageDraft], policy: RejectionPolicy) async throws -> AddResult {
    guard !drafts.isEmpty else {
      return AddResult(ids: [], added: 0, duplicates: 0, newSessions: 0, rejections: [])
    }
    let batch = try AddBatch(drafts, tenant: id, policy: policy, now: .now)
    var created = Set<SessionID>()
    for round in 1...Self.mostRounds {
      var plan = try await plan(batch)
      let standing = try await write(plan.sheets)
      created.formUnion(plan.sheets.filter { $0.previousRevision == nil && standing.contains($0.id) }.map(\.id))
      if standing.count == plan.sheets.count {
        try await write(plan.messages)
        plan.result.newSessions = created.count
        return plan.result
      }
      // Another writer came between: what it wrote is what to go on from.
      try await Task.sleep(for: .milliseconds(Int.random(in: 0...(20 * round))))
    }
    throw MemoryError(
      .busy, "others are writing to the same sessions of tenant \"\(id)\" all the time",
      remedy: "none of this batch's messages is stored; try again")
  }

  /// Messages in one request, and requests at once: while the server works on some, the words of others are counted here.
  private static let messagesPerRequest = 250
  private static let requestsAtOnce = 4

  private func write(_ messages: [ConversationMessage]) async throws {
    try await withThrowingTaskGroup(of: Void.self) { group in
      for (number, start) in stride(from: 0, to: messages.count, by: Self.messagesPerRequest).enumerated() {
        if number >= Self.requestsAtOnce { try await group.next() }
        let part = messages[start..<min(start + Self.messagesPerRequest, messages.count)]
        group.addTask { try await points.upsert(part.map { draft(of: $0) }, mode: .insertOnly) }
      }
      try await group.waitForAll()
    }
  }

  /// A message as it is written before it is embedded: its words are searchable at once.
  private func draft(of message: ConversationMessage) -> PointDraft {
    PointDraft(
      id: .message(message.id, of: id), vectors: PointDraft.Vectors(sparse: TermWeights.vector(of: message)),
      payload: MessagePoint.payload(message) + [(PayloadField.model.rawValue, .string(PayloadField.noModel))])
  }

  /// Reads what is stored of a batch's messages and sessions, and decides what to write.
  private func plan(_ batch: AddBatch) async throws -> AddBatch.Plan {
    let (messages, sessions) = (batch.messagePoints, batch.sessionPoints)
    let stored = try await points.query(
      "read what is stored of a batch",
      [
        PointQuery(
          .none, filter: PointFilter(.hasID([.tenant(id)])), limit: 1, payload: .only([PayloadField.kind.rawValue])),
        PointQuery(.none, filter: PointFilter(.hasID(sessions)), limit: max(1, sessions.count)),
        PointQuery(
          .none, filter: PointFilter(.hasID(messages)), limit: max(1, messages.count),
          payload: .only([
            PayloadField.kind.rawValue, PayloadField.session.rawValue, PayloadField.role.rawValue,
            PayloadName.messageID, PayloadName.content,
          ])),
      ])
    guard !stored[0].isEmpty else { throw MemoryError.unknownTenant(id) }
    return try batch.plan(sheets: stored[1], messages: stored[2], born: Self.now)
  }

  /// Writes sheets that nobody else has written since they were read. Returns the sessions whose sheets stand as written.
  func write(_ sheets: [StoredSheet]) async throws -> Set<SessionID> {
    guard !sheets.isEmpty else { return [] }
    let tenant = id
    let new = sheets.filter { $0.previousRevision == nil }
    let known = sheets.filter { $0.previousRevision != nil }
    let isUnchanged = PointFilter(
      should: known.map { sheet in
        .nested(
          PointFilter(
            .hasID([.session(sheet.id, of: tenant)]), .equals(.revision, sheet.previousRevision ?? "")))
      })
    async let inserted: Void = points.upsert(new.map { $0.draft(of: tenant) }, mode: .insertOnly, inOneOrder: true)
    async let updated: Void = points.upsert(
      known.map { $0.draft(of: tenant) }, mode: .updateOnly, onlyIf: isUnchanged)
    _ = try await (inserted, updated)
    let found = try await points.points(
      "see that sessions are stored", sheets.map { .session($0.id, of: tenant) },
      payload: .only([PayloadField.kind.rawValue, PayloadField.session.rawValue, PayloadField.revision.rawValue]))
    let revisions = Dictionary(
      found.compactMap { point in
        point.payload?.session.map { (SessionID(unchecked: $0), point.payload?.revision) }
      }, uniquingKeysWith: { first, _ in first })
    return Set(sheets.filter { revisions[$0.id] == $0.revision }.map(\.id))
  }
}
