// The one way in which the state changes: an event comes, effects go.

import ConversationMemory
import Terminal

enum Explorer {
  /// Applies an event. Pure: the same state and event always give the same state and effects.
  static func update(_ state: inout ExplorerState, _ event: Event<Delivery>) -> [Effect] {
    switch event {
    case .resized(let size): state.resize(to: size)
    case .input(let input): state.handle(input)
    case .message(let delivery): state.receive(delivery)
    case .continued: state.outbox.append(.redraw)
    case .finished(let status): state.programEnded(status)
    case .deadline: break
    }
    state.followReading()
    defer { state.outbox.removeAll() }
    return state.outbox
  }
}

extension ExplorerState {
  /// The first size starts everything: the store is asked, and meanwhile the frame is drawn.
  mutating func resize(to size: Size) {
    self.size = size
    if hasStarted {
      let layout = ScreenLayout(self)
      for pane in Pane.allCases { settle(pane, layout) }
      previewSelection()
      return
    }
    hasStarted = true
    focus = settings.tenant == nil && settings.start == nil ? .tenants : .list
    outbox.append(.readMarks)
    ask(.tenants, .tenants(after: nil))
    if let tenant = settings.tenant {
      enter(tenant)
    } else if let start = settings.start {
      enter(start.tenant, browse: start.browse)
    } else {
      outbox.append(.watch(nil))
    }
  }

  mutating func receive(_ delivery: Delivery) {
    switch delivery {
    case .answer(let slot, let generation, let result):
      guard requests.finish(slot, generation: generation) else { return discard(result) }
      if requests.isIdle { spinner = nil }
      switch result {
      case .success(let answer): take(answer, in: slot)
      case .failure(let failure): fail(failure, in: slot)
      }
    case .tick(let generation): tick(upTo: generation)
    case .changed(let tenant): if tenant == place.tenant { readAgain() }
    case .tenants(let page): take(page, in: .tenants)
    case .semantic(let tenant, let status): if tenant == place.tenant { take(status) }
    case .themes(let news): take(news)
    case .marks(let news): take(news)
    case .clock(let moment): now = moment
    case .alarm(let moment): take(alarm: moment)
    }
  }

  /// Nobody waits for this any more. A conversation in a file for a program must not stay behind.
  private mutating func discard(_ result: Result<Answer, Delivery.Failure>) {
    guard case .success(.action(.text(let path, let use))) = result, use != .clipboard else { return }
    outbox.append(.remove(path))
  }

  /// Asks the store. After a while without an answer the spinner shows.
  mutating func ask(_ slot: Slot, _ operation: Operation, delay: Duration = .zero) {
    let generation = requests.start(slot)
    outbox.append(.ask(Question(slot: slot, generation: generation, delay: delay, operation: operation)))
    guard !isTicking else { return }
    isTicking = true
    outbox.append(.tick(after: Self.patience, upTo: generation))
  }

  /// How long nothing is said about waiting.
  private static let patience = Duration.milliseconds(150)
  private static let spinnerFrame = Duration.milliseconds(100)

  private mutating func tick(upTo generation: UInt64) {
    guard !requests.isIdle else {
      isTicking = false
      spinner = nil
      return
    }
    if spinner != nil || requests.isOverdue(upTo: generation) { spinner = (spinner ?? -1) + 1 }
    outbox.append(.tick(after: spinner == nil ? Self.patience : Self.spinnerFrame, upTo: requests.generation))
  }

  mutating func cancel(_ slot: Slot) {
    guard requests.isWaiting(slot) else { return }
    requests.drop(slot)
    outbox.append(.cancel([slot]))
  }

  /// The status that came with an answer: it may be older than what the watch has told since.
  mutating func learn(_ status: SemanticStatus) {
    if semantic == nil || status != .loading { semantic = status }
  }

  private mutating func take(_ status: SemanticStatus) {
    let wasReady = semantic == .ready
    semantic = status
    // What was found by words alone is asked again by meaning.
    if !wasReady, status == .ready { searchAgain() }
    if !wasReady, status == .ready, focus == .context { loadContext() }
  }
}
