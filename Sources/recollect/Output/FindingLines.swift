// What `verify` found, for people and as JSON.

import ConversationExchange
import ConversationMemory

enum FindingLines {
  static func document(_ findings: [VerificationFinding]) -> JSONText {
    .array(
      findings.map {
        .object([
          .init("file", .string($0.file)), .init("outcome", .string($0.outcome.rawValue)),
          .init("detail", .string($0.detail)),
        ])
      })
  }

  static func lines(_ findings: [VerificationFinding]) -> [StyledText] {
    findings.map { (mark($0.outcome) + "  \($0.file)" + .dim("  \($0.detail)")).folded }
  }

  private static func mark(_ outcome: VerificationFinding.Outcome) -> StyledText {
    switch outcome {
    case .sound: .good("sound    ")
    case .damaged: .warning("damaged  ")
    case .repaired: .accent("repaired ")
    case .unchecked: .warning("unchecked")
    }
  }
}
