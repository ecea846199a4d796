// Where things lie on the disk, and who may see them: folders 0700, files 0600.

public import Foundation
import Crypto
import ConversationMemory

/// The paths of a data folder.
struct DataFolder: Sendable {
  let root: URL

  var tenants: URL { root.appending(path: "tenants", directoryHint: .isDirectory) }
  var catalogue: URL { root.appending(path: "catalogue.sqlite", directoryHint: .notDirectory) }

  var catalogueSeal: URL { root.appending(path: "catalogue.seal", directoryHint: .notDirectory) }

  func folder(of tenant: TenantID) -> TenantFolder {
    TenantFolder(root: tenants.appending(path: Self.name(for: tenant), directoryHint: .isDirectory))
  }

  /// A folder name for any text: a readable part for people, and 128 bits of SHA-256 over the id's bytes, which keep
  /// apart what a file system might not (case, Unicode form, reserved names, length).
  static func name(for tenant: TenantID) -> String {
    var readable = ""
    for byte in tenant.rawValue.utf8.prefix(200) where readable.utf8.count < 40 {
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "0")...UInt8(ascii: "9"):
        readable.unicodeScalars.append(Unicode.Scalar(byte))
      case UInt8(ascii: "A")...UInt8(ascii: "Z"):
        readable.unicodeScalars.append(Unicode.Scalar(byte | 0x20))
      default:
        if !readable.isEmpty, !readable.hasSuffix("-") { readable.append("-") }
      }
    }
    while readable.hasSuffix("-") { readable.removeLast() }
    let digest = SHA256.hash(data: Data(tenant.rawValue.utf8)).prefix(16)
    let code = digest.map { String($0 >> 4, radix: 16) + String($0 & 15, radix: 16) }.joined()
    return readable.isEmpty ? code : "\(readable)-\(code)"
  }
}

/// The paths of one tenant.
struct TenantFolder: Sendable, Hashable {
  let root: URL

  var database: URL { root.appending(path: "conversations.sqlite", directoryHint: .notDirectory) }
  var vectors: URL { root.appending(path: "vectors", directoryHint: .isDirectory) }
  var keywords: URL { root.appending(path: "keywords", directoryHint: .isDirectory) }
  /// Held by whoever writes the words; the other one by whoever writes the vectors.
  var keywordLock: URL { root.appending(path: "keywords.lock", directoryHint: .notDirectory) }
  var lock: URL { root.appending(path: "lock", directoryHint: .notDirectory) }
  var seal: URL { root.appending(path: "conversations.seal", directoryHint: .notDirectory) }

  var exists: Bool { FileManager.default.fileExists(atPath: database.path) }
}

extension EmbeddedStore {
  /// `$RECOLLECT_DATA`, else `$XDG_DATA_HOME/recollect`, else `~/.local/share/recollect`.
  public static func defaultFolder(environment: [String: String] = ProcessInfo.processInfo.environment) -> URL {
    if let data = environment["RECOLLECT_DATA"], !data.isEmpty {
      return URL(filePath: data, directoryHint: .isDirectory)
    }
    let base =
      if let share = environment["XDG_DATA_HOME"], share.hasPrefix("/") {
        URL(filePath: share, directoryHint: .isDirectory)
      } else {
        URL(filePath: environment["HOME"] ?? NSHomeDirectory(), directoryHint: .isDirectory)
          .appending(path: ".local/share", directoryHint: .isDirectory)
      }
    return base.appending(path: "recollect", directoryHint: .isDirectory)
  }
}

/// Making files that only their owner can read.
enum PrivateFiles {
  static func makeFolder(_ folder: URL) throws(MemoryError) {
    do {
      try FileManager.default.createDirectory(
        at: folder, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw StorageFailure.unavailable(folder.path, "cannot be made", error)
    }
  }

  /// Makes an empty file before SQLite would: its own would be readable by others, and the files beside it
  /// (write-ahead log, shared memory) take their rights from it.
  static func makeFile(_ file: URL) throws(MemoryError) {
    // Only where there is none: closing a descriptor of an open database would drop this process's locks on it.
    let descriptor = open(file.path, O_CREAT | O_EXCL | O_RDWR | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else {
      if errno == EEXIST { return }
      throw StorageFailure.unavailable(file.path, "cannot be made", SystemFailure(errno))
    }
    close(descriptor)
  }
}

/// An `errno` with its text.
struct SystemFailure: Error, CustomStringConvertible {
  let code: Int32

  init(_ code: Int32) { self.code = code }

  var description: String { String(cString: strerror(code)) }
}
