// A child process on a real pseudo-terminal: what tests of screens and the latency benchmark stand on. What its bytes mean is
// not known here.

public import Glibc

/// How a program ended.
public enum ExitStatus: Equatable, Sendable {
  case exited(Int32)
  case signaled(Int32)

  init(waitStatus: Int32) {
    self = waitStatus & 0x7F == 0 ? .exited(waitStatus >> 8 & 0xFF) : .signaled(waitStatus & 0x7F)
  }
}

/// Why there is no terminal, or no program on it.
public struct PseudoTerminalError: Error, CustomStringConvertible, Sendable {
  public let description: String
}

/// Owns the master side and the process; kills the process when it goes away.
public final class PseudoTerminal {
  /// The side on which the program's output is read; -1 after `hangUp`.
  public private(set) var master: Int32
  public let process: pid_t
  private var status: ExitStatus?

  /// Starts a program in a session of its own, with nothing but the given environment.
  ///
  /// - Parameter program: its path; `PATH` is not searched.
  public init(program: String, arguments: [String], environment: [String: String], columns: Int, rows: Int) throws {
    var master: Int32 = -1
    var slave: Int32 = -1
    var name = [CChar](repeating: 0, count: 128)
    var size = Self.size(columns: columns, rows: rows)
    guard openpty(&master, &slave, &name, nil, &size) == 0 else {
      throw PseudoTerminalError(description: "no pseudo-terminal: \(String(cString: strerror(errno)))")
    }
    for descriptor in [master, slave] { _ = fcntl(descriptor, F_SETFD, FD_CLOEXEC) }
    defer { close(slave) }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    // The first terminal that a new session opens becomes its controlling terminal.
    posix_spawn_file_actions_addopen(&actions, 0, name, O_RDWR, 0)
    posix_spawn_file_actions_adddup2(&actions, 0, 1)
    posix_spawn_file_actions_adddup2(&actions, 0, 2)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Test runners and task threads block and ignore signals; the program must not inherit that.
    let newSession: Int32 = 0x80
    posix_spawnattr_setflags(
      &attributes, Int16(newSession | Int32(POSIX_SPAWN_SETSIGMASK) | Int32(POSIX_SPAWN_SETSIGDEF)))
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    var argv = ([program] + arguments).map { strdup($0) } + [nil]
    var envp = environment.sorted { $0.key < $1.key }.map { strdup("\($0.key)=\($0.value)") } + [nil]
    defer { for pointer in argv + envp { free(pointer) } }
    var process: pid_t = 0
    let result = posix_spawn(&process, program, &actions, &attributes, &argv, &envp)
    guard result == 0 else {
      close(master)
      throw PseudoTerminalError(description: "\(program) does not start: \(String(cString: strerror(result)))")
    }
    self.master = master
    self.process = process
  }

  deinit {
    if status == nil {
      // The whole session: a shell's jobs have process groups of their own.
      kill(process, SIGKILL)
      var ignored: Int32 = 0
      waitpid(process, &ignored, 0)
    }
    hangUp()
  }

  /// As when the window is closed.
  public func hangUp() {
    if master >= 0 { close(master) }
    master = -1
  }

  public func resize(columns: Int, rows: Int) {
    var size = Self.size(columns: columns, rows: rows)
    // The kernel sends SIGWINCH.
    _ = ioctl(master, UInt(TIOCSWINSZ), &size)
  }

  /// - Returns: how many bytes the terminal took, -1 where none.
  public func write(_ bytes: [UInt8]) -> Int { Glibc.write(master, bytes, bytes.count) }

  /// nil while it runs.
  public func exitStatus() -> ExitStatus? {
    if status == nil {
      var raw: Int32 = 0
      if waitpid(process, &raw, WNOHANG) == process { status = ExitStatus(waitStatus: raw) }
    }
    return status
  }

  private static func size(columns: Int, rows: Int) -> winsize {
    winsize(ws_row: UInt16(rows), ws_col: UInt16(columns), ws_xpixel: 0, ws_ypixel: 0)
  }
}
