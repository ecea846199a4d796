// Whether a person is at the other end.

import Foundation

enum Terminals {
  /// A question can be shown and answered.
  static var canAsk: Bool { isatty(STDIN_FILENO) == 1 && Console.errors.isTerminal }
}
