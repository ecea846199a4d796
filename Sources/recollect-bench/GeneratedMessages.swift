// Messages to fill a large store with: made up from a few words, the same ones each time.

import ConversationMemory
import Foundation

enum GeneratedMessages {
  private static let subjects = [
    "the enterprise price", "the renewal", "our quote", "the pilot", "the migration", "the security review",
    "single sign-on", "the invoice", "the discount", "the onboarding", "the data export", "the service level",
  ]
  private static let verbs = [
    "needs", "depends on", "was promised with", "comes before", "is blocked by", "follows", "was moved because of",
  ]
  private static let companies = [
    "Globex", "Initech", "Umbrella", "Hooli", "Stark", "Wayne", "Acme", "Soylent", "Cyberdyne", "Tyrell",
  ]
  private static let channels = ["web", "email", "slack", "teams"]

  static func fill(_ memory: any TenantStore, count: Int) async throws {
    let batch = 10_000
    for first in stride(from: 0, to: count, by: batch) {
      _ = try await memory.add(try (first..<min(first + batch, count)).map(draft), policy: .refuseBatch)
      FileHandle.standardError.write(Data("\r\(first) of \(count) messages".utf8))
    }
    try await memory.finishIndexing { step in
      FileHandle.standardError.write(Data("\rindexing \(step.done) of \(step.total)   ".utf8))
    }
    FileHandle.standardError.write(Data("\n".utf8))
  }

  /// A minute after the one before, in sessions of twenty.
  private static func draft(_ number: Int) throws -> MessageDraft {
    let mixed = Int(UInt64(number) &* 0x9E37_79B9_7F4A_7C15 >> 33)
    func pick(_ words: [String], _ divisor: Int) -> String { words[mixed / divisor % words.count] }
    let text =
      "\(pick(subjects, 1)) of \(pick(companies, 12)) \(pick(verbs, 120)) \(pick(subjects, 840)) "
      + "for \(pick(companies, 10_080)), ticket \(mixed % 100_000)"
    return MessageDraft(
      session: try SessionID("session-\(number / 20)"), channel: try Channel(channels[number / 20 % channels.count]),
      role: number % 2 == 0 ? .user : .assistant, author: number % 2 == 0 ? pick(companies, 7) : "Agent", content: text,
      timestamp: Timestamp(milliseconds: 1_700_000_000_000 + Int64(number) * 60_000))
  }
}
