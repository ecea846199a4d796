// Performs effects in tasks and delivers what comes of them. A newer question in a slot cancels the older one; should
// an answer be on its way already, the state drops it by its generation.

import ConversationMemory
import Glibc
import Synchronization
import Terminal

final class EffectRunner: Sendable {
  private let questions: Questions
  private let tasks = Mutex<[Slot: Task<Void, Never>]>([:])
  private let themes: ThemeWatch
  private let keeper: MarksKeeper?
  /// Changes of the marks that have not gone to the keeper yet: tasks do not start in the order of their making.
  private let unkept = Mutex<[(number: Int, change: Marks.Change)]>([])
  private let keeping = Mutex<Task<Void, Never>?>(nil)
  private let watcher = Mutex<Task<Void, Never>?>(nil)

  /// How often the store is asked whether anything has changed.
  private let interval: Duration

  init(
    store: any ConversationStore, interval: Duration = .seconds(1), themes: ThemeLibrary = ThemeLibrary(),
    marks: MarksFile? = nil
  ) {
    keeper = marks.map(MarksKeeper.init)
    self.themes = ThemeWatch(library: themes)
    questions = Questions(store: store)
    self.interval = interval
  }

  /// Starts what an effect asks for and returns at once.
  func perform(_ effect: Effect, deliver: @escaping @Sendable (Delivery) -> Void) {
    switch effect {
    case .ask(let question): ask(question, deliver)
    case .cancel(let slots):
      tasks.withLock { tasks in
        for slot in slots where !slot.isWriting { tasks.removeValue(forKey: slot)?.cancel() }
      }
    case .tick(let delay, let generation):
      Task {
        try? await Task.sleep(for: delay)
        deliver(.tick(upTo: generation))
      }
    case .watch(let tenant):
      watch(tenant, deliver)
      themes.start(deliver)
    case .readThemes: themes.read(deliver)
    case .readMarks:
      Task { [keeper] in deliver(.marks(await keeper?.read() ?? MarksNews(marks: Marks()))) }
    case .keep(let number, let change):
      unkept.withLock { $0.append((number, change)) }
      keep(deliver)
    case .alarm(let delay):
      Task {
        try? await Task.sleep(for: delay)
        deliver(.alarm(.now))
      }
    case .remove(let path): unlink(path)
    case .theme, .mouse, .redraw, .copy, .run, .suspend, .quit: break
    }
  }

  /// Writes what has been changed, one batch after the other.
  private func keep(_ deliver: @escaping @Sendable (Delivery) -> Void) {
    guard let keeper else { return }
    keeping.withLock { keeping in
      let before = keeping
      keeping = Task { [self] in
        await before?.value
        let changes = unkept.withLock { unkept in
          defer { unkept = [] }
          return unkept
        }
        if !changes.isEmpty { deliver(.marks(await keeper.keep(changes))) }
      }
    }
  }

  /// Waits until the marks are on disk.
  func finishKeeping() async { await keeping.withLock { $0 }?.value }

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
      // What changes the store is never cut off in the middle.
      if !question.slot.isWriting { tasks[question.slot]?.cancel() }
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
