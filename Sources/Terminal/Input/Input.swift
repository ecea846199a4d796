// What a person does at the terminal, as the decoder reports it.

/// A mouse report; places are cells from zero.
public struct Mouse: Hashable, Sendable {
  public enum Button: Int, Hashable, Sendable {
    case left = 0
    case middle = 1
    case right = 2
  }

  public enum Action: Hashable, Sendable {
    case press(Button)
    case release(Button)
    /// Moved with the button down.
    case drag(Button)
    case scrollUp, scrollDown, scrollLeft, scrollRight
  }

  public var action: Action
  public var x: Int
  public var y: Int
  public var modifiers: Key.Modifiers

  public init(_ action: Action, x: Int, y: Int, modifiers: Key.Modifiers = []) {
    self.action = action
    self.x = x
    self.y = y
    self.modifiers = modifiers
  }

  public var point: Point { Point(x: x, y: y) }
}

/// One thing a person did.
public enum Input: Hashable, Sendable {
  case key(Key)
  /// A whole bracketed paste, controls other than tab and line feed removed.
  case paste(String)
  case mouse(Mouse)
  /// The terminal's window gained or lost the focus.
  case focus(Bool)
}
