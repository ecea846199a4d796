// What every store keeps to, said once: each store's tests run all of it. A rule is a test that makes its own store.

public import ConversationMemory
import Foundation
public import TextEmbedding

/// A store that a rule was given, empty at first.
public protocol StoreUnderTest: Sendable {
  var store: any ConversationStore { get }

  /// The same data opened anew, as another process would.
  ///
  /// - Parameter semantic: the installed model, where nil.
  func reopened(semantic: SemanticSource?) async throws -> any ConversationStore
}

extension StoreUnderTest {
  public func reopened() async throws -> any ConversationStore { try await reopened(semantic: nil) }

  public func tenant(_ name: String) async throws -> any TenantStore {
    try await store.creatingTenant(try TenantID(name))
  }
}

/// Makes empty stores of one kind.
public protocol StoreMaker: Sendable {
  func make(semantic: SemanticSource?) async throws -> any StoreUnderTest
}

extension StoreMaker {
  /// A store with the installed model.
  public func make() async throws -> any StoreUnderTest { try await make(semantic: nil) }
}

/// One thing that a store keeps to.
public struct StoreRule: Sendable, CustomStringConvertible {
  /// What it says, as a sentence in the spelling of a function's name.
  public let description: String
  /// Fails, through the testing library, where a store does not keep to it.
  public let check: @Sendable (any StoreMaker) async throws -> Void

  /// All of them.
  public static let all: [StoreRule] =
    MessageContract.rules + SearchContract.rules + SearchConditionContract.rules + SessionContract.rules
    + TenantContract.rules + ActivityContract.rules
    + MigrationContract.rules + AnnotationContract.rules + PeopleContract.rules + DeletionContract.rules
    + ConcurrencyContract.rules
}

/// Rules about one topic.
protocol StoreRules: Sendable {
  init(stores: any StoreMaker)
}

extension StoreRules {
  static func rule(
    _ name: String, _ check: @escaping @Sendable (Self) async throws -> Void
  ) -> StoreRule {
    StoreRule(description: name) { try await check(Self(stores: $0)) }
  }
}

/// The installed model. The test command installs it; without it tests that need one fail and say so.
public enum InstalledEncoder {
  public static let service: Result<any EmbeddingService, any Error> = Result {
    let library = ModelLibrary(folder: ModelLibrary.defaultFolder())
    guard let model = library.locateDefault() else {
      throw MemoryError(
        .semanticUnavailable, "no model is installed in \(library.folder)", remedy: "run `recollect model install`")
    }
    return try SentenceEncoder.load(folder: model.folder)
  }
}

/// Short ways to write test conversations.
extension MessageDraft {
  public init(
    _ content: String, session: String, channel: String = "web", role: Role = .user, author: String? = nil,
    minute: Int = 0, id: String? = nil, metadata: [String: String] = [:]
  ) throws {
    self.init(
      id: try id.map { try MessageID($0) }, session: try SessionID(session), channel: try Channel(channel), role: role,
      author: author, content: content, timestamp: Timestamp(milliseconds: 1_790_000_000_000 + Int64(minute) * 60_000),
      metadata: metadata)
  }
}
