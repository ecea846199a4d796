// Where one is in the plain mode, and what can be chosen there by a number.

import ConversationMemory

/// What was shown last. Going back shows it anew.
enum PlainPlace: Equatable, Sendable {
  case tenants
  case sessions(TenantID, filter: String)
  case channels(TenantID)
  /// A conversation, from its start, or around a message.
  case transcript(TenantID, TranscriptSource, around: ConversationMessage? = nil)
  case results(TenantID, line: String)
  case context(TenantID, SessionID, ContextOptions)
  case sheet(TenantID, SessionID)
  case timeline(TenantID)

  var tenant: TenantID? {
    switch self {
    case .tenants: nil
    case .sessions(let tenant, _), .channels(let tenant), .transcript(let tenant, _, _), .results(let tenant, _),
      .context(let tenant, _, _), .sheet(let tenant, _), .timeline(let tenant):
      tenant
    }
  }

  /// The session that context and sheet are about.
  var session: SessionID? {
    switch self {
    case .transcript(_, .session(let session), _), .context(_, let session, _), .sheet(_, let session): session
    default: nil
    }
  }

  /// Before the prompt's sign.
  var prompt: String {
    switch self {
    case .tenants: "tenants"
    case .sessions(let tenant, _): "\(tenant), sessions"
    case .channels(let tenant): "\(tenant), channels"
    case .transcript(let tenant, .session, _): "\(tenant), session"
    case .transcript(let tenant, .channel(let channel), _): "\(tenant), \(channel)"
    case .transcript(let tenant, .author(let name), _): "\(tenant), \(name)"
    case .results(let tenant, _): "\(tenant), results"
    case .context(let tenant, _, _): "\(tenant), context"
    case .sheet(let tenant, _): "\(tenant), session"
    case .timeline(let tenant): "\(tenant), timeline"
    }
  }
}

/// Something with a number.
enum PlainChoice: Equatable, Sendable {
  case tenant(TenantID)
  case session(SessionID)
  case channel(Channel)
  /// Read whole where it is.
  case message(ConversationMessage)
  /// Opened in its conversation.
  case hit(ConversationMessage)
  /// A filter of sessions.
  case days(String)
}

/// What `more` goes on with.
enum PlainContinuation: Equatable, Sendable {
  case tenants(Cursor)
  case sessions(Cursor)
  case older(Cursor)
  case newer(Cursor)
  case hits([SearchHit])
  case days([PlainDays])
}

/// The messages of some days.
struct PlainDays: Equatable, Sendable {
  var first: CivilDay
  var last: CivilDay
  var messages: [Channel: Int] = [:]

  var total: Int { messages.values.reduce(0, +) }
}
