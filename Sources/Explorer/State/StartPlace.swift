// Where one was when the explorer was left, for the next start.

import ConversationMemory
import Foundation

/// A tenant, its list, and the session selected in it.
struct StartPlace: Codable, Sendable, Equatable {
  var tenant: TenantID
  var isChannels = false
  /// A word of `:sort`.
  var order = "activity"
  var isReversed = false
  var session: SessionID?

  /// nil where no tenant is open.
  init?(_ place: Place) {
    guard let tenant = place.tenant else { return nil }
    self.tenant = tenant
    isChannels = place.browse.kind == .channels
    order = place.browse.order.word
    isReversed = place.browse.isReversed
    session = place.browse.sessions.selected?.id
  }

  var browse: BrowseState {
    var browse = BrowseState()
    browse.kind = isChannels ? .channels : .sessions
    browse.order = SessionQuery.Order.allCases.first { $0.word == order } ?? .lastActivity
    browse.isReversed = isReversed
    browse.wantedSession = session
    return browse
  }
}

/// A file of places, one for each data folder.
struct PlaceMemory: Sendable {
  let path: String

  init(_ path: String) { self.path = path }

  /// nil where there is none, or none that this version can read: the explorer starts as it does without.
  func place(for data: String) -> StartPlace? { places[data] }

  /// - Throws: where the file cannot be written.
  func save(_ place: StartPlace, for data: String) throws {
    let folder = URL(filePath: path).deletingLastPathComponent()
    try FileManager.default.createDirectory(
      at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    var places = places
    places[data] = place
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    try encoder.encode(places).write(to: URL(filePath: path), options: .atomic)
    // Tenants and sessions have names that are nobody else's business.
    try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
  }

  private var places: [String: StartPlace] {
    guard let data = FileManager.default.contents(atPath: path) else { return [:] }
    return (try? JSONDecoder().decode([String: StartPlace].self, from: data)) ?? [:]
  }
}
