// Signals, crashes and standard error while the screen is up. Whatever happens, the shell gets its terminal back, and what was
// written to standard error becomes readable there.

import CNCurses
import Glibc

/// What the signal handlers read: plain memory, made before any handler is installed.
private struct GuardState {
  var wakeDescriptor: Int32 = -1
  var terminal: Int32 = -1
  var realErrors: Int32 = -1
  var capturedErrors: Int32 = -1
  /// 1 while the screen is up.
  var isActive: Int32 = 0
  var saved = termios()
  var restoreBytes: UnsafeMutablePointer<UInt8>?
  var restoreCount = 0
}

/// Memory that lives as long as the process, as a handler may run at any moment.
private enum GuardMemory {
  // Handlers may touch nothing that is allocated, counted or initialised lazily: raw memory, written by the one thread that
  // opens the screen while no handler is installed, then only by that thread and by a crash handler, which never returns.
  nonisolated(unsafe) static let state: UnsafeMutablePointer<GuardState> = {
    let pointer = UnsafeMutablePointer<GuardState>.allocate(capacity: 1)
    pointer.initialize(to: GuardState())
    return pointer
  }()
  // As above: what the signals did before, by number.
  nonisolated(unsafe) static let before: UnsafeMutablePointer<sigaction> = {
    let pointer = UnsafeMutablePointer<sigaction>.allocate(capacity: 65)
    pointer.initialize(repeating: sigaction(), count: 65)
    return pointer
  }()
  // As above: for copying standard error in a handler.
  nonisolated(unsafe) static let buffer = UnsafeMutableRawPointer.allocate(byteCount: 4096, alignment: 16)
}

/// Only async-signal-safe calls: write, read, lseek, ftruncate, dup2, tcsetattr, sigaction, raise.
private func crashed(_ signal: Int32) {
  if GuardMemory.state.pointee.isActive != 0 {
    GuardMemory.state.pointee.isActive = 0
    let state = GuardMemory.state
    _ = write(state.pointee.terminal, state.pointee.restoreBytes, state.pointee.restoreCount)
    _ = tcsetattr(state.pointee.terminal, TCSANOW, &state.pointee.saved)
    releaseErrors()
  }
  // The default action, or a backtracer that was asked for, gets the signal when this handler returns.
  _ = sigaction(signal, GuardMemory.before + Int(signal), nil)
  _ = raise(signal)
}

private func noticed(_ signal: Int32) {
  let kept = errno
  var byte = UInt8(truncatingIfNeeded: signal)
  _ = write(GuardMemory.state.pointee.wakeDescriptor, &byte, 1)
  errno = kept
}

/// Standard error is itself again, and shows what was captured.
private func releaseErrors() {
  let captured = GuardMemory.state.pointee.capturedErrors
  let real = GuardMemory.state.pointee.realErrors
  guard captured >= 0, real >= 0 else { return }
  _ = dup2(real, STDERR_FILENO)
  _ = lseek(captured, 0, SEEK_SET)
  while true {
    let count = read(captured, GuardMemory.buffer, 4096)
    if count <= 0 { break }
    _ = write(real, GuardMemory.buffer, count)
  }
  _ = ftruncate(captured, 0)
  _ = lseek(captured, 0, SEEK_SET)
}

/// Installed while a screen is open; one at a time in a process.
final class TerminalGuard {
  /// Signals that become bytes on the wake pipe.
  private static let noticedSignals = [SIGWINCH, SIGTERM, SIGHUP, SIGINT, SIGCONT, SIGTSTP]
  private static let crashSignals = [SIGSEGV, SIGILL, SIGTRAP, SIGABRT, SIGBUS, SIGFPE, SIGQUIT, SIGSYS]

  private let wake: WakePipe
  private var isInstalled = false

