// Another program on our terminal.

import Glibc

enum ChildProgram {
  /// Starts a program found in `PATH` on the terminal and waits for it, stopping and continuing with it.
  static func run(_ arguments: [String], terminal: TerminalDevice) -> Int32 {
    guard let process = start(arguments, terminal: terminal) else { return 127 }
    var status: Int32 = 0
    while true {
      if waitpid(process, &status, WUNTRACED) < 0 {
        if errno == EINTR { continue }
        return 127
      }
      if status & 0xFF == 0x7F {
        // The child was stopped with Ctrl-Z: the shell gets its turn, later the child goes on with us.
        raise(SIGSTOP)
        kill(process, SIGCONT)
        continue
      }
      return status & 0x7F == 0 ? status >> 8 & 0xFF : 128 + status & 0x7F
    }
  }

  private static func start(_ arguments: [String], terminal: TerminalDevice) -> pid_t? {
    guard let program = arguments.first else { return nil }
    var actions = posix_spawn_file_actions_t()
    posix_spawn_file_actions_init(&actions)
    defer { posix_spawn_file_actions_destroy(&actions) }
    posix_spawn_file_actions_adddup2(&actions, terminal.input, STDIN_FILENO)
    posix_spawn_file_actions_adddup2(&actions, terminal.output, STDOUT_FILENO)
    var attributes = posix_spawnattr_t()
    posix_spawnattr_init(&attributes)
    defer { posix_spawnattr_destroy(&attributes) }
    // Threads of the concurrency pool block signals, and children inherit that: an editor would ignore Ctrl-C.
    posix_spawnattr_setflags(&attributes, Int16(POSIX_SPAWN_SETSIGMASK | POSIX_SPAWN_SETSIGDEF))
    var none = sigset_t()
    var all = sigset_t()
    sigemptyset(&none)
    sigfillset(&all)
    posix_spawnattr_setsigmask(&attributes, &none)
    posix_spawnattr_setsigdefault(&attributes, &all)
    var pointers = arguments.map { strdup($0) } + [nil]
    defer { for pointer in pointers { free(pointer) } }
    var process: pid_t = 0
    return posix_spawnp(&process, program, &actions, &attributes, &pointers, environ) == 0 ? process : nil
  }
}
