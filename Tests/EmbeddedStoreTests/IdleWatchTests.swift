// When nothing has been asked for a while.

import Synchronization
import Testing

@testable import EmbeddedStore

@Suite struct IdleWatchTests {
  @Test func `It speaks once after each time of use, and not before the last touch is over`() async throws {
    let (idle, continuation) = AsyncStream.makeStream(of: ContinuousClock.Instant.self)
    let watch = IdleWatch(patience: .milliseconds(20)) { continuation.yield(.now) }
    var moments = idle.makeAsyncIterator()
    for _ in 0..<2 {
      for _ in 0..<5 {
        watch.touch()
        try await Task.sleep(for: .milliseconds(2))
      }
      let last = ContinuousClock.now
      watch.touch()
      let moment = try #require(await moments.next())
      #expect(moment - last >= .milliseconds(20))
    }
    continuation.finish()
    #expect(await moments.next() == nil)
  }
}
