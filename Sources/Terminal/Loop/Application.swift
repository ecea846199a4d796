// A program for the loop: state, how events change it, how it looks, what it asks to be done.

/// What the loop reports to `update`.
public enum Event<Message: Sendable>: Sendable {
  case input(Input)
  /// The first event of all, and after every change of the window's size.
  case resized(Size)
  /// A task posted to the inbox.
  case message(Message)
  /// The instant that the application's `deadline` named has passed.
  case deadline
  /// Back after being stopped; the screen repaints by itself.
  case continued
  /// A program started with `Command.run` has ended: exit status, 128 + signal, or 127 where it could not start.
  case finished(status: Int32)
}

/// What `update` asks the loop to do, in order.
public enum Command<Effect> {
  /// Handed to the application's `perform`.
  case perform(Effect)
  /// Ends the loop; commands after it are dropped.
  case quit
  /// Stops the program, as Ctrl-Z does.
  case suspend
  case setMouse(Bool)
  case setTheme(Theme)
  /// To the clipboard; say on the screen what was copied.
  case copy(String)
  /// An editor or a pager, on the terminal; `Event.finished` follows.
  case run([String])
  /// Repaints everything (Ctrl-L).
  case redraw
}

extension Command: Sendable where Effect: Sendable {}

/// All a program consists of. `update` and `view` are pure: tests call them without a terminal.
public struct Application<State, Message: Sendable, Effect> {
  public var state: State
  public let update: (inout State, Event<Message>) -> [Command<Effect>]
  public let view: (State, inout Surface) -> Void
  /// Starts what an effect asks for and returns at once; results go to the inbox. It runs on the loop's thread and must not block.
  public let perform: (Effect, Inbox<Message>) -> Void
  /// When the loop should wake up with `Event.deadline` although nothing has happened; nil for never.
  public let deadline: (State) -> ContinuousClock.Instant?

  public init(
    state: State, update: @escaping (inout State, Event<Message>) -> [Command<Effect>],
    view: @escaping (State, inout Surface) -> Void, perform: @escaping (Effect, Inbox<Message>) -> Void,
    deadline: @escaping (State) -> ContinuousClock.Instant? = { _ in nil }
  ) {
    self.state = state
    self.update = update
    self.view = view
    self.perform = perform
    self.deadline = deadline
  }
}
