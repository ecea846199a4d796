// Waits until what is stored can be found by meaning, and says so where it cannot.

import ConversationMemory

enum SemanticIndexing {
  enum Outcome {
    case finished
    /// No model is there to do it, which has been said.
    case unavailable
    case interrupted
  }

  static func finish(_ memory: any TenantStore, interruption: Interruption) async throws -> Outcome {
    let status = await memory.semanticStatus()
    if case .off = status {
      note(status)
      return .unavailable
    }
    let progress = ProgressLine("embedding", noun: "message")
    defer { progress.clear() }
    do {
      try await interruption.cancelling {
        try await memory.finishIndexing { step in
          progress.update(fraction: step.total > 0 ? Double(step.done) / Double(step.total) : nil, count: step.done)
        }
      }
      return .finished
    } catch is CancellationError {
      progress.clear()
      Console.note(
        "embedding stopped: everything is stored; run the same command again to make it searchable by meaning")
      return .interrupted
    } catch let error as MemoryError where error.code == .semanticUnavailable {
      progress.clear()
      Console.note(error.description)
      return .unavailable
    }
  }

  /// Says beside an answer what is wrong with search by meaning, if anything.
  static func note(_ status: SemanticStatus) {
    if let notice = status.notice { Console.note(.warning(notice)) }
  }
}
