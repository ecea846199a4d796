// Opens the screen and runs the explorer on it. State, updates and views know nothing of this.

import ConversationMemory
import Foundation
import Terminal

/// The terminal explorer of a conversation store.
public enum ExplorerApp {
  /// Runs until the person leaves.
  ///
  /// - Returns: the exit code: 0, or 128 and the number of the signal that ended it.
  /// - Throws: `ScreenError` (exit code 3) where the terminal cannot be used, `ThemeError` where the theme cannot.
  public static func run(_ configuration: ExplorerConfiguration) async throws -> Int32 {
    let library = ThemeLibrary(userFolder: configuration.themeFolder)
    let identifier = configuration.theme ?? ThemeLibrary.defaultIdentifier
    let theme = try library.theme(identifier)
    let memory = configuration.preferences.restoresPlace ? configuration.placeFile.map(PlaceMemory.init) : nil
    let start = try await startPlace(configuration, memory)
    let marks = configuration.marksFile.map { MarksFile(path: $0, data: configuration.dataDescription) }
    let runner = EffectRunner(store: configuration.store, themes: library, marks: marks)
    defer { runner.stop() }
    let surroundings = Surroundings()
    let status = try await onThreadOfItsOwn {
      let screen = try Screen.open(theme: theme, options: Screen.Options(isMouseOn: configuration.isMouseOn))
      var state = ExplorerState(
        settings: Settings(
          dataDescription: configuration.dataDescription, tenant: configuration.tenant,
          isReadOnly: configuration.isReadOnly, zone: configuration.zone,
          glyphs: screen.isUnicode ? .unicode : .ascii, themes: library.identifiers,
          themeFolder: configuration.themeFolder.map(surroundings.homeRelative),
          showsColors: screen.depth != .mono,
          keys: configuration.preferences.keys, dateStyle: configuration.preferences.dates,
          tokenBudget: configuration.preferences.tokenBudget,
          sessionColumns: configuration.preferences.sessionColumns,
          exportFolder: surroundings.exportFolder, pager: surroundings.pager, editor: surroundings.editor, start: start,
          keepsMarks: marks != nil),
        now: .now, theme: identifier)
      state.isMouseOn = configuration.isMouseOn
      state.rendersMarkdown = configuration.preferences.rendersMarkdown
      let application = Application<ExplorerState, Delivery, Effect>(
        state: state,
        update: { state, event in
          let effects = Explorer.update(&state, event)
          return effects.compactMap { loopCommand(for: $0, library: library, state: &state) }
        },
        view: { state, surface in ExplorerView.draw(state, into: &surface) },
        perform: { effect, inbox in runner.perform(effect) { inbox.post($0) } })
      let (outcome, last) = EventLoop.run(application, on: screen)
      if let place = StartPlace(last.place) { try memory?.save(place, for: configuration.dataDescription) }
      switch outcome {
      case .quit: return 0
      case .signal(let number): return 128 + number
      case .hangup: return 128 + SIGHUP
      }
    }
    await runner.finishKeeping()
    return status
  }

  /// Where one was the last time, unless a tenant is asked for or that place's tenant is gone.
  private static func startPlace(
    _ configuration: ExplorerConfiguration, _ memory: PlaceMemory?
  ) async throws -> StartPlace? {
    guard configuration.tenant == nil, let place = memory?.place(for: configuration.dataDescription) else { return nil }
    do {
      _ = try await configuration.store.tenant(place.tenant)
      return place
    } catch is MemoryError {
      return nil
    }
  }

  /// What the loop does itself; everything else goes to the runner.
  private static func loopCommand(
    for effect: Effect, library: ThemeLibrary, state: inout ExplorerState
  ) -> Command<Effect>? {
    switch effect {
    case .ask, .cancel, .tick, .watch, .readThemes, .readMarks, .keep, .alarm, .remove: return .perform(effect)
    case .copy(let text): return .copy(text)
    case .run(let arguments): return .run(arguments)
    case .mouse(let isOn): return .setMouse(isOn)
    case .redraw: return .redraw
    case .suspend: return .suspend
    case .quit: return .quit
    case .theme(let identifier):
      do {
        return .setTheme(try library.theme(identifier))
      } catch {
        state.notice = Notice(kind: .error, text: "\(error)")
        return nil
      }
    }
  }

  /// The loop sleeps in poll: it must not hold one of the few threads that tasks run on.
  private static func onThreadOfItsOwn(_ body: @escaping @Sendable () throws -> Int32) async throws -> Int32 {
    try await withCheckedThrowingContinuation { continuation in
      let thread = Thread { continuation.resume(with: Result(catching: body)) }
      thread.name = "explorer"
      thread.stackSize = 8 << 20
      thread.start()
    }
  }
}
