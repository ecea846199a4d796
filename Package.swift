// swift-tools-version: 6.2
import Foundation
import PackageDescription

// recollect: conversation memory for agents, and the window onto it. Targets are listed from the command line down to the
// kernels; a target depends only on targets below it.

let package = Package(
  name: "recollect",
  products: [
    .executable(name: "recollect", targets: ["recollect"]),
    .executable(name: "recollect-bench", targets: ["recollect-bench"]),
    .library(name: "ConversationMemory", targets: ["ConversationMemory"]),
    .library(name: "EmbeddedStore", targets: ["EmbeddedStore"]),
    .library(name: "QdrantStore", targets: ["QdrantStore"]),
    .library(name: "TextEmbedding", targets: ["TextEmbedding"]),
    .library(name: "VectorIndex", targets: ["VectorIndex"]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.2"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/apple/swift-nio", from: "2.81.0"),
    .package(url: "https://github.com/swift-server/async-http-client", from: "1.37.0"),
  ],
  targets: [
    // The command line: parses, wires the rooms together, prints.
    .executableTarget(
      name: "recollect",
      dependencies: [
        "ConversationExchange", "ConversationMemory", "DemoConversations", "EmbeddedStore", "Explorer", "QdrantStore",
        "Retrieval", "Terminal", "TextEmbedding", .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Benchmarks that anybody can run.
    .executableTarget(
      name: "recollect-bench",
      dependencies: [
        "ConversationMemory", "EmbeddedStore", "PseudoTerminal", "TextEmbedding", "VectorIndex",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // A program on a terminal of its own, for tests and benchmarks.
    .target(name: "PseudoTerminal"),

    // The terminal explorer: state, update and views without a terminal, and what runs them on one.
    .target(
      name: "Explorer",
      dependencies: [
        "ConversationExchange", "ConversationMemory", "Terminal", .product(name: "TOMLKit", package: "TOMLKit"),
      ]),

    // Cells, safe text, input, themes; the only code that calls ncurses.
    .target(
      name: "Terminal", dependencies: ["CNCurses", .product(name: "TOMLKit", package: "TOMLKit")],
      resources: [.embedInCode("Themes")]),

    // Files of conversations, in and out: one file a format.
    .target(name: "ConversationExchange", dependencies: ["CZlib", "ConversationMemory"]),

    // The sample conversations of `recollect demo`.
    .target(name: "DemoConversations", resources: [.embedInCode("Conversations")]),

    // The store on a cluster: Qdrant's REST API, one collection for all tenants.
    .target(
      name: "QdrantStore",
      dependencies: [
        "ConversationMemory", "Retrieval", "TextAnalysis", "TextEmbedding", "VectorIndex",
        .product(name: "AsyncHTTPClient", package: "async-http-client"),
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "NIOCore", package: "swift-nio"),
        .product(name: "NIOHTTP1", package: "swift-nio"), .product(name: "NIOPosix", package: "swift-nio"),
      ]),

    // The store on this machine: SQLite, words and vectors, one folder a tenant.
    .target(
      name: "EmbeddedStore",
      dependencies: [
        "CVectorKernels", "ConversationMemory", "KeywordIndex", "Retrieval", "TextAnalysis", "TextEmbedding",
        "VectorIndex",
        .product(name: "Crypto", package: "swift-crypto"), .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "GRDBSQLite", package: "GRDB.swift"),
      ]),

    // What ranks, whatever store it asks: from what words and meaning found to hits; and the model it asks with.
    .target(name: "Retrieval", dependencies: ["ConversationMemory", "TextAnalysis", "TextEmbedding"]),

    // Words of texts: cut, folded, stemmed; those of a question, and conditions on a text.
    .target(name: "TextAnalysis", dependencies: ["CStemmer", "ConversationMemory"]),

    // The domain: messages, sessions, the store's protocol, sessions' context, ranking.
    .target(name: "ConversationMemory", dependencies: [.product(name: "Crypto", package: "swift-crypto")]),

    // Sentence embeddings in process: tokenizer, BERT encoder, models and their installation.
    .target(
      name: "TextEmbedding",
      dependencies: ["CVectorKernels", .product(name: "Crypto", package: "swift-crypto")]),

    // Words in memory-mapped files, ranked under exact filters.
    .target(name: "KeywordIndex", dependencies: ["CVectorKernels", "VectorIndex"]),

    // Vectors in memory-mapped files, searched under exact filters.
    .target(name: "VectorIndex", dependencies: ["CVectorKernels"]),

    // Kernels in C, chosen at run time. Unoptimised C is thirty times slower, so debug builds optimise it too.
    .target(name: "CVectorKernels", cSettings: [.unsafeFlags(["-O2"], .when(configuration: .debug))]),

    .systemLibrary(name: "CNCurses", providers: [.apt(["libncurses-dev"])]),
    .systemLibrary(name: "CStemmer", providers: [.apt(["libstemmer-dev"])]),
    .systemLibrary(name: "CZlib", providers: [.apt(["zlib1g-dev"])]),

    // Tests: one target a room, and a real terminal for the screens.
    .testTarget(
      name: "ConversationExchangeTests", dependencies: ["CZlib", "ConversationExchange", "ConversationMemory"]),
    .testTarget(name: "ConversationMemoryTests", dependencies: ["ConversationMemory"]),
    .testTarget(name: "DemoConversationsTests", dependencies: ["DemoConversations"]),
    .testTarget(
      name: "EmbeddedStoreTests",
      dependencies: [
        "ConversationExchange", "EmbeddedStore", "EvaluationSet", "KeywordIndex", "Retrieval", "StoreContract",
        "TextAnalysis", "TextEmbedding", "VectorIndex", .product(name: "GRDB", package: "GRDB.swift"),
      ]),
    .testTarget(name: "ExplorerTests", dependencies: ["Explorer"], exclude: ["Golden"]),
    .testTarget(name: "KeywordIndexTests", dependencies: ["CVectorKernels", "KeywordIndex", "VectorIndex"]),
    .testTarget(
      name: "QdrantStoreTests",
      dependencies: [
        "ConversationExchange", "ConversationMemory", "EmbeddedStore", "EvaluationSet", "QdrantStore",
        "QdrantTestSupport", "Retrieval", "StoreContract", "TextAnalysis", "TextEmbedding",
      ]),
    .testTarget(name: "QdrantTestSupportTests", dependencies: ["QdrantTestSupport"]),
    .testTarget(
      name: "RecollectBenchTests",
      dependencies: ["recollect-bench", .product(name: "ArgumentParser", package: "swift-argument-parser")]),
    .testTarget(
      name: "RecollectTests",
      dependencies: [
        "PseudoTerminal", "QdrantTestSupport", "Terminal", "TerminalTestSupport", "TextEmbedding", "recollect",
      ]),
    .testTarget(
      name: "TerminalTests", dependencies: ["PseudoTerminal", "Terminal", "TerminalFixture", "TerminalTestSupport"]),
    .testTarget(name: "RetrievalTests", dependencies: ["ConversationMemory", "Retrieval"]),
    .testTarget(name: "TextAnalysisTests", dependencies: ["TextAnalysis"]),
    .testTarget(name: "TextEmbeddingTests", dependencies: ["CVectorKernels", "TextEmbedding"]),
    .testTarget(name: "VectorIndexTests", dependencies: ["CVectorKernels", "VectorIndex", "VectorIndexFixture"]),
    .target(
      name: "EvaluationSet", dependencies: ["ConversationExchange", "ConversationMemory"], path: "Tests/EvaluationSet",
      exclude: ["Data"]),
    .systemLibrary(name: "CVterm", path: "Tests/CVterm", providers: [.apt(["libvterm-dev"])]),
    .executableTarget(
      name: "VectorIndexFixture", dependencies: ["VectorIndex"], path: "Tests/VectorIndexFixture"),
    .executableTarget(name: "TerminalFixture", dependencies: ["Terminal"], path: "Tests/TerminalFixture"),
    .target(
      name: "StoreContract",
      dependencies: ["ConversationExchange", "ConversationMemory", "Retrieval", "TextEmbedding"],
      path: "Tests/StoreContract"),
    .target(name: "QdrantTestSupport", path: "Tests/QdrantTestSupport"),
    .target(
      name: "TerminalTestSupport", dependencies: ["CVterm", "PseudoTerminal", "Terminal"],
      path: "Tests/TerminalTestSupport"),
  ],
  swiftLanguageModes: [.v6]
)

// The settings of every Swift target.
for target in package.targets where target.type != .system && target.name != "CVectorKernels" {
  target.swiftSettings = [
    .enableUpcomingFeature("ExistentialAny"),
    .enableUpcomingFeature("InternalImportsByDefault"),
    .enableUpcomingFeature("MemberImportVisibility"),
  ]
}

// `RECOLLECT_ONLY=VectorIndex swift test` builds and tests one room with what it stands on: sanitizers and fuzzers need no
// more.
if let room = ProcessInfo.processInfo.environment["RECOLLECT_ONLY"] {
  let roots: Set = [room, "\(room)Tests", "\(room)Fixture"]
  var kept = package.targets.filter { roots.contains($0.name) }
  var rooms: Set<String> = []
  var packages: Set<String> = []
  while let target = kept.popLast() {
    guard rooms.insert(target.name).inserted else { continue }
    for dependency in target.dependencies {
      switch dependency {
      case .targetItem(let name, _), .byNameItem(let name, _): kept += package.targets.filter { $0.name == name }
      case .productItem(_, let package, _, _): packages.formUnion(package.map { [$0] } ?? [])
      @unknown default: break
      }
    }
  }
  package.products = []
  package.targets = package.targets.filter { rooms.contains($0.name) }
  package.dependencies = package.dependencies.filter { dependency in
    guard case .sourceControl(_, let location, _) = dependency.kind else { return false }
    return packages.contains { location.hasSuffix("/\($0)") }
  }
}
