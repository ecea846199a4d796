// What `recollect evaluate` prints: tables for people, members of a JSON document for programs.

import ConversationExchange
import ConversationMemory

extension RetrievalMeasure {
  /// Short enough for five of them and a category in 80 columns.
  fileprivate var heading: String {
    switch self {
    case .turnRecallAt5: "TURN R@5"
    case .turnRecallAt10: "TURN R@10"
    case .gainAt10: "NDCG@10"
    case .sessionHitAt1: "SESS HIT1"
    case .sessionAnyAt5: "SESS ANY5"
    }
  }
}

extension EvaluationRun {
  /// `{"questions", "turn_recall@5", …, "intervals": {"turn_recall@5": [low, high], …}}`
  var members: [JSONText.Member] {
    [.init("questions", .integer(questions.count))]
      + RetrievalMeasure.allCases.map { .init($0.rawValue, .rounded(Bootstrap.mean(values($0)))) }
      + [
        .init(
          "intervals",
          .object(RetrievalMeasure.allCases.map { .init($0.rawValue, .interval(Bootstrap.interval(values($0)))) }))
      ]
  }

  /// A line a category and one for all: `.579 ±.04`, the second half the 95% interval's width.
  func table(width: Int?) -> [StyledText] {
    var table = Table(
      [.init(heading: "CATEGORY", isFlexible: true), .init(heading: "ASKED", alignsRight: true)]
        + RetrievalMeasure.allCases.map { .init(heading: $0.heading, alignsRight: true) })
    func add(_ name: StyledText, _ run: EvaluationRun) {
      table.add(
        [name, StyledText(Figures.count(run.questions.count))]
          + RetrievalMeasure.allCases.map { measure in
            let values = run.values(measure)
            let interval = Bootstrap.interval(values)
            let spread = (interval.upperBound - interval.lowerBound) / 2
            return StyledText(Figures.share(Bootstrap.mean(values), places: 3))
              + .dim(" ±\(Figures.share(spread, places: 2))")
          })
    }
    for (name, run) in byCategory { add(StyledText(name), run) }
    add(.bold("all"), self)
    return table.lines(width: width)
  }
}

extension PairedRuns {
  /// `{"questions", "turn_recall@5": {"before", "after", "difference", "interval", "better", "worse"}, …}`
  var members: [JSONText.Member] {
    [.init("questions", .integer(pairs.count))]
      + RetrievalMeasure.allCases.map { measure in
        let paired = difference(measure)
        return .init(
          measure.rawValue,
          .object([
            .init("before", .rounded(paired.before)), .init("after", .rounded(paired.after)),
            .init("difference", .rounded(paired.difference)), .init("interval", .interval(paired.interval)),
            .init("better", .integer(paired.better)), .init("worse", .integer(paired.worse)),
          ]))
      }
  }

  /// ``members`` with the questions that had no partner and every category.
  var document: JSONText {
    .object(
      members + [
        .init("only_now", .integer(onlyNow)), .init("only_before", .integer(onlyBefore)),
        .init("by_category", .object(byCategory.map { .init($0.name, .object($0.runs.members)) })),
      ])
  }

  /// A line a measure. Differences that these questions can tell from none stand out.
  func table(width: Int?) -> [StyledText] {
    var table = Table([
      .init(heading: "MEASURE", isFlexible: true), .init(heading: "BEFORE", alignsRight: true),
      .init(heading: "AFTER", alignsRight: true), .init(heading: "CHANGE", alignsRight: true),
      .init(heading: "95% INTERVAL", alignsRight: true), .init(heading: "BETTER", alignsRight: true),
      .init(heading: "WORSE", alignsRight: true),
    ])
    for measure in RetrievalMeasure.allCases {
      let paired = difference(measure)
      let style: StyledText.Style = [-1: .warning, 1: .good][paired.direction] ?? .plain
      let (low, high) = (paired.interval.lowerBound, paired.interval.upperBound)
      table.add(
        StyledText(measure.rawValue), StyledText(Figures.share(paired.before, places: 3)),
        StyledText(Figures.share(paired.after, places: 3)), StyledText(Figures.change(paired.difference), style),
        StyledText("\(Figures.change(low)) \(Figures.change(high))"), StyledText(Figures.count(paired.better)),
        StyledText(Figures.count(paired.worse)))
    }
    return table.lines(width: width)
  }
}

extension Figures {
  /// `.579`, `1.000`: a share without its idle zero.
  fileprivate static func share(_ value: Double, places: Int) -> String {
    let text = fraction(value, places: places)
    return text.hasPrefix("0.") ? String(text.dropFirst()) : text
  }

  /// `+.021`, `−.004`, `.000`
  fileprivate static func change(_ value: Double) -> String {
    let text = share(abs(value), places: 3)
    return text == ".000" ? text : (value < 0 ? "−" : "+") + text
  }
}

extension JSONText {
  /// To four places.
  fileprivate static func rounded(_ value: Double) -> JSONText { .real((value * 10_000).rounded() / 10_000) }

  fileprivate static func interval(_ range: ClosedRange<Double>) -> JSONText {
    .array([.rounded(range.lowerBound), .rounded(range.upperBound)])
  }
}
