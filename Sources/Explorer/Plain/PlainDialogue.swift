// The plain mode as question and answer: a line comes, lines go. It asks the store what the explorer's views ask it.

import ConversationMemory
import Foundation
import Terminal

/// What one line led to.
struct PlainReply: Equatable, Sendable {
  var lines: [String] = []
  /// The line could not be followed.
  var isMistake = false
  var isOver = false
}

actor PlainDialogue {
  private let questions: Questions
  private let settings: Settings
  private let rendersMarkdown: Bool
  private let columns: Int
  /// The time, for what counts as today.
  private let clock: @Sendable () -> Timestamp

  private var place: PlainPlace
  private var trail: [PlainPlace] = []
  private var choices: [PlainChoice] = []
  private var continuation: PlainContinuation?
  private var order = SessionQuery.Order.lastActivity
  private var isReversed = false

  /// Bytes; what is pasted by mistake is not worth reading.
  static let longestLine = 10_000

  /// - Parameter columns: of a message's lines.
  init(
    store: any ConversationStore, settings: Settings, rendersMarkdown: Bool = true, columns: Int = 100,
    clock: @escaping @Sendable () -> Timestamp = { .now }
  ) {
    questions = Questions(store: store)
    self.settings = settings
    place = settings.tenant.map { .sessions($0, filter: "") } ?? .tenants
    self.rendersMarkdown = rendersMarkdown
    self.columns = columns
    self.clock = clock
  }

  var prompt: String { place.prompt }

  private var text: PlainText {
    PlainText(
      dates: DateText(zone: settings.zone, now: clock(), style: settings.dateStyle),
      text: MessageText(columns: columns, rendersMarkdown: rendersMarkdown))
  }

  private var reader: PlainReader {
    PlainReader(questions: questions, settings: settings, text: text, order: order, isReversed: isReversed)
  }

  /// What is said first: the tenants, or the sessions of the only one, or of the one asked for.
  func start() async -> PlainReply {
    await reply { [self] in
      if let tenant = settings.tenant { return try await show(.sessions(tenant, filter: "")) }
      let lines = try await show(.tenants)
      guard case .tenant(let only)? = choices.first, choices.count == 1 else { return lines }
      return try await show(.sessions(only, filter: ""))
    }
  }

  func run(_ line: String) async -> PlainReply {
    await reply { [self] in
      guard line.utf8.count <= Self.longestLine else {
        throw PlainMistake("the line is too long: \(NumberText.grouped(Self.longestLine)) bytes are the most")
      }
      let words = line.split(maxSplits: 1, whereSeparator: \.isWhitespace)
      guard var word = words.first.map(String.init) else { return try await more(isAsked: false) }
      if word.count > 1, word.hasPrefix(":") { word.removeFirst() }
      let argument = words.count > 1 ? words[1].trimmingCharacters(in: .whitespaces) : ""
      if argument.isEmpty, let number = Int(word) { return try await open(number) }
      return try await run(try PlainCommand.meant(by: word).get(), argument)
    }
  }

  private func reply(_ body: () async throws -> [String]) async -> PlainReply {
    do {
      return PlainReply(lines: try await body())
    } catch is Leaving {
      return PlainReply(isOver: true)
    } catch let mistake as PlainMistake {
      return PlainReply(lines: [mistake.text], isMistake: true)
    } catch {
      return PlainReply(lines: ["\(error)"], isMistake: true)
    }
  }

  private struct Leaving: Error {}

  private func run(_ command: PlainCommand, _ argument: String) async throws -> [String] {
    switch command {
    case .tenants: return try await go(argument.isEmpty ? .tenants : .sessions(try TenantID(argument), filter: ""))
    case .sessions: return try await go(.sessions(try tenant(), filter: argument))
    case .channels: return try await go(.channels(try tenant()))
    case .open:
      guard let number = Int(argument) else { throw PlainMistake("say which: open 3") }
      return try await open(number)
    case .more: return try await more(isAsked: true)
    case .search:
      guard !argument.isEmpty else {
        throw PlainMistake("say what to look for: search what did we promise about the price")
      }
      return try await go(.results(try tenant(), line: argument))
    case .context: return try await go(.context(try tenant(), try session(), ContextOptions()))
    case .recall, .scope: return try await changeContext(command)
    case .sheet: return try await go(.sheet(try tenant(), try session()))
    case .timeline: return try await go(.timeline(try tenant()))
    case .sort: return try await sort(argument)
    case .reverse:
      isReversed.toggle()
      return try await show(sessionsPlace())
    case .back:
      guard let last = trail.popLast() else { throw PlainMistake("nothing was shown before") }
      return try await show(last)
    case .refresh: return try await show(place)
    case .help: return Self.help
    case .quit: throw Leaving()
    }
  }

  private static var help: [String] {
    PlainCommand.allCases.map { "\($0.rawValue)\($0.argument.map { " \($0)" } ?? ""): \($0.description)." }
      + ["Names may be shortened. What was listed with a number can be opened by it."]
  }

  // MARK: Going about

  private func tenant() throws(PlainMistake) -> TenantID {
    guard let tenant = place.tenant else { throw PlainMistake("open a tenant first: its number, or tenants NAME") }
    return tenant
  }

  private func session() throws(PlainMistake) -> SessionID {
    guard let session = place.session else { throw PlainMistake("open a session first: its number in a list") }
    return session
  }

  /// The list one is in, or that of the tenant.
  private func sessionsPlace() throws(PlainMistake) -> PlainPlace {
    if case .sessions = place { return place }
    return .sessions(try tenant(), filter: "")
  }

  /// Shows another place; the one before is remembered.
  private func go(_ target: PlainPlace) async throws -> [String] {
    let origin = place
    let lines = try await show(target)
    if origin != target, trail.last != origin { trail.append(origin) }
    return lines
  }

  private func show(_ target: PlainPlace) async throws -> [String] {
    let shown = try await reader.read(target)
    place = target
    choices = []
    continuation = nil
    return take(shown)
  }

  /// Takes over what was read: its choices get numbers.
  private func take(_ part: PlainPart) -> [String] {
    var lines = part.heading
    for item in part.items {
      if let choice = item.choice {
        choices.append(choice)
        lines.append("\(choices.count). \(item.lines.first ?? "")")
      } else {
        lines.append(item.lines.first ?? "")
      }
      lines += item.lines.dropFirst()
    }
    continuation = part.continuation
    if continuation != nil { lines.append("There is more: press Enter, or type more.") }
    return lines
  }

  private func more(isAsked: Bool) async throws -> [String] {
    guard let next = continuation else {
      if isAsked { throw PlainMistake("that was all") }
      return []
    }
    return take(try await reader.read(place, from: next))
  }

  private func open(_ number: Int) async throws -> [String] {
    guard choices.indices.contains(number - 1) else {
      throw PlainMistake(
        choices.isEmpty
          ? "there is nothing to choose here" : "there is no choice \(number): they go from 1 to \(choices.count)")
    }
    switch choices[number - 1] {
    case .tenant(let tenant): return try await go(.sessions(tenant, filter: ""))
    case .session(let session): return try await go(.transcript(try tenant(), .session(session)))
    case .channel(let channel): return try await go(.transcript(try tenant(), .channel(channel)))
    case .message(let message): return [text.heading(message)] + text.body(message, isWhole: true)
    case .hit(let message):
      return try await go(.transcript(try tenant(), .session(message.session), around: message))
    case .days(let filter): return try await go(.sessions(try tenant(), filter: filter))
    }
  }

  private func sort(_ word: String) async throws -> [String] {
    let orders = SessionQuery.Order.allCases
    guard !word.isEmpty, let order = orders.first(where: { $0.word.hasPrefix(word.lowercased()) }) else {
      let names = orders.map(\.word).joined(separator: ", ")
      throw PlainMistake(word.isEmpty ? "say by what: \(names)" : "there is no order \"\(word)\": known are \(names)")
    }
    self.order = order
    isReversed = false
    return try await show(sessionsPlace())
  }

  private func changeContext(_ command: PlainCommand) async throws -> [String] {
    guard case .context(let tenant, let session, var options) = place else {
      throw PlainMistake("this is for the view of an agent's context: open a session and type context")
    }
    if command == .recall {
      options.includeCrossSession.toggle()
    } else {
      options.scope = options.scope == .tenant ? .sameProspect : .tenant
    }
    return try await show(.context(tenant, session, options))
  }
}
