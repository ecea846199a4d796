// What stands in front of a session's title: something came just now, unread, bookmarked.

import ConversationMemory
import Terminal

struct SessionMarks {
  let isUnread: Bool
  private(set) var spans: [Span] = []

  init(_ session: ConversationSession, _ state: ExplorerState) {
    let glyphs = state.settings.glyphs
    isUnread = state.isUnread(session)
    if state.isLive(session) {
      spans.append(Span("\(glyphs.live) ", Style(.success, .bold)))
    } else if isUnread {
      spans.append(Span("\(glyphs.unread) ", Style(.accent, .bold)))
    }
    if let tenant = state.place.tenant, state.marks.has(Bookmark.ID(tenant: tenant, session: session.id)) {
      spans.append(Span("\(glyphs.bookmark) ", Style(.marked)))
    }
  }
}
