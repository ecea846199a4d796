// Copying to the user's clipboard, also over ssh.

internal import Foundation
import Glibc

extension Screen {
  /// Sends text to the clipboard: through tmux where the program runs inside it (tmux ignores OSC 52 by default), else with
  /// OSC 52. A terminal may refuse silently.
  func copy(_ text: String) {
    if getenv("TMUX") != nil, copyThroughTmux(text) { return }
    let encoded = Data(text.utf8).base64EncodedString()
    device.write("\u{1B}]52;c;\(encoded)\u{07}")
  }

  private func copyThroughTmux(_ text: String) -> Bool {
    let process = Process()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/env")
    process.arguments = ["tmux", "load-buffer", "-w", "-"]
    let pipe = Pipe()
    process.standardInput = pipe
    process.standardOutput = FileHandle.nullDevice
    process.standardError = FileHandle.nullDevice
    do {
      try process.run()
      try pipe.fileHandleForWriting.write(contentsOf: Data(text.utf8))
      try pipe.fileHandleForWriting.close()
    } catch {
      return false
    }
    process.waitUntilExit()
    return process.terminationStatus == 0
  }
}
