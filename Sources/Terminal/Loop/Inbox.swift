// How tasks and threads deliver results to the loop.

import Synchronization

/// A queue that wakes the loop. Post from anywhere; the loop takes everything at once, in order.
public final class Inbox<Message: Sendable>: Sendable {
  private let queue = Mutex<[Message]>([])
  private let pipe: WakePipe

  init(pipe: WakePipe) { self.pipe = pipe }

  public func post(_ message: Message) {
    let wasEmpty = queue.withLock { queue in
      queue.append(message)
      return queue.count == 1
    }
    // One byte until the loop has looked: the pipe can never fill up and lose a signal.
    if wasEmpty { pipe.wake() }
  }

  func takeAll() -> [Message] {
    queue.withLock { queue in
      let messages = queue
      queue = []
      return messages
    }
  }
}
