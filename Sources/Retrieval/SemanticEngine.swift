// Loads the model once, in the background, for all tenants of a process.

package import ConversationMemory
package import TextEmbedding

package actor SemanticEngine {
  private enum State {
    case idle
    case loading(Task<any EmbeddingService, any Error>)
    case ready(any EmbeddingService)
    case off(reason: String, remedy: String)
  }

  private let source: SemanticSource
  private var state = State.idle

  package init(source: SemanticSource) { self.source = source }

  /// Whether search by meaning is possible now. Starts loading where nothing has asked before.
  package func status() -> SemanticStatus {
    start()
    switch state {
    case .ready: return .ready
    case .idle: return .off(reason: "no model is installed", remedy: "run `recollect model install`")
    case .loading: return .loading
    case .off(let reason, let remedy): return .off(reason: reason, remedy: remedy)
    }
  }

  /// The service, waited for; nil where search by meaning is off.
  package func service() async -> (any EmbeddingService)? {
    start()
    switch state {
    case .ready(let service): return service
    case .idle, .off: return nil
    case .loading(let task):
      do {
        let service = try await task.value
        state = .ready(service)
        return service
      } catch {
        state = .off(
          reason: "the model cannot be loaded: \(error)", remedy: "run `recollect model install`")
        return nil
      }
    }
  }

  private func start() {
    switch state {
    case .loading, .ready, .off: return
    case .idle: break
    }
    switch source {
    case .service(let service): state = .ready(service)
    case .none: state = .off(reason: "it was switched off", remedy: "open the store with a model")
    case .installed(let library):
      // Looked for at every call until it is there: a model may be installed while this process runs.
      guard let model = library.locateDefault() else { return }
      let folder = model.folder
      let task = Task.detached(priority: .userInitiated) { () async throws -> any EmbeddingService in
        try SentenceEncoder.load(folder: folder)
      }
      state = .loading(task)
      Task { _ = await service() }
    }
  }
}
