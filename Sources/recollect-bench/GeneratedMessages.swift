// Messages to fill a large store with, the same ones each time: business phrases among made-up words that are as unevenly
// used as those of a language (Zipf 1949), of a vocabulary of tens of thousands.

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

  /// Many small tenants: one session of six messages each.
  static func fill(_ store: any ConversationStore, tenants: Int) async throws {
    for number in 0..<tenants {
      let digits = "\(number)"
      let name = "bench-" + String(repeating: "0", count: max(0, 4 - digits.count)) + digits
      let memory = try await store.creatingTenant(try TenantID(name))
      let first = number * 20
      _ = try await memory.add(try (first..<first + 6).map(draft), policy: .refuseBatch)
      if number % 50 == 0 { FileHandle.standardError.write(Data("\r\(number) of \(tenants) tenants".utf8)) }
    }
    FileHandle.standardError.write(Data("\n".utf8))
  }

  private static let vocabulary = 40_000
  private static let syllables = [
    "ba", "con", "der", "fil", "gra", "hol", "in", "jor", "kel", "lum", "mar", "no", "or", "pel", "qua", "ri", "sto",
    "tan", "ul", "ver", "wi", "xen", "yor", "zan",
  ]

  /// Seven to fourteen words of one message. The word of rank r is used in proportion to 1 / r.
  private static func words(of number: Int) -> [String] {
    var state = UInt64(number) &* 0x9E37_79B9_7F4A_7C15 &+ 0x5DEE_CE66
    func next() -> UInt64 {
      state ^= state << 13
      state ^= state >> 7
      state ^= state << 17
      return state
    }
    return (0..<7 + Int(next() % 8)).map { _ in
      let share = Double(next() >> 11) / Double(1 << 53)
      return word(rank: Int(exp(share * log(Double(vocabulary)))))
    }
  }

  private static func word(rank: Int) -> String {
    var rest = rank
    var word = ""
    repeat {
      word += syllables[rest % syllables.count]
      rest /= syllables.count
    } while rest > 0
    return word + (rank % 3 == 0 ? "s" : rank % 3 == 1 ? "ing" : "")
  }

  /// A minute after the one before, in sessions of twenty.
  private static func draft(_ number: Int) throws -> MessageDraft {
    let mixed = Int(UInt64(number) &* 0x9E37_79B9_7F4A_7C15 >> 33)
    func pick(_ words: [String], _ divisor: Int) -> String { words[mixed / divisor % words.count] }
    let text =
      "\(pick(subjects, 1)) of \(pick(companies, 12)) \(pick(verbs, 120)) \(pick(subjects, 840)) "
      + "for \(pick(companies, 10_080)): \(words(of: number).joined(separator: " ")), ticket \(mixed % 100_000)"
    return MessageDraft(
      session: try SessionID("session-\(number / 20)"), channel: try Channel(channels[number / 20 % channels.count]),
      role: number % 2 == 0 ? .user : .assistant, author: number % 2 == 0 ? pick(companies, 7) : "Agent", content: text,
      timestamp: Timestamp(milliseconds: 1_700_000_000_000 + Int64(number) * 60_000))
  }
}
