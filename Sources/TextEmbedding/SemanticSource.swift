// Where vectors come from.

/// What embeds the messages of a store.
public enum SemanticSource: Sendable {
  /// The default model of a library, where one is installed; loaded when first needed.
  case installed(ModelLibrary)
  /// A service that is ready.
  case service(any EmbeddingService)
  /// Words only.
  case none
}
