// The memory of another process, as Linux tells.

import Foundation

/// In MB of 2^20 bytes.
struct ProcessMemory: Codable, Sendable {
  /// All that is resident, files shared with others included.
  var resident: Double
  /// The same with what is shared counted by its share.
  var proportional: Double
  /// What is this process's alone and no file's: the system cannot take it back as it can the pages of a mapped index.
  var anonymous: Double

  enum CodingKeys: String, CodingKey {
    case resident = "rss_mb"
    case proportional = "pss_mb"
    case anonymous = "anonymous_mb"
  }

  /// nil where the process is gone.
  init?(of process: Int32) {
    guard let resident = Self.field("VmRSS:", in: "/proc/\(process)/status") else { return nil }
    self.resident = resident
    anonymous = Self.field("RssAnon:", in: "/proc/\(process)/status") ?? 0
    proportional = Self.field("Pss:", in: "/proc/\(process)/smaps_rollup") ?? resident
  }

  private static func field(_ name: String, in file: String) -> Double? {
    guard let text = try? String(contentsOfFile: file, encoding: .utf8) else { return nil }
    let line = text.split(separator: "\n").first { $0.hasPrefix(name) }
    return line?.split(whereSeparator: \.isWhitespace).dropFirst().first.flatMap { Double($0) }.map { $0 / 1024 }
  }

  /// The largest resident memory of the children that this process has waited for so far, in MB.
  static var largestChild: Double {
    var usage = rusage()
    getrusage(RUSAGE_CHILDREN.rawValue, &usage)
    return Double(usage.ru_maxrss) / 1024
  }
}
