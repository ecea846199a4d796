// The loop: one thread owns the state; it sleeps in poll, drains everything, updates, draws once, sleeps. Nothing is sent while
// nothing happens.

import Glibc

/// Runs an application on a screen.
public struct EventLoop<State, Message: Sendable, Effect> {
  public enum Outcome: Sendable, Equatable {
    case quit
    /// Asked to end from outside (SIGTERM, SIGINT, SIGHUP).
    case signal(Int32)
    /// The terminal is gone.
    case hangup
  }

  private let screen: Screen
  private let inbox: Inbox<Message>
  private var application: Application<State, Message, Effect>
  private var decoder = InputDecoder()
  private var outcome: Outcome?
  /// What was asked to be done since the last picture. It begins after the next one: tasks would take the processors from it.
  private var effects: [Effect] = []
  private var buffer = [UInt8](repeating: 0, count: 65_536)
  /// The deadline delivered last: the same one is not delivered again, or a forgotten one would spin.
  private var deliveredDeadline: ContinuousClock.Instant?

  /// Runs until the application quits or the terminal goes, then closes the screen.
  public static func run(
    _ application: Application<State, Message, Effect>, on screen: Screen
  ) -> (outcome: Outcome, state: State) {
    var loop = EventLoop(screen: screen, application: application)
    return loop.run()
  }

  private init(screen: Screen, application: Application<State, Message, Effect>) {
    self.screen = screen
    self.application = application
    inbox = Inbox(pipe: screen.wake)
  }

  private mutating func run() -> (outcome: Outcome, state: State) {
    update(.resized(screen.size))
    while true {
      if let outcome {
        performEffects()
        if case .hangup = outcome { screen.guardian.expectHangup() }
        screen.close()
        return (outcome, application.state)
      }
      draw()
      performEffects()
      waitAndDispatch()
    }
  }

  private mutating func performEffects() {
    let due = effects
    effects = []
    for effect in due { application.perform(effect, inbox) }
  }

  private func draw() {
    var surface = Surface(size: screen.size)
    application.view(application.state, &surface)
    screen.draw(surface)
  }

  /// Sleeps until something happens, then takes everything that is there.
  private mutating func waitAndDispatch() {
    var hasEvents = false
    var timeout = timeoutMilliseconds
    // Bounded, so that a flood of input still gets drawn now and then.
    for _ in 0..<64 where outcome == nil {
      var descriptors = [
        pollfd(fd: screen.device.input, events: Int16(POLLIN), revents: 0),
        pollfd(fd: screen.wake.readEnd, events: Int16(POLLIN), revents: 0),
      ]
      let ready = poll(&descriptors, 2, timeout)
      if ready < 0 {
        if errno == EINTR { continue }
        outcome = .hangup
        return
      }
      if ready == 0 {
        if hasEvents { break }
        hasEvents = handleTimeout()
      } else {
        if descriptors[1].revents != 0 { handleWake() }
        if descriptors[0].revents != 0 { readInput(descriptors[0].revents) }
        hasEvents = true
      }
      timeout = hasEvents ? 0 : timeoutMilliseconds
    }
  }

  /// -1 for ever.
  private var timeoutMilliseconds: Int32 {
    var wait: Duration?
    if decoder.isWaiting { wait = InputDecoder.escapeDelay }
    if let deadline = application.deadline(application.state), deadline != deliveredDeadline {
      let left = max(.zero, deadline - .now)
      wait = wait.map { min($0, left) } ?? left
    }
    guard let wait else { return -1 }
    // Rounded up: waking too early would mean polling again at once.
    let parts = wait.components
    let milliseconds = parts.seconds * 1000 + (parts.attoseconds + 999_999_999_999_999) / 1_000_000_000_000_000
    return Int32(clamping: milliseconds)
  }

  /// True where something came of it.
  private mutating func handleTimeout() -> Bool {
    var happened = false
    if let deadline = application.deadline(application.state), deadline != deliveredDeadline, deadline <= .now {
      deliveredDeadline = deadline
      update(.deadline)
      happened = true
    } else if decoder.isWaiting {
      for input in decoder.flush() {
        update(.input(input))
        happened = true
      }
    }
    return happened
  }

  private mutating func handleWake() {
    for signal in screen.wake.drain() {
      switch signal {
      case SIGWINCH:
        screen.fitToTerminal()
        update(.resized(screen.size))
      case SIGCONT:
        screen.reclaim()
        update(.continued)
        update(.resized(screen.size))
      case SIGTSTP: apply(.suspend)
      default: outcome = .signal(signal)
      }
    }
    for message in inbox.takeAll() { update(.message(message)) }
  }

  private mutating func readInput(_ state: Int16) {
    let count = read(screen.device.input, &buffer, buffer.count)
    if count > 0 {
      for input in decoder.feed(buffer[..<count]) { update(.input(input)) }
      for report in decoder.takeModeReports() where report.mode == AreaMovement.marginMode {
        screen.hasMargins = report.isAvailable
      }
    } else if count == 0 || errno != EINTR && errno != EAGAIN {
      outcome = .hangup
    }
  }

  private mutating func update(_ event: Event<Message>) {
    guard outcome == nil else { return }
    for command in application.update(&application.state, event) {
      apply(command)
      if outcome != nil { return }
    }
  }

  private mutating func apply(_ command: Command<Effect>) {
    if case .perform(let effect) = command {
      effects.append(effect)
      return
    }
    performEffects()
    switch command {
    case .perform: break
    case .quit: outcome = .quit
    case .suspend:
      screen.suspend()
      update(.continued)
      update(.resized(screen.size))
    case .setMouse(let isOn): screen.setMouse(isOn)
    case .setTheme(let theme): screen.theme = theme
    case .copy(let text): screen.copy(text)
    case .run(let arguments):
      let status = screen.run(arguments)
      update(.resized(screen.size))
      update(.finished(status: status))
    case .redraw: screen.repaintAll()
    }
  }
}
