// Drives the explorer without a terminal: keys in, surfaces out; questions are put to the store as soon as they arise.

import ConversationMemory
import Foundation
import Terminal

@testable import Explorer

final class Driver {
  private(set) var state: ExplorerState
  /// Effects other than questions, in order.
  private(set) var effects: [Effect] = []
  /// Questions that wait, where `holdsAnswers` is set.
  private(set) var held: [Question] = []
  /// Leaves the store unanswering until `answerHeld` is called.
  var holdsAnswers = false
  private let questions: Questions

  init(
    _ store: any ConversationStore = SampleConversations.store(), tenant: String? = "lumenworks",
    columns: Int = 80, rows: Int = 24, isReadOnly: Bool = false, glyphs: Glyphs = .unicode,
    preferences: ExplorerPreferences = ExplorerPreferences(), start: StartPlace? = nil, keepsMarks: Bool = false,
    exportFolder: String = ""
  ) async {
    questions = Questions(store: store)
    let settings = Settings(
      dataDescription: "/data", tenant: tenant.map(TenantID.init(unchecked:)), isReadOnly: isReadOnly, zone: .gmt,
      glyphs: glyphs, themes: ["daylight", "midnight"], keys: preferences.keys,
      dateStyle: preferences.dates, tokenBudget: preferences.tokenBudget,
      sessionColumns: preferences.sessionColumns, exportFolder: exportFolder, start: start, keepsMarks: keepsMarks)
    state = ExplorerState(settings: settings, now: SampleConversations.now, theme: "midnight")
    await send(.resized(Size(columns: columns, rows: rows)))
  }

  func send(_ event: Event<Delivery>) async {
    take(Explorer.update(&state, event))
    if !holdsAnswers { await answerHeld() }
  }

  /// Presses keys by name: `s`, `enter`, `ctrl-x`.
  func press(_ names: String...) async {
    for name in names {
      guard let key = Key(name: name) else { continue }
      await send(.input(.key(key)))
    }
  }

  func type(_ text: String) async {
    for character in text { await send(.input(.key(.character(character)))) }
  }

  /// Runs a command by its line.
  func run(_ line: String) async {
    await press(":")
    await type(line)
    await press("enter")
  }

  /// Puts what waits to the store, and whatever follows from the answers.
  func answerHeld() async {
    while !held.isEmpty {
      let question = held.removeFirst()
      let result: Result<Answer, Delivery.Failure>
      do {
        result = .success(try await questions.answer(question.operation))
      } catch {
        result = .failure(Delivery.Failure(text: "\(error)"))
      }
      take(
        Explorer.update(&state, .message(.answer(question.slot, generation: question.generation, result))))
    }
  }

  func forgetEffects() { effects.removeAll() }

  private func take(_ new: [Effect]) {
    for effect in new {
      switch effect {
      case .ask(let question):
        held.removeAll { $0.slot == question.slot }
        held.append(question)
      case .cancel(let slots): held.removeAll { slots.contains($0.slot) }
      default: effects.append(effect)
      }
    }
  }

  var surface: Surface {
    var surface = Surface(size: state.size)
    ExplorerView.draw(state, into: &surface)
    return surface
  }

  var text: String { surface.text }

  /// The rows that contain a text.
  func rows(with text: String) -> [Int] {
    let surface = surface
    return (0..<surface.size.rows).filter { surface.text(row: $0).contains(text) }
  }
}
