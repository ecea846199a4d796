// Why a message was recalled, in words for people.

/// Says why a message was recalled.
enum RecallReason {
  static func text(for hit: SearchHit, answering question: String) -> String {
    var reasons: [String] = []
    if let similarity = hit.similarity { reasons.append("close in meaning (\(twoPlaces(similarity)))") }
    if !hit.matchedWords.isEmpty {
      reasons.append("shares \(hit.matchedWords.prefix(5).map { "\"\($0)\"" }.joined(separator: ", "))")
    }
    return reasons.joined(separator: "; ") + " with \"\(opening(of: question))\""
  }

  /// Of an agent's reply that came along with the customer's message before it.
  static func text(forReplyTo question: ContextMessage) -> String {
    "the reply to \"\(opening(of: question.message.content))\", which is \(question.reason ?? "recalled")"
  }

  private static func opening(of text: String) -> String {
    let words = text.prefix(300).split(whereSeparator: \.isWhitespace).joined(separator: " ")
    return words.count > 60 ? words.prefix(59) + "…" : words
  }

  private static func twoPlaces(_ value: Double) -> String {
    let hundredths = Int((value * 100).rounded())
    let digits = String(abs(hundredths % 100))
    return "\(hundredths < 0 ? "-" : "")\(abs(hundredths / 100)).\(digits.count < 2 ? "0" : "")\(digits)"
  }
}
