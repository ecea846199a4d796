// When nothing has been asked for a while.

import Testing

@testable import EmbeddedStore

@Suite struct IdleWatchTests {
  @Test func `It speaks once after each time of use`() async {
    let (idle, continuation) = AsyncStream.makeStream(of: Void.self)
    let watch = IdleWatch(patience: .milliseconds(5)) { continuation.yield() }
    var moments = idle.makeAsyncIterator()
    for _ in 0..<3 {
      watch.touch()
      #expect(await moments.next() != nil)
    }
    continuation.finish()
    #expect(await moments.next() == nil)
  }
}
