// Lists of what was kept, over a view: bookmarks, saved searches. What is in them is among the marks.

import ConversationMemory

struct EntryListState: Sendable, Equatable {
  enum Kind: Sendable { case bookmarks, searches }

  var kind: Kind
  var selected = 0
  /// The selected one goes when that is said once more.
  var isRemoving = false
}

/// A row of such a list.
struct ListEntry: Sendable, Equatable {
  var title: String
  var detail: String
}

/// A name being typed for a search.
struct NamingState: Sendable, Equatable {
  enum Purpose: Sendable, Equatable {
    case save(line: String)
    case rename(SavedSearch.ID)
  }

  var purpose: Purpose
  var field: TextField
  /// Another search of that name goes when the name is confirmed once more.
  var isReplacing = false
}
