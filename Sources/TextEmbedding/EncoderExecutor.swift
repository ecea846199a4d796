// Where the encoder's tasks run: threads apart from those of Swift's own executor, so that a long computation does not
// keep an interface from answering.

internal import Dispatch

/// Runs tasks on a concurrent queue of its own, in the order in which they become ready.
final class EncoderExecutor: TaskExecutor {
  static let shared = EncoderExecutor()

  /// Below the global queue of another quality of service than Swift's executor uses: libdispatch keeps its threads
  /// apart, and runs as many of them as there are processors.
  private let queue = DispatchQueue(
    label: "recollect.encoder", attributes: .concurrent, target: .global(qos: .utility))

  func enqueue(_ job: consuming ExecutorJob) {
    let job = UnownedJob(job)
    queue.async { job.runSynchronously(on: self.asUnownedTaskExecutor()) }
  }
}
