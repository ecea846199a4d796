// One batch on its way to the cluster: what its messages are called, what is stored of them already, what is to be written.

import ConversationMemory
import Foundation

struct AddBatch: Sendable {
  /// A draft that can be stored.
  private struct Entry: Sendable {
    let draft: MessageDraft
    let id: MessageID
    let timestamp: Timestamp
  }

  /// What decides whether a draft is a stored message again.
  private struct Identity: Sendable {
    let session: SessionID
    let role: String
    let content: String

    init?(_ payload: PointPayload) {
      guard let session = payload.session, let role = payload.role, let content = payload.content else { return nil }
      self.session = SessionID(unchecked: session)
      self.role = role
      self.content = content
    }

    init(_ draft: MessageDraft) {
      session = draft.session
      role = draft.role.rawValue
      content = draft.content
    }

    func matches(_ draft: MessageDraft) -> Bool {
      session == draft.session && role == draft.role.rawValue && content.utf8.elementsEqual(draft.content.utf8)
    }
  }

  /// What is to be written, and what to say when it is.
  struct Plan: Sendable {
    var sheets: [StoredSheet] = []
    var messages: [ConversationMessage] = []
    var result = AddResult(ids: [], added: 0, duplicates: 0, newSessions: 0, rejections: [])
  }

  private let tenant: TenantID
  private let policy: RejectionPolicy
  private let now: Timestamp
  private let entries: [Result<Entry, MemoryError>]

  /// - Throws: the first fault, where one bad message refuses the batch.
  init(_ drafts: [MessageDraft], tenant: TenantID, policy: RejectionPolicy, now: Timestamp) throws(MemoryError) {
    self.tenant = tenant
    self.policy = policy
    self.now = now
    var occurrences = OccurrenceCounter()
    var entries: [Result<Entry, MemoryError>] = []
    entries.reserveCapacity(drafts.count)
    for draft in drafts {
      do throws(MemoryError) {
        try draft.validate()
        let timestamp = draft.timestamp ?? now
        let id = occurrences.identity(of: draft, at: timestamp, tenant: tenant)
        entries.append(.success(Entry(draft: draft, id: id, timestamp: timestamp)))
      } catch {
        if policy == .refuseBatch { throw error }
        entries.append(.failure(error))
      }
    }
    self.entries = entries
  }

  private var drafts: [Entry] { entries.compactMap { try? $0.get() } }

  /// The points its messages are, or would be.
  var messagePoints: [PointID] { Set(drafts.map(\.id)).map { .message($0, of: tenant) } }

  /// The same of its sessions.
  var sessionPoints: [PointID] { Set(drafts.map(\.draft.session)).map { .session($0, of: tenant) } }

  /// What is to be written, given what is stored.
  ///
  /// - Throws: the first fault, where one bad message refuses the batch.
  func plan(sheets: [StoredPoint], messages: [StoredPoint], born: Int64) throws -> Plan {
    var plan = Plan()
    var stored: [MessageID: Identity] = [:]
    for payload in messages.compactMap(\.payload) {
      guard let id = payload.messageID, let identity = Identity(payload) else { continue }
      stored[MessageID(unchecked: id)] = identity
    }
    var known: [SessionID: StoredSheet] = [:]
    for point in sheets {
      let sheet = try StoredSheet(point)
      known[sheet.id] = sheet
    }
    var changed: [SessionID] = []
    for (index, outcome) in entries.enumerated() {
      let entry: Entry
      switch outcome {
      case .success(let sound): entry = sound
      case .failure(let reason):
        plan.reject(index, reason)
        continue
      }
      if let identity = stored[entry.id] {
        if identity.matches(entry.draft) {
          plan.result.ids.append(entry.id)
          plan.result.duplicates += 1
          continue
        }
        let reason = MemoryError(
          .conflict,
          "the message id \"\(entry.id.rawValue.prefix(80))\" is taken by another message in session "
            + "\"\(identity.session)\"", remedy: "ids are unique within a tenant: give this message its own")
        if policy == .refuseBatch { throw reason }
        plan.reject(index, reason)
        continue
      }
      var sheet =
        known[entry.draft.session]
        ?? StoredSheet(
          SessionSheet(id: entry.draft.session, channel: entry.draft.channel, at: entry.timestamp, metadata: [:]),
          born: born + Int64(changed.count))
      let sequence: Int64
      do throws(MemoryError) {
        sequence = try sheet.sheet.note(entry.draft, at: entry.timestamp)
      } catch {
        if policy == .refuseBatch { throw error }
        plan.reject(index, error)
        continue
      }
      if !sheet.isChanged {
        sheet.isChanged = true
        changed.append(sheet.id)
      }
      sheet.spokenChannels.insert(entry.draft.channel)
      stored[entry.id] = Identity(entry.draft)
      known[entry.draft.session] = sheet
      plan.messages.append(message(entry, sequence: sequence))
      plan.result.ids.append(entry.id)
      plan.result.added += 1
    }
    plan.sheets = changed.compactMap { known[$0]?.renewed() }
    return plan
  }

  private func message(_ entry: Entry, sequence: Int64) -> ConversationMessage {
    let draft = entry.draft
    return ConversationMessage(
      id: entry.id, session: draft.session, channel: draft.channel, role: draft.role, author: draft.author,
      content: draft.content, timestamp: entry.timestamp, ingestedAt: now, sequence: sequence, metadata: draft.metadata)
  }
}

extension AddBatch.Plan {
  fileprivate mutating func reject(_ index: Int, _ reason: MemoryError) {
    result.ids.append(nil)
    result.rejections.append(AddResult.Rejection(index: index, reason: reason))
  }
}
