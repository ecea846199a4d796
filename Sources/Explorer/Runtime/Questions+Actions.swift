// What leaves the explorer: exports, texts for a pager, an editor or the clipboard; and changes of tags and notes.

import ConversationExchange
import ConversationMemory
import Foundation
import Terminal

/// What comes of an action.
enum ActionAnswer: Sendable, Equatable {
  case exported(ExportReport, path: String)
  /// Nothing was written: the file is there already.
  case exists(path: String)
  /// A text for the clipboard, or the path of a file with one.
  case text(String, TextUse)
  /// A text that no clipboard takes lies in a file.
  case kept(what: String, path: String)
  case tags([TagSummary])
  case annotated(TenantID, SessionID, AnnotationChange)
}

extension Questions {
  nonisolated func export(
    _ tenant: TenantID, _ scope: ExportScope, _ options: ExportOptions, path: String, overwrites: Bool
  ) async throws -> Answer {
    let memory = try await handle(tenant)
    do {
      let file = try ExportFile(path: Surroundings().expanded(path), overwrite: overwrites)
      let report = try await ConversationExporter(from: memory).write(scope, options, to: file)
      try file.finish()
      return .action(.exported(report, path: path))
    } catch let error as ExchangeError where error.code == .exists {
      return .action(.exists(path: path))
    }
  }

  /// A text that steers no terminal, in a file of one's own for a program.
  nonisolated func text(
    _ tenant: TenantID, _ scope: ExportScope, _ options: ExportOptions, _ use: TextUse
  ) async throws -> Answer {
    let memory = try await handle(tenant)
    let path = Self.temporaryPath()
    let file = try ExportFile(path: path, overwrite: false, filter: { SafeText.printable($0) })
    try await ConversationExporter(from: memory).write(scope, options, to: file)
    try file.finish()
    guard use == .clipboard else {
      // An editor says so where somebody tries to save: nothing comes back from the copy.
      chmod(path, 0o400)
      return .action(.text(path, use))
    }
    defer { unlink(path) }
    return .action(.text(try String(contentsOfFile: path, encoding: .utf8), use))
  }

  /// In the user's own folder of the session where there is one: it is in memory.
  private static func temporaryPath() -> String {
    let runtime = ProcessInfo.processInfo.environment["XDG_RUNTIME_DIR"] ?? ""
    let folder =
      !runtime.isEmpty && FileManager.default.isWritableFile(atPath: runtime)
      ? URL(filePath: runtime, directoryHint: .isDirectory) : FileManager.default.temporaryDirectory
    return folder.appending(path: "recollect-\(UUID().uuidString).txt").path
  }

  /// `copied.txt`, `copied-2.txt` and so on: nothing is replaced.
  nonisolated func keep(_ text: String, what: String, folder: String) throws -> Answer {
    let prefix = folder.isEmpty ? "" : folder + "/"
    let names = ["copied.txt"] + (2...999).map { "copied-\($0).txt" }
    let free = names.first { !FileManager.default.fileExists(atPath: Surroundings().expanded(prefix + $0)) }
    let path = prefix + (free ?? "copied.txt")
    let file = try ExportFile(path: Surroundings().expanded(path), overwrite: false)
    try file.write(text)
    try file.finish()
    return .action(.kept(what: what, path: path))
  }

  nonisolated func annotate(
    _ tenant: TenantID, _ session: SessionID, _ edit: AnnotationEdit
  ) async throws -> Answer {
    .action(.annotated(tenant, session, try await handle(tenant).annotate(session, with: edit)))
  }
}
