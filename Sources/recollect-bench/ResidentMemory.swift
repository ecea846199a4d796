// How much of some mapped files is in memory, as Linux tells.

import Foundation

enum ResidentMemory {
  /// Bytes of this process's mappings of files in a folder that are resident; 0 where the system does not tell.
  static func bytes(ofFilesIn folder: URL) -> Int {
    guard let maps = try? String(contentsOfFile: "/proc/self/smaps", encoding: .utf8) else { return 0 }
    let path = folder.standardizedFileURL.path(percentEncoded: false)
    var isOurs = false
    var total = 0
    for line in maps.split(separator: "\n") {
      if line.hasPrefix("Rss:") {
        if isOurs { total += (line.split(separator: " ").dropFirst().first.flatMap { Int($0) } ?? 0) * 1024 }
      } else if line.contains(path) {
        isOurs = true
      } else if line.first?.isHexDigit == true, line.contains("-"), line.contains(" "), !line.contains("kB") {
        isOurs = false
      }
    }
    return total
  }
}
