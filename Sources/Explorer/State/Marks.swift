// What a person marks while exploring: bookmarks, saved searches, what was read. It is about the person and not part of the
// data; how it is kept on disk is in Runtime/.

import ConversationMemory

/// A session, or one of its messages, to come back to.
struct Bookmark: Codable, Sendable, Equatable, Identifiable {
  struct ID: Hashable, Sendable {
    var tenant: TenantID
    var session: SessionID
    var message: MessageID?
  }

  var tenant: TenantID
  var session: SessionID
  /// Nil stands for the session.
  var message: MessageID?
  /// How it was called when it was marked: the session's title, or who said what.
  var title: String
  /// When it was marked.
  var moment: Timestamp

  var id: ID { ID(tenant: tenant, session: session, message: message) }
}

/// A search line under a name.
struct SavedSearch: Codable, Sendable, Equatable, Identifiable {
  var name: String
  var line: String

  /// Names that differ in nothing but case are the same.
  var id: String { name.lowercased() }
}

/// How far a tenant has been read.
struct ReadingState: Codable, Sendable, Equatable {
  struct Look: Codable, Sendable, Equatable {
    /// Messages the session had then.
    var messages: Int
    /// Its last activity then: what has been quiet longest is forgotten first.
    var activity: Timestamp
  }

  /// Sessions that have been quiet since count as read, whether they were looked at or not.
  var since: Timestamp
  /// By the session's id.
  private(set) var looks: [String: Look] = [:]

  /// Looks kept.
  static let limit = 5000

  init(since: Timestamp) { self.since = since }

  func isUnread(_ session: ConversationSession) -> Bool {
    if let look = looks[session.id.rawValue] { return session.messageCount > look.messages }
    return session.lastActivity > since
  }

  mutating func note(_ session: SessionID, _ look: Look) {
    looks[session.rawValue] = look
    guard looks.count > Self.limit else { return }
    let oldest = looks.sorted { $0.value.activity < $1.value.activity }.prefix(Self.limit / 10)
    for (id, look) in oldest {
      looks[id] = nil
      since = max(since, look.activity)
    }
  }

  mutating func readEverything(upTo moment: Timestamp) {
    since = max(since, moment)
    looks = looks.filter { $0.value.activity > moment }
  }
}

/// All marks of a data folder.
struct Marks: Codable, Sendable, Equatable {
  /// Newest first.
  private(set) var bookmarks: [Bookmark] = []
  /// By name.
  private(set) var searches: [SavedSearch] = []
  /// Lines of the session filter, newest first.
  private(set) var filters: [String] = []
  /// Results hit by hit, instead of session by session.
  private(set) var showsFlatHits = false
  /// By the tenant's id.
  private(set) var reading: [String: ReadingState] = [:]

  /// Filter lines kept.
  static let filterLimit = 50
  static let bookmarkLimit = 1000

  func reading(of tenant: TenantID) -> ReadingState? { reading[tenant.rawValue] }
  func search(named name: String) -> SavedSearch? { searches.first { $0.id == name.lowercased() } }

  /// One thing a person has done. Changes and not whole states go to disk, so that two explorers at once keep each other's.
  enum Change: Sendable, Equatable {
    case bookmark(Bookmark)
    case removeBookmark(Bookmark.ID)
    /// Takes the place of one of the same name.
    case saveSearch(SavedSearch)
    case renameSearch(SavedSearch.ID, to: String)
    case removeSearch(SavedSearch.ID)
    case filter(String)
    case showFlatHits(Bool)
    /// A tenant is met for the first time: what is there counts as read.
    case meet(TenantID, at: Timestamp)
    case look(TenantID, SessionID, ReadingState.Look)
    case readEverything(TenantID, upTo: Timestamp)
  }

  mutating func apply(_ change: Change) {
    switch change {
    case .bookmark(let bookmark):
      bookmarks.removeAll { $0.id == bookmark.id }
      bookmarks.insert(bookmark, at: 0)
      bookmarks.removeLast(max(0, bookmarks.count - Self.bookmarkLimit))
    case .removeBookmark(let id): bookmarks.removeAll { $0.id == id }
    case .saveSearch(let search):
      searches.removeAll { $0.id == search.id }
      searches.append(search)
      searches.sort { $0.id < $1.id }
    case .renameSearch(let id, let name):
      guard let search = searches.first(where: { $0.id == id }) else { return }
      searches.removeAll { $0.id == id }
      apply(.saveSearch(SavedSearch(name: name, line: search.line)))
    case .removeSearch(let id): searches.removeAll { $0.id == id }
    case .filter(let line):
      filters.removeAll { $0 == line }
      filters.insert(line, at: 0)
      filters.removeLast(max(0, filters.count - Self.filterLimit))
    case .showFlatHits(let isFlat): showsFlatHits = isFlat
    case .meet(let tenant, let moment):
      if reading[tenant.rawValue] == nil { reading[tenant.rawValue] = ReadingState(since: moment) }
    case .look(let tenant, let session, let look):
      reading[tenant.rawValue, default: ReadingState(since: look.activity)].note(session, look)
    case .readEverything(let tenant, let moment):
      reading[tenant.rawValue, default: ReadingState(since: moment)].readEverything(upTo: moment)
    }
  }
}

/// What is known of the marks: those on disk, and what has been done since.
struct MarksState: Sendable, Equatable {
  private(set) var marks = Marks() {
    didSet { bookmarked = Set(marks.bookmarks.map(\.id)) }
  }
  /// Looked up for every row on screen.
  private var bookmarked: Set<Bookmark.ID> = []
  /// The file has been read, or there is none.
  private(set) var isLoaded = false
  /// Changes on their way to the file, by number.
  private var pending: [(number: Int, change: Marks.Change)] = []
  private var count = 0

  static func == (left: MarksState, right: MarksState) -> Bool {
    left.marks == right.marks && left.isLoaded == right.isLoaded && left.count == right.count
  }

  func has(_ bookmark: Bookmark.ID?) -> Bool { bookmark.map(bookmarked.contains) ?? false }

  /// Makes a change here; returns its number for the file.
  mutating func apply(_ change: Marks.Change, isKept: Bool) -> Int {
    marks.apply(change)
    count += 1
    if isKept { pending.append((count, change)) }
    return count
  }

  /// Takes over what the file has: others may have written too. What it does not have yet stays.
  mutating func take(_ marks: Marks, upTo number: Int) {
    isLoaded = true
    pending.removeAll { $0.number <= number }
    var marks = marks
    for (_, change) in pending { marks.apply(change) }
    self.marks = marks
  }
}

/// What the file of marks answers.
struct MarksNews: Sendable, Equatable {
  /// Nil where it could not be read.
  var marks: Marks?
  /// The last change that is in them.
  var number = 0
  /// What went wrong, for people.
  var problem: String?
}
