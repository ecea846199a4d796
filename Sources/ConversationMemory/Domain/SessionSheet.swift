// A session as stores keep it: what is shown of it and what it takes to keep that up to date, one message at a time.

/// A session with what its next message needs to know.
package struct SessionSheet: Hashable, Sendable {
  /// How good the words are that the title may be made of.
  private enum OpeningRank: Int { case none, anyone, customer }

  package var session: ConversationSession
  /// The words that the title may be made of.
  package var opening: String?
  /// How good those are: 0 for none, 1 for anyone's, 2 for the customer's.
  package var openingRank: Int
  /// The sequence number of the message that came last.
  package var lastSequence: Int64

  package init(session: ConversationSession, opening: String?, openingRank: Int, lastSequence: Int64) {
    self.session = session
    self.opening = opening
    self.openingRank = openingRank
    self.lastSequence = lastSequence
  }

  /// A session without messages.
  package init(id: SessionID, channel: Channel, at time: Timestamp, metadata: [String: String]) {
    self.init(
      session: ConversationSession(
        id: id, channel: channel, title: SessionTitle.make(metadata: metadata, opening: nil, id: id), startedAt: time,
        lastActivity: time, messageCount: 0, metadata: metadata), opening: nil, openingRank: OpeningRank.none.rawValue,
      lastSequence: 0)
  }

  /// Takes a new message into account, but for the title; returns its sequence number.
  ///
  /// - Throws: ``MemoryError/Code/invalidMessage`` where the session would have too many tags; then nothing is changed.
  package mutating func note(_ draft: MessageDraft, at time: Timestamp) throws(MemoryError) -> Int64 {
    if !draft.sessionAnnotations.isEmpty {
      do throws(MemoryError) {
        session.annotations = try session.annotations.applying(draft.annotation(of: session.annotations))
      } catch {
        throw MemoryError(.invalidMessage, error.message, remedy: error.remedy)
      }
    }
    if lastSequence == 0 {
      session.startedAt = time
      session.lastActivity = time
    } else {
      session.startedAt = min(session.startedAt, time)
      session.lastActivity = max(session.lastActivity, time)
    }
    session.messageCount += 1
    lastSequence += 1
    for (key, value) in draft.sessionMetadata where session.metadata[key] == nil { session.metadata[key] = value }
    for key in MetadataKey.sessionWide where session.metadata[key] == nil {
      if let value = draft.metadata[key], !value.isEmpty { session.metadata[key] = value }
    }
    let rank = draft.role == .user ? OpeningRank.customer.rawValue : OpeningRank.anyone.rawValue
    if rank > openingRank, draft.role != .system {
      opening = SessionTitle.make(metadata: [:], opening: draft.content, id: draft.session)
      openingRank = rank
    }
    return lastSequence
  }

  /// Makes the title again after messages were noted.
  package mutating func retitle() {
    session.title = SessionTitle.make(metadata: session.metadata, opening: opening, id: session.id)
  }
}
