// The reading side of a tenant's words: the index, opened once and refreshed before each use, and the messages that are
// stored but not in it yet, analysed in memory.

import ConversationMemory
import Foundation
import GRDB
import KeywordIndex
import Synchronization
import TextAnalysis
import VectorIndex

final class KeywordShelf: Sendable {
  /// What a look at the tenant's words gives.
  enum Look {
    case ready(KeywordView)
    /// More messages than allowed for are not in the index yet, or it has to be made again first.
    case behind
    /// The index is not of these messages, and has to be emptied first.
    case foreign
  }

  let folder: URL
  private let state = Mutex(State())

  private struct State {
    var index: KeywordIndex?
    var waiting: Waiting?
    var unchecked = 0
  }

  /// Messages above a mark, kept from one search to the next.
  private struct Waiting {
    let mark: Int64
    var words: MessageWords
    var batch: KeywordBatch
  }

  init(folder: URL) { self.folder = folder }

  /// The words as they are now: everything that was committed before is in what this returns. Throws ``DamagedKeywords``
  /// where damage is met that opening the index does not show.
  ///
  /// - Parameter limit: How many messages that are not in the index may be analysed in memory; nil: all, and also where
  ///   the index is unusable.
  func look(_ pool: ConnectionPool, limit: Int?) throws -> Look {
    try state.withLock { state in
      var strange: KeywordSnapshot?
      while true {
        guard let snapshot = try Self.current(&state, folder)?.snapshot, snapshot !== strange else {
          // Of another state of the database, such as one that a backup has replaced: as good as none.
          guard limit == nil else { return strange == nil ? .behind : .foreign }
          let look = try pool.read { try Self.look(&state, .empty(analyzer: TextAnalyzer.version), limit, $0) }
          return look ?? .behind
        }
        if let look = try pool.read({ try Self.look(&state, snapshot, limit, $0) }) { return look }
        // Or else a deletion was finished between the two reads: then there is another snapshot by now.
        strange = snapshot
      }
    }
  }

  /// Looks at one state of the index beside one of the database; nil where they cannot be of the same messages.
  private static func look(
    _ state: inout State, _ snapshot: KeywordSnapshot, _ limit: Int?, _ database: Database
  ) throws -> Look? {
    let mark = snapshot.highWater
    let deleted = try Set(Int64.fetchAll(database, sql: "SELECT row FROM keyword_scrubs"))
    if let limit, try count(above: mark, limit: limit + 1, database) > limit { return .behind }
    var waiting = state.waiting ?? Waiting(mark: mark, words: MessageWords(above: mark), batch: .empty)
    // Another mark, or one of them was deleted meanwhile: from the beginning.
    if try waiting.mark != mark || count(in: mark, waiting.words.lastRow, database) != waiting.words.documents {
      waiting = Waiting(mark: mark, words: MessageWords(above: mark), batch: .empty)
    }
    if try waiting.words.read(database, limit: .max, bytes: .max) > 0 { waiting.batch = waiting.words.batch() }
    let messages = try Int.fetchOne(database, sql: "SELECT messages FROM tenant") ?? 0
    let live = try snapshot.documents - count(of: deleted, in: snapshot) + waiting.batch.documents
    if live != messages {
      // Counters can be wrong too; counting takes tens of milliseconds among hundreds of thousands.
      guard try live == Int.fetchOne(database, sql: "SELECT count(*) FROM messages") else { return nil }
    }
    // A whole index's worth is not kept: it is there for one search only.
    state.waiting = limit == nil ? nil : waiting
    return .ready(KeywordView(snapshot: snapshot, waiting: waiting.batch, deleted: deleted))
  }

  /// The words of all messages, read from the messages themselves: nothing that is wrong with the index is in the way.
  static func lookAtMessages(_ pool: ConnectionPool) throws -> KeywordView {
    try pool.read { database in
      var words = MessageWords(above: 0)
      _ = try words.read(database, limit: .max, bytes: .max)
      return KeywordView(
        snapshot: .empty(analyzer: TextAnalyzer.version), waiting: words.batch(), deleted: [])
    }
  }

  private static func count(of deleted: Set<Int64>, in snapshot: KeywordSnapshot) throws -> Int {
    do { return try snapshot.count(of: deleted) } catch let error as VectorIndexError where error.asksForRebuild {
      throw DamagedKeywords(cause: error)
    }
  }

  /// The index as it is now; nil where it has to be made again first (damaged, an older format, another analyzer).
  private static func current(_ state: inout State, _ folder: URL) throws -> KeywordIndex? {
    do {
      if let index = state.index {
        try index.refresh()
        return index
      }
      let index = try KeywordIndex.open(folder: folder, analyzer: TextAnalyzer.version, access: .reading)
      state.index = index
      return index
    } catch let error as VectorIndexError where error.asksForRebuild {
      state.index = nil
      return nil
    }
  }

  private static func count(above mark: Int64, limit: Int, _ database: Database) throws -> Int {
    let statement = try database.cachedStatement(
      sql: "SELECT count(*) FROM (SELECT 1 FROM messages WHERE row > ? LIMIT ?)")
    return try Int.fetchOne(statement, arguments: [mark, limit]) ?? 0
  }

  private static func count(in mark: Int64, _ last: Int64, _ database: Database) throws -> Int {
    let statement = try database.cachedStatement(sql: "SELECT count(*) FROM messages WHERE row > ? AND row <= ?")
    return try Int.fetchOne(statement, arguments: [mark, last]) ?? 0
  }

  /// Counts messages that this process has added. Returns whether so many have come together that the index shall take
  /// them in.
  func noteAdded(_ count: Int) -> Bool {
    state.withLock { state in
      state.unchecked += count
      guard state.unchecked >= KeywordWriter.batchMessages else { return false }
      state.unchecked = 0
      return true
    }
  }

  /// Forgets what is open: it turned out to be damaged, or what waits was deleted.
  func drop() {
    state.withLock { state in
      state.index = nil
      state.waiting = nil
    }
  }
}
