// `recollect verify`: reads everything that is stored and says whether it is sound.

import ArgumentParser
import ConversationExchange
import ConversationMemory

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check everything that is stored, and the installed models.",
    discussion: """
      Reads every file. Exit code 1 where something is damaged. With --repair, what is derived from the messages is made \
      again.

        recollect verify
        recollect verify --repair --json
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var format: FormatOptions

  @Flag(help: "Make again what is derived: keyword index, vectors, counters, catalogue.")
  var repair = false

  func run() async throws {
    let findings =
      try await data.open().verify(repair: repair) { name in
        if Console.errors.isTerminal { Console.note(.dim("checking \(name)")) }
      } + ModelVerification.findings()
    let damaged = findings.count { $0.outcome == .damaged }
    if format.isJSON {
      try Console.print(
        .object([
          .init(
            "findings",
            .array(
              findings.map {
                .object([
                  .init("file", .string($0.file)), .init("outcome", .string($0.outcome.rawValue)),
                  .init("detail", .string($0.detail)),
                ])
              })),
          .init("damaged", .integer(damaged)),
        ]))
    } else {
      try Console.print(findings.map(Self.line))
      if findings.isEmpty { Console.note("nothing is stored yet") }
    }
    if damaged > 0 {
      throw CommandFailure(
        .failed,
        "\(Figures.count(damaged, "finding")) of damage: "
          + (repair ? "restore those files from a backup" : "see above, or run `recollect verify --repair`"))
    }
  }

  private static func line(_ finding: VerificationFinding) -> StyledText {
    let mark: StyledText =
      switch finding.outcome {
      case .sound: .good("sound   ")
      case .damaged: .warning("damaged ")
      case .repaired: .accent("repaired")
      }
    return (mark + "  \(finding.file)" + .dim("  \(finding.detail)")).folded
  }
}
