// A frame in one write. ncurses flushes what it has at every cursor movement: dozens of writes a key, each of which wakes the
// terminal to show a part of the picture. While a frame is drawn, its descriptor is a file in memory; then all of it goes out.

import CNCurses
import Glibc

/// Stands between ncurses and the terminal while a frame is drawn.
final class FrameOutput {
  /// The descriptor that ncurses writes to; the terminal again once a frame is out, as ncurses also sets its modes through it.
  private let descriptor: Int32
  private let device: TerminalDevice
  /// -1 where the system has no files in memory: ncurses writes by itself then.
  private let memory: Int32
  private var bytes: [UInt8] = []

  /// Terminals without colours may lack the codes that take one attribute away.
  private let hasColors: Bool

  init(descriptor: Int32, device: TerminalDevice, hasColors: Bool) {
    self.hasColors = hasColors
    self.descriptor = descriptor
    self.device = device
    let closeOnExecution: UInt32 = 1
    memory = memfd_create("frame", closeOnExecution)
  }

  deinit { if memory >= 0 { close(memory) } }

  /// Sends what `draw` makes ncurses write, in one piece and with no more colours than it takes.
  ///
  /// - Parameter prefix: goes out before it. It leaves cursor and colours as they were.
  func send(after prefix: [UInt8] = [], _ draw: () -> Void) {
    guard memory >= 0, dup3(memory, descriptor, O_CLOEXEC) >= 0 else {
      if !prefix.isEmpty { device.write(prefix) }
      return draw()
    }
    draw()
    let count = Int(lseek(memory, 0, SEEK_CUR))
    if count > 0 {
      if bytes.count < count { bytes = [UInt8](repeating: 0, count: max(count, 16_384)) }
      let got = pread(memory, &bytes, count, 0)
      lseek(memory, 0, SEEK_SET)
      _ = dup3(device.output, descriptor, O_CLOEXEC)
      device.write(prefix + filtered(bytes[..<max(0, got)]))
    } else {
      _ = dup3(device.output, descriptor, O_CLOEXEC)
      if !prefix.isEmpty { device.write(prefix) }
    }
  }

  private func filtered(_ frame: ArraySlice<UInt8>) -> [UInt8] {
    hasColors ? RenditionFilter.applied(to: frame) : Array(frame)
  }
}
