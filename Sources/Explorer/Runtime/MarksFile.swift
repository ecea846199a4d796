// A file of marks, one entry for each data folder. Every change is made to what the file has at that moment, under a lock:
// two explorers at once do not lose each other's entries.

import ConversationMemory
import Foundation

struct MarksFile: Sendable {
  let path: String
  /// The data folder or server that the marks are about.
  let data: String

  private static let version = 1

  /// What is wrong with the file, for people.
  struct Problem: Error, Sendable, Equatable {
    var text: String
  }

  private struct Document: Codable {
    var version = MarksFile.version
    var data: [String: Marks] = [:]
  }

  private struct Version: Codable {
    var version: Int
  }

  /// The marks as they are; none where there is no file.
  ///
  /// - Throws: ``Problem`` where the file cannot be read. A damaged one has been put aside then, and the next call finds
  ///   none.
  func read() throws(Problem) -> Marks { try document().data[data] ?? Marks() }

  /// Makes changes and returns what the file has then.
  ///
  /// - Throws: ``Problem`` where it can be neither read nor written. A damaged one has been put aside then.
  func apply(_ changes: [Marks.Change]) throws(Problem) -> Marks {
    let folder = URL(filePath: path).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw Problem(text: "marks cannot be kept in \(folder.path): \(Self.reason(error))")
    }
    let lock = open(path + ".lock", O_CREAT | O_RDWR | O_CLOEXEC, 0o600)
    guard lock >= 0 else { throw Problem(text: "marks cannot be kept in \(path): \(String(cString: strerror(errno)))") }
    // Closing gives the lock back.
    defer { close(lock) }
    while flock(lock, LOCK_EX) != 0 {
      guard errno == EINTR else {
        throw Problem(text: "marks cannot be kept in \(path): \(String(cString: strerror(errno)))")
      }
    }
    var document = try document()
    var marks = document.data[data] ?? Marks()
    for change in changes { marks.apply(change) }
    document.data[data] = marks
    do {
      let encoder = JSONEncoder()
      encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
      try encoder.encode(document).write(to: URL(filePath: path), options: .atomic)
      // Titles and search lines are nobody else's business.
      try FileManager.default.setAttributes([.posixPermissions: 0o600], ofItemAtPath: path)
    } catch {
      throw Problem(text: "marks cannot be kept in \(path): \(Self.reason(error))")
    }
    return marks
  }

  private func document() throws(Problem) -> Document {
    guard FileManager.default.fileExists(atPath: path) else { return Document() }
    guard let bytes = FileManager.default.contents(atPath: path) else {
      throw Problem(text: "the marks in \(path) cannot be read; bookmarks and saved searches are not kept")
    }
    if let version = try? JSONDecoder().decode(Version.self, from: bytes).version, version > Self.version {
      throw Problem(text: "a newer version wrote the marks in \(path); this one leaves them alone and keeps none")
    }
    if let document = try? JSONDecoder().decode(Document.self, from: bytes) { return document }
    throw setAside()
  }

  /// Keeps a damaged file for who may want to mend it, and makes room for a new one.
  private func setAside() -> Problem {
    var name = path + ".damaged"
    var number = 1
    while FileManager.default.fileExists(atPath: name) {
      number += 1
      name = "\(path).damaged-\(number)"
    }
    guard rename(path, name) == 0 else {
      return Problem(text: "the marks in \(path) are damaged, and cannot be put aside: move the file away")
    }
    return Problem(text: "the marks in \(path) are damaged: they are in \(name) now, and new ones begin")
  }

  private static func reason(_ error: any Error) -> String { (error as NSError).localizedDescription }
}

/// Reads and writes marks one after the other, off the thread that draws.
actor MarksKeeper {
  private let file: MarksFile
  /// What could not be written before: it is tried again with what comes next.
  private var unwritten: [Marks.Change] = []
  private var number = 0
  /// Something that goes on being wrong is said once.
  private var said: String?

  init(_ file: MarksFile) { self.file = file }

  func read() -> MarksNews {
    do throws(MarksFile.Problem) {
      return MarksNews(marks: try file.read())
    } catch {
      said = error.text
      return MarksNews(marks: Marks(), problem: error.text)
    }
  }

  /// - Parameter changes: in their order, with ascending numbers.
  func keep(_ changes: [(number: Int, change: Marks.Change)]) -> MarksNews {
    guard let last = changes.last else { return MarksNews() }
    unwritten += changes.map(\.change)
    do throws(MarksFile.Problem) {
      let marks = try file.apply(unwritten)
      unwritten = []
      number = last.number
      return MarksNews(marks: marks, number: number)
    } catch {
      defer { said = error.text }
      return MarksNews(problem: said == error.text ? nil : error.text)
    }
  }
}
