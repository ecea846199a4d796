// Standard input line by line, without holding one of the few threads that tasks run on.

import Dispatch

/// Reads a line when it is asked for one; ends with the input.
struct StandardLines: AsyncSequence, AsyncIteratorProtocol {
  private static let queue = DispatchQueue(label: "recollect.standard-input")

  func makeAsyncIterator() -> StandardLines { self }

  mutating func next() async -> String? { await next(isolation: #isolation) }

  mutating func next(isolation actor: isolated (any Actor)?) async throws(Never) -> String? {
    await withCheckedContinuation(isolation: actor) { continuation in
      Self.queue.async { continuation.resume(returning: readLine()) }
    }
  }
}
