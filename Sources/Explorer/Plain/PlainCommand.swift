// The commands of the plain mode: those of the explorer by their names, and the few that only a dialogue needs.

/// One word at the prompt.
enum PlainCommand: String, CaseIterable, Sendable {
  case tenants, sessions, channels, open, more
  case search, context, recall, scope, sheet, timeline
  case sort, reverse, back, refresh, help, quit

  /// What may follow it.
  var argument: String? {
    switch self {
    case .tenants: "NAME"
    case .open: "NUMBER"
    case .sessions: "TEXT"
    case .search: "QUESTION"
    case .sort: "ORDER"
    default: nil
    }
  }

  /// A sentence. Where the explorer has the same command, its words.
  var description: String {
    switch self {
    case .tenants: "List the tenants, or go to the one that is named"
    case .sessions: "List the tenant's sessions, or those whose title, id or metadata has a text"
    case .channels: "List the tenant's channels"
    case .open: "Open the choice of that number, or read a long message whole; the number alone does the same"
    case .more: "Go on with the list or the conversation; an empty line does the same"
    case .timeline: "Show how many messages there were when; a choice lists that time's sessions"
    case .back: "Go back to what was shown before"
    case .refresh: "Read again what was shown last"
    case .help: "Show these commands"
    case .quit: "Leave; the end of the input does the same"
    case .search, .context, .recall, .scope, .sheet, .sort, .reverse:
      CommandTable.command(named: rawValue)?.description ?? ""
    }
  }

  /// The command that is meant by a word: its name, or a beginning that no other has.
  static func meant(by word: String) -> Result<PlainCommand, PlainMistake> {
    let word = word.lowercased()
    switch word {
    case "?": return .success(.help)
    case "exit", "q": return .success(.quit)
    case "info": return .success(.sheet)
    default: break
    }
    if let command = PlainCommand(rawValue: word) { return .success(command) }
    let candidates = allCases.filter { $0.rawValue.hasPrefix(word) }
    if candidates.count == 1 { return .success(candidates[0]) }
    if candidates.count > 1 {
      let names = candidates.map(\.rawValue).joined(separator: ", ")
      return .failure(PlainMistake("several commands begin with \"\(word)\": \(names)"))
    }
    if CommandTable.command(named: word) != nil {
      return .failure(PlainMistake("\(word) needs the whole screen: help lists what works here"))
    }
    return .failure(PlainMistake("there is no command \"\(word)\": help lists them all"))
  }
}

/// What cannot be done as it was typed.
struct PlainMistake: Error, Equatable {
  var text: String

  init(_ text: String) { self.text = text }
}
