// The roles a cell can play. Views speak of roles only; a theme says what each looks like.

/// What a piece of text is for. `parent` is the role whose look it takes where a theme does not define it; the chain
/// ends at `text`, which every theme must define.
public enum Role: UInt8, CaseIterable, Sendable, Hashable {
  // The page.
  case text, muted, accent, title, header, status, link
  // Frames and lists.
  case border, borderFocused, selection, selectionInactive, marked, scrollbar, overlay
  // Keys and input.
  case key, keyDescription, disabled, input, placeholder, chip, chipExcluded, match
  // Conversation.
  case user, assistant, system, author, timestamp, channel, session, tenant, quote, tag, note
  // Markup in messages.
  case heading, code, listMarker, linkTarget
  // Scores, context, charts.
  case barSemantic, barKeyword, barTrack, weak, recalled, otherProspect, histogram, histogramSelected
  // News.
  case information, success, warning, error, spinner

  /// As written in a theme file: `borderFocused` is `border-focused`.
  public var name: String {
    var result = ""
    for character in String(describing: self) {
      if character.isUppercase { result.append("-") }
      result += character.lowercased()
    }
    return result
  }

  /// The role of that name in a theme file.
  public init?(name: String) {
    guard let found = Self.allCases.first(where: { $0.name == name }) else { return nil }
    self = found
  }

  /// Where an undefined role's look comes from; nil for `text`.
  public var parent: Role? {
    switch self {
    case .text: nil
    case .borderFocused, .key, .link, .title, .marked, .match, .spinner, .tag, .heading, .listMarker:
      .accent
    case .code: .overlay
    case .header, .overlay, .accent, .muted, .selection, .input, .user, .assistant, .author: .text
    case .status, .border, .placeholder, .disabled, .timestamp, .quote, .weak, .barTrack, .keyDescription,
      .linkTarget:
      .muted
    case .selectionInactive: .selection
    case .scrollbar: .border
    case .chip: .accent
    case .chipExcluded, .otherProspect, .error: .warning
    case .system, .channel, .session, .tenant, .note, .information: .muted
    case .recalled, .barSemantic, .histogram, .success: .accent
    case .barKeyword: .barSemantic
    case .histogramSelected: .histogram
    case .warning: .accent
    }
  }
}
