// The themes there are, and the list in which one is chosen.

import Terminal

/// The list of themes: what is selected shows at once.
struct ThemePickerState: Sendable, Equatable {
  /// What comes back where nothing is chosen.
  var original: String
  /// The selected one's identifier: the list may change while it is open.
  var selected: String
}
