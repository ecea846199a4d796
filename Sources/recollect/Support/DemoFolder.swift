// The folder of the sample data: told from all other folders by a marker, replaced as a whole.

import ConversationMemory
import EmbeddedStore
import Foundation

/// Sample data, written anew each day so that it always reaches up to today.
struct DemoFolder {
  private static let markerName = "demo.json"

  let url: URL

  private struct Marker: Codable {
    /// The UTC day up to which the samples reach, as `2026-11-22`.
    var day: String
  }

  private var marker: URL { url.appending(path: Self.markerName, directoryHint: .notDirectory) }

  /// `$XDG_DATA_HOME/recollect/demo`, wherever `$RECOLLECT_DATA` points.
  static var standard: URL {
    var environment = ProcessInfo.processInfo.environment
    environment["RECOLLECT_DATA"] = nil
    return EmbeddedStore.defaultFolder(environment: environment).appending(path: "demo", directoryHint: .isDirectory)
  }

  /// Whether the samples are there and reach up to the day of `now`.
  ///
  /// - Throws: where the folder holds something else: nothing of a person's is ever replaced.
  func isFresh(on now: Timestamp) throws -> Bool {
    let files = FileManager.default
    guard files.fileExists(atPath: url.path) else { return false }
    guard let data = files.contents(atPath: marker.path), let found = try? JSONDecoder().decode(Marker.self, from: data)
    else {
      let content = try files.contentsOfDirectory(atPath: url.path)
      guard content.isEmpty else {
        throw CommandFailure(.failed, "\(url.path) holds something else than samples: name another folder with --data")
      }
      return false
    }
    return found.day == Self.day(of: now)
  }

  /// Builds the samples beside their place and swaps them in when complete.
  func write(now: Timestamp, fill: (any ConversationStore) async throws -> Void) async throws {
    let files = FileManager.default
    let parent = url.deletingLastPathComponent()
    try files.createDirectory(at: parent, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    let process = ProcessInfo.processInfo.processIdentifier
    let name = url.lastPathComponent
    let fresh = parent.appending(path: ".\(name).\(process).new", directoryHint: .isDirectory)
    let stale = parent.appending(path: ".\(name).\(process).old", directoryHint: .isDirectory)
    defer {
      try? files.removeItem(at: fresh)
      try? files.removeItem(at: stale)
    }
    try await fill(try DataOptions.openStore(in: fresh))
    let mark = try JSONEncoder().encode(Marker(day: Self.day(of: now)))
    try mark.write(to: fresh.appending(path: Self.markerName, directoryHint: .notDirectory))
    if files.fileExists(atPath: url.path) { try files.moveItem(at: url, to: stale) }
    try files.moveItem(at: fresh, to: url)
  }

  private static func day(of time: Timestamp) -> String { String(time.iso8601.prefix(10)) }
}
