// The list of sessions: its order, its filter, and the filters typed before.

import ConversationMemory
import Terminal

extension ExplorerState {
  // MARK: Order

  /// Hits that the order by relevance is made from: beyond these it is no order any more.
  private static let relevantHits = 200

  mutating func sort(_ argument: String) {
    let orders = SessionQuery.Order.allCases
    let wanted = argument.lowercased()
    if wanted.isEmpty {
      let index = orders.firstIndex(of: place.browse.order) ?? 0
      let isLast = !place.browse.isByRelevance && index == orders.count - 1
      place.browse.isByRelevance = isLast && hasRelevance
      if !place.browse.isByRelevance { place.browse.order = orders[(index + 1) % orders.count] }
    } else if Self.relevanceWord.hasPrefix(wanted) {
      guard hasRelevance else {
        notice = Notice(
          kind: .error,
          text: "there is nothing that sessions could be relevant to: type words into the filter or search")
        return
      }
      place.browse.isByRelevance = true
    } else if let order = orders.first(where: { $0.word.hasPrefix(wanted) }) {
      place.browse.isByRelevance = false
      place.browse.order = order
    } else {
      let known = (orders.map(\.word) + [Self.relevanceWord]).joined(separator: ", ")
      notice = Notice(kind: .error, text: "there is no order \"\(argument)\": known are \(known)")
      return
    }
    place.browse.isReversed = false
    loadList(.listStart)
  }

  private static let relevanceWord = "relevance"

  private var hasRelevance: Bool {
    !place.browse.appliedFilter.words.isEmpty || place.search.answered != nil
  }

  /// What sessions are relevant to: the filter's words, without any those of the last search; nil where the list has
  /// another order.
  var relevanceRequest: SearchRequest? {
    let filter = place.browse.appliedFilter
    guard place.browse.isByRelevance, hasRelevance, !filter.isInverted else { return nil }
    guard !filter.words.isEmpty else {
      var request = place.search.answered
      request?.topK = Self.relevantHits
      return request
    }
    var request = SearchRequest(filter.words.joined(separator: " "), topK: Self.relevantHits)
    request.lastWordIsPrefix = place.browse.isFiltering
    request.filter.timeRange = filter.timeRange
    for condition in filter.conditions {
      switch condition.kind {
      case .text(let text): if condition.isExcluded { request.filter.excluded.append(text) }
      case .channel(let channel): if !condition.isExcluded { request.filter.channel = channel }
      case .tag(let tag): if !condition.isExcluded { request.filter.tags.insert(tag) }
      case .note(let text): if !condition.isExcluded { request.filter.note = text }
      case .metadata(let key, let value): if !condition.isExcluded { request.filter.metadata[key] = value }
      }
    }
    return request
  }

  /// As the list's title says it.
  var orderCaption: String {
    guard relevanceRequest != nil else { return place.browse.order.caption(isReversed: place.browse.isReversed) }
    return place.browse.isReversed ? "least relevant first" : "most relevant first"
  }

  // MARK: Filter

  mutating func filter(_ argument: String) {
    go(to: .list)
    learnMetadataKeys()
    place.browse.recalledFilter = nil
    if argument.isEmpty {
      place.browse.isFiltering = true
    } else {
      place.browse.filter.set(argument)
      filterChanged()
      marks(.filter(argument))
    }
  }

  mutating func filterChanged() {
    if applyFilter() { loadList(.list, delay: requests.isWaiting(.list) ? Self.previewDelay : .zero) }
  }

  /// Stops typing; a filter that cannot be read is still to be mended.
  mutating func keepFilter() {
    guard applyFilter() else { return }
    place.browse.isFiltering = false
    place.browse.recalledFilter = nil
    let line = place.browse.filter.text
    if line.contains(where: { !$0.isWhitespace }) { marks(.filter(line)) }
  }

  /// A filter that cannot be read leaves the list as it is, and says why.
  private mutating func applyFilter() -> Bool {
    do throws(SearchQueryError) {
      place.browse.appliedFilter = try SessionFilter.parse(
        place.browse.filter.text, metadataKeys: place.metadataKeys, zone: settings.zone, now: now)
      return true
    } catch {
      notice = Notice(kind: .error, text: "\(error)")
      return false
    }
  }

  /// Puts an earlier filter into the field, or a later one; in the end what had been typed.
  mutating func recallFilter(_ step: Int) {
    let history = marks.marks.filters
    let index = (place.browse.recalledFilter?.index ?? -1) + step
    guard index >= -1, index < history.count else { return }
    let draft = place.browse.recalledFilter?.draft ?? place.browse.filter.text
    place.browse.recalledFilter = index < 0 ? nil : RecalledFilter(index: index, draft: draft)
    place.browse.filter.set(index < 0 ? draft : history[index])
    filterChanged()
  }
}

extension SessionQuery.Order {
  /// As `:sort` knows it.
  var word: String {
    switch self {
    case .lastActivity: "activity"
    case .startedAt: "start"
    case .messageCount: "size"
    case .title: "title"
    }
  }

  /// As the list's title says it.
  func caption(isReversed: Bool) -> String {
    switch self {
    case .lastActivity: isReversed ? "longest quiet first" : "latest first"
    case .startedAt: isReversed ? "first started first" : "last started first"
    case .messageCount: isReversed ? "shortest first" : "longest first"
    case .title: isReversed ? "by title, Z first" : "by title"
    }
  }
}