  /// - Parameters:
  ///   - restore: what to send so that the shell finds the terminal as it was.
  init(device: TerminalDevice, saved: termios, restore: [UInt8], wake: WakePipe) {
    self.wake = wake
    let state = GuardMemory.state
    state.pointee.wakeDescriptor = wake.writeEnd
    state.pointee.terminal = device.output
    state.pointee.saved = saved
    let bytes = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, restore.count))
    for (index, byte) in restore.enumerated() { (bytes + index).initialize(to: byte) }
    let previous = state.pointee.restoreBytes
    state.pointee.restoreBytes = bytes
    state.pointee.restoreCount = restore.count
    previous?.deallocate()
    // Errors sent to a file stay there; only those that would spoil the screen are kept back.
    if isatty(STDERR_FILENO) == 1, state.pointee.capturedErrors < 0 {
      state.pointee.realErrors = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3)
      let closeOnExec: UInt32 = 1
      state.pointee.capturedErrors = memfd_create("stderr", closeOnExec)
    }
  }

  /// The screen comes up.
  func activate() {
    let state = GuardMemory.state
    if state.pointee.capturedErrors >= 0, state.pointee.realErrors >= 0 {
      fflush(nil)
      _ = dup2(state.pointee.capturedErrors, STDERR_FILENO)
    }
    state.pointee.isActive = 1
    if !isInstalled { install() }
  }

  /// The screen is gone (for good, or while stopped or another program has the terminal); call it after restoring.
  func deactivate() {
    GuardMemory.state.pointee.isActive = 0
    releaseErrors()
  }

  /// Puts all signals back to what they did.
  func uninstall() {
    guard isInstalled else { return }
    isInstalled = false
    for signal in Self.noticedSignals + Self.crashSignals {
      _ = sigaction(signal, GuardMemory.before + Int(signal), nil)
    }
    GuardMemory.state.pointee.wakeDescriptor = -1
  }

  /// The terminal is gone: the kernel's SIGHUP may come after this has been noticed, and must not cut the ending short.
  func expectHangup() {
    GuardMemory.before[Int(SIGHUP)] = sigaction()
    GuardMemory.before[Int(SIGHUP)].__sigaction_handler.sa_handler = SIG_IGN
  }

  /// Stops the whole job, as Ctrl-Z would without raw mode; returns when it is continued. In an orphaned process group, where
  /// nobody could continue it, the kernel ignores the stop and this returns at once.
  func stop() {
    var ignored = sigaction()
    ignored.__sigaction_handler.sa_handler = SIG_IGN
    var standard = sigaction()
    standard.__sigaction_handler.sa_handler = SIG_DFL
    var own = sigaction()
    // The others of the job first. A signal to this whole process would reach any of its threads at any time, when the
    // handler may be back already: this thread stops by one of its own.
    _ = sigaction(SIGTSTP, &ignored, &own)
    _ = kill(0, SIGTSTP)
    _ = sigaction(SIGTSTP, &standard, nil)
    var stops = sigset_t()
    var mask = sigset_t()
    sigemptyset(&stops)
    sigaddset(&stops, SIGTSTP)
    // A thread made by a task blocks most signals.
    pthread_sigmask(SIG_UNBLOCK, &stops, &mask)
    _ = raise(SIGTSTP)
    pthread_sigmask(SIG_SETMASK, &mask, nil)
    _ = sigaction(SIGTSTP, &own, nil)
  }

  /// Runs `body` while keyboard signals go to a child only.
  func withoutKeyboardSignals<Result>(_ body: () -> Result) -> Result {
    var ignored = sigaction()
    ignored.__sigaction_handler.sa_handler = SIG_IGN
    let signals = [SIGINT, SIGQUIT, SIGTSTP]
    var own = signals.map { _ in sigaction() }
    for (index, signal) in signals.enumerated() { _ = sigaction(signal, &ignored, &own[index]) }
    let result = body()
    for (index, signal) in signals.enumerated() { _ = sigaction(signal, &own[index], nil) }
    return result
  }

  private func install() {
    isInstalled = true
    useAlternateStack()
    _ = GuardMemory.buffer
    for signal in Self.crashSignals {
      var action = sigaction()
      sigemptyset(&action.sa_mask)
      action.__sigaction_handler.sa_handler = crashed
      action.sa_flags = SA_ONSTACK
      _ = sigaction(signal, &action, GuardMemory.before + Int(signal))
      if !Self.isBacktraceWanted { Self.useDefault(after: signal) }
    }
    for signal in Self.noticedSignals {
      var action = sigaction()
      sigemptyset(&action.sa_mask)
      action.__sigaction_handler.sa_handler = noticed
      action.sa_flags = SA_RESTART
      _ = sigaction(signal, &action, GuardMemory.before + Int(signal))
    }
    // Writing to a reader that has gone is an error to handle, not a reason to die.
    _ = signal(SIGPIPE, SIG_IGN)
  }

  /// On a terminal Swift's own backtracer asks "press space to interact" for half a minute: not what a person at a prompt
  /// needs, so it runs only where it was asked for by name.
  private static var isBacktraceWanted: Bool { getenv("SWIFT_BACKTRACE") != nil }

  private static func useDefault(after signal: Int32) {
    let before = GuardMemory.before + Int(signal)
    before.pointee = sigaction()
    before.pointee.__sigaction_handler.sa_handler = SIG_DFL
  }

  /// So that a stack overflow in this thread can be handled too.
  private func useAlternateStack() {
    var current = stack_t()
    let size = 64 * 1024
    guard sigaltstack(nil, &current) == 0, current.ss_flags & Int32(SS_DISABLE) != 0 else { return }
    // Never freed: the thread may fault until its end.
    var stack = stack_t(ss_sp: malloc(size), ss_flags: 0, ss_size: size)
    _ = sigaltstack(&stack, nil)
  }
}
