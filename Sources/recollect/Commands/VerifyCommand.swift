// `recollect verify`: reads everything that is stored and says whether it is sound.

import ArgumentParser
import ConversationExchange
import ConversationMemory
import Foundation

struct VerifyCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "verify",
    abstract: "Check everything that is stored, and the installed models.",
    discussion: """
      Reads every file. Exit code 1 where something is damaged. With --repair, what is derived from the messages is made \
      again, and messages that are not searchable by meaning yet become so.

        recollect verify
        recollect verify --repair --json
      """)

  @OptionGroup var data: DataOptions
  @OptionGroup var format: FormatOptions

  @Flag(help: "Make what is derived again, and what is missing: keyword index, vectors, counters, catalogue.")
  var repair = false

  func run() async throws {
    let place = try data.place()
    let store = try place.open()
    let stored = try await store.verify(repair: repair) { name in
      if Console.errors.isTerminal { Console.note(.dim("checking \(name)")) }
    }
    let findings = try stored + ModelVerification.findings()
    let damaged = findings.count { $0.outcome == .damaged }
    if format.isJSON {
      try Console.print(
        .object([
          .init("findings", FindingLines.document(findings)),
          .init("damaged", .integer(damaged)),
        ]))
    } else {
      try Console.print(FindingLines.lines(findings))
    }
    if stored.isEmpty { Console.note("nothing is stored in \(place) yet") }
    if repair, !stored.isEmpty { try await embedBacklog(of: store) }
    if damaged > 0 {
      throw CommandFailure(
        .failed,
        "\(Figures.count(damaged, "finding")) of damage: "
          + (repair
            ? "see above; what --repair cannot make again comes back from a backup"
            : "see above; `recollect verify --repair` makes again what is derived"))
    }
  }

  /// Embeds what an import without a model or with --no-wait has left.
  private func embedBacklog(of store: any ConversationStore) async throws {
    let interruption = Interruption()
    var cursor: Cursor?
    repeat {
      let page = try await store.tenants(limit: 1000, after: cursor)
      for tenant in page.items {
        // One that cannot be opened is among the findings.
        guard let memory = try? await store.tenant(tenant.id) else { continue }
        switch try await SemanticIndexing.finish(memory, interruption: interruption) {
        case .finished: continue
        case .unavailable: return
        case .interrupted: throw CommandFailure(.partly)
        }
      }
      cursor = page.next
    } while cursor != nil
  }
}
