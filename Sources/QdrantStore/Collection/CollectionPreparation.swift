// Finds the collection or makes it, once a process, before the first request about data.

import ConversationMemory

/// Makes sure that the collection is there and is recollect's.
actor CollectionPreparation {
  private let client: QdrantClient
  private let name: CollectionName
  private let layout: CollectionLayout
  private var finding: Task<Int?, any Error>?

  init(client: QdrantClient, name: CollectionName, layout: CollectionLayout) {
    self.client = client
    self.name = name
    self.layout = layout
  }

  /// The length of the collection's vectors; nil where there is no collection. Reading never makes one.
  func dimensions() async throws -> Int? {
    let task = finding ?? Task { [client, name] in try await Self.find(client, name) }
    finding = task
    do {
      let found = try await task.value
      // One that is missing may be made by anybody at any time.
      if found == nil, finding == task { finding = nil }
      return found
    } catch {
      if finding == task { finding = nil }
      throw error
    }
  }

  /// Makes the collection.
  ///
  /// - Parameter dimensions: the length of its vectors.
  func create(dimensions: Int) async throws {
    let shape = CollectionShape(dimensions: dimensions, layout: layout)
    // Somebody else may have come first: then theirs is looked at.
    _ = try await client.send(AdministrationRequest.create(name, shape.creation), unless: 409)
    finding = nil
    _ = try await self.dimensions()
  }

  private static func find(_ client: QdrantClient, _ name: CollectionName) async throws -> Int? {
    async let server = client.send(AdministrationRequest.version())
    async let description = client.send(AdministrationRequest.collection(name), unless: 404)
    let version = try await server.version
    guard CollectionShape.isSupported(version) else {
      throw MemoryError(
        .storageUnavailable, "Qdrant at \(client.server) has version \(version)",
        remedy: "recollect needs \(CollectionShape.oldestVersion) or newer")
    }
    guard let found = try await description else { return nil }
    let differences = CollectionShape.differences(of: found)
    guard differences.isEmpty, let dense = found.config.params.vectors?[VectorName.dense] else {
      throw MemoryError(
        .conflict,
        "the collection \"\(name)\" of Qdrant at \(client.server) is not recollect's: "
          + differences.joined(separator: "; "), remedy: "name another one with --collection")
    }
    guard found.schema ?? 0 <= CollectionShape.schemaVersion else {
      throw MemoryError(
        .newerVersion, "a newer version of recollect made the collection \"\(name)\" of Qdrant at \(client.server)",
        remedy: "use that version, or name another collection with --collection")
    }
    // Missing where whoever made the collection was stopped.
    for field in PayloadField.allCases where found.payloadSchema[field.rawValue] == nil {
      try await client.send(AdministrationRequest.index(field, of: name))
    }
    return dense.size
  }
}
