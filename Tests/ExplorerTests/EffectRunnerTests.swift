// Effects performed for real, in tasks, against the store in memory.

import ConversationMemory
import Testing

@testable import Explorer

@Suite("Effect runner")
struct EffectRunnerTests {
  /// The deliveries of a runner as they come.
  private func deliveries(
    of effects: [Effect], _ runner: EffectRunner
  ) -> AsyncStream<Delivery> {
    let (stream, continuation) = AsyncStream<Delivery>.makeStream()
    for effect in effects { runner.perform(effect) { continuation.yield($0) } }
    return stream
  }

  private func question(_ generation: UInt64, _ operation: Operation, delay: Duration = .zero) -> Effect {
    .ask(Question(slot: .search, generation: generation, delay: delay, operation: operation))
  }

  @Test func anAnswerCarriesItsGeneration() async {
    let runner = EffectRunner(store: SampleConversations.store())
    defer { runner.stop() }
    for await delivery in deliveries(of: [question(7, .tenants(after: nil))], runner) {
      guard case .answer(.search, generation: 7, .success(.tenants(let page))) = delivery else {
        Issue.record("unexpected: \(delivery)")
        return
      }
      #expect(page.items.count == 3)
      break
    }
  }

  @Test func aSupersededQuestionIsNeverAsked() async {
    let runner = EffectRunner(store: SampleConversations.store())
    defer { runner.stop() }
    let effects = [question(1, .tenants(after: nil), delay: .seconds(3600)), question(2, .tenants(after: nil))]
    for await delivery in deliveries(of: effects, runner) {
      guard case .answer(_, let generation, _) = delivery else { continue }
      #expect(generation == 2)
      break
    }
  }

  @Test func whatIsWrittenIsNeitherSupersededNorCancelled() async {
    let runner = EffectRunner(store: SampleConversations.store())
    defer { runner.stop() }
    func write(_ generation: UInt64) -> Effect {
      .ask(
        Question(
          slot: .annotation, generation: generation, delay: .milliseconds(20), operation: .tenants(after: nil)))
    }
    var generations: Set<UInt64> = []
    for await delivery in deliveries(of: [write(1), write(2), .cancel([.annotation])], runner) {
      guard case .answer(_, let generation, _) = delivery else { continue }
      generations.insert(generation)
      if generations == [1, 2] { break }
    }
    #expect(generations == [1, 2])
  }

  @Test func aFailureIsDeliveredWithItsRemedy() async {
    let runner = EffectRunner(store: SampleConversations.store())
    defer { runner.stop() }
    let missing = TenantID(unchecked: "nobody")
    for await delivery in deliveries(of: [question(1, .counts(missing))], runner) {
      guard case .answer(_, _, .failure(let failure)) = delivery else {
        Issue.record("unexpected: \(delivery)")
        return
      }
      #expect(failure.text == MemoryError.unknownTenant(missing).description)
      break
    }
  }

  @Test func aTenantOfAnEmptyStoreIsTold() async throws {
    let store = InMemoryStore([])
    let runner = EffectRunner(store: store, interval: .milliseconds(1))
    defer { runner.stop() }
    for await delivery in deliveries(of: [.watch(nil)], runner) {
      // The clock comes with the first look.
      if case .clock = delivery { store.add(SampleConversations.lumenworks()) }
      guard case .tenants(let page) = delivery else { continue }
      #expect(page.items.map(\.id.rawValue) == ["lumenworks"])
      break
    }
  }

  @Test func aWatchedTenantThatComesIntoBeingIsToldAsAChange() async throws {
    let store = InMemoryStore([])
    let tenant = SampleConversations.lumenworks()
    let runner = EffectRunner(store: store, interval: .milliseconds(1))
    defer { runner.stop() }
    for await delivery in deliveries(of: [.watch(tenant.id)], runner) {
      if case .clock = delivery { store.add(tenant) }
      if delivery == .changed(tenant.id) { break }
    }
  }

  @Test func aChangeByAnyoneIsTold() async throws {
    let tenant = SampleConversations.lumenworks()
    let runner = EffectRunner(store: InMemoryStore([tenant]), interval: .milliseconds(1))
    defer { runner.stop() }
    for await delivery in deliveries(of: [.watch(tenant.id)], runner) {
      if case .semantic = delivery {
        // The first look is over: from here on a change counts.
        tenant.say("new", on: "web", .user, nil, at: SampleConversations.now, "Hello?")
      }
      if delivery == .changed(tenant.id) { break }
    }
  }
}
