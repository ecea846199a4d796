// Performs effects in tasks and delivers what comes of them. A newer question in a slot cancels the older one; should
// an answer be on its way already, the state drops it by its generation.

import ConversationMemory
import Synchronization
import Terminal

final class EffectRunner: Sendable {
  private let questions: Questions
  private let tasks = Mutex<[Slot: Task<Void, Never>]>([:])
  private let themes: ThemeWatch
  private let watcher = Mutex<Task<Void, Never>?>(nil)

  /// How often the store is asked whether anything has changed.
  private let interval: Duration

  init(
    store: any ConversationStore, interval: Duration = .seconds(1), themes: ThemeLibrary = ThemeLibrary()
  ) {
    self.themes = ThemeWatch(library: themes)
    questions = Questions(store: store)
    self.interval = interval
  }

  /// Starts what an effect asks for and returns at once.
  func perform(_ effect: Effect, deliver: @escaping @Sendable (Delivery) -> Void) {
    switch effect {
    case .ask(let question): ask(question, deliver)
    case .cancel(let slots): tasks.withLock { tasks in slots.forEach { tasks.removeValue(forKey: $0)?.cancel() } }
    case .tick(let delay, let generation):
      Task {
        try? await Task.sleep(for: delay)
        deliver(.tick(upTo: generation))
      }
    case .watch(let tenant):
      watch(tenant, deliver)
      themes.start(deliver)
    case .readThemes: themes.read(deliver)
    case .theme, .mouse, .redraw, .suspend, .quit: break
    }
  }

  /// Ends everything that is under way.
  func stop() {
    themes.stop()
    tasks.withLock { tasks in
      tasks.values.forEach { $0.cancel() }
      tasks = [:]
    }
    watcher.withLock { watcher in
      watcher?.cancel()
      watcher = nil
    }
  }

  private func ask(_ question: Question, _ deliver: @escaping @Sendable (Delivery) -> Void) {
    let task = Task { [questions] in
      if question.delay > .zero { try? await Task.sleep(for: question.delay) }
      if Task.isCancelled { return }
      let result: Result<Answer, Delivery.Failure>
      do {
        result = .success(try await questions.answer(question.operation))
      } catch is CancellationError {
        return
      } catch {
        result = .failure(Delivery.Failure(text: "\(error)"))
      }
      deliver(.answer(question.slot, generation: question.generation, result))
    }
    tasks.withLock { tasks in
      // What deletes is never cut off in the middle.
      if question.slot != .deletion { tasks[question.slot]?.cancel() }
      tasks[question.slot] = task
    }
  }

  /// Looks once in a while; says nothing as long as nothing happens.
  private func watch(_ tenant: TenantID?, _ deliver: @escaping @Sendable (Delivery) -> Void) {
    let watch = Watch(questions: questions, tenant: tenant)
    let task = Task { [interval] in
      var seen = Watch.Seen()
      while !Task.isCancelled {
        for news in await watch.look(&seen) { deliver(news) }
        try? await Task.sleep(for: interval)
      }
    }
    watcher.withLock { watcher in
      watcher?.cancel()
      watcher = task
    }
  }
}
