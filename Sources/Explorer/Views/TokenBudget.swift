// An agent's context beside the tokens it may have.

import ConversationMemory
import Terminal

struct TokenBudget {
  private let estimate: Int
  private let budget: Int?

  init(_ state: ExplorerState, estimate: Int) {
    self.estimate = estimate
    budget = state.settings.tokenBudget
  }

  /// `~1,240 tokens`, with a budget `~1,240 of 4,000 tokens`.
  var figure: String {
    "~\(NumberText.grouped(estimate))\(budget.map { " of \(NumberText.grouped($0))" } ?? "") tokens"
  }

  /// What there is to say about the budget; nothing where none is set.
  var lines: [Span] {
    guard let budget, budget > 0 else { return [] }
    let total = "budget " + NumberText.grouped(budget)
    guard estimate > budget else {
      return [Span("\(total): \(estimate * 100 / budget)% used", Style(.muted))]
    }
    return [Span("\(total): exceeded by \(NumberText.grouped(estimate - budget))", Style(.warning))]
  }
}
