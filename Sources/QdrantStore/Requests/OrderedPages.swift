// Pages of an ordered listing. The server orders by one number, has no offset for ordered pages and breaks ties as it likes;
// a listing's own order has more to it. So a page is fetched with some to spare, and what stands at its far end with
// equal numbers is only believed when it is whole.

enum OrderedPages {
  /// The rows that follow a place in a listing.
  ///
  /// - Parameters:
  ///   - fetch: The first so many points in the order of the number, from the place on; the place itself and what the server
  ///     counts as equal may come along.
  ///   - value: The number that the server orders by.
  ///   - isPast: Whether a row comes after the place.
  ///   - precedes: The listing's own order, which agrees with the server's.
  static func page<Row: Sendable>(
    limit: Int, fetch: (_ count: Int) async throws -> [StoredPoint], row: (StoredPoint) throws -> Row,
    value: (Row) -> Int64, isPast: (Row) -> Bool, precedes: (Row, Row) -> Bool
  ) async throws -> (rows: [Row], hasMore: Bool) {
    // One more than asked for tells whether there are more, one more than that whether it is whole.
    var count = limit + 4
    while true {
      let points = try await fetch(count)
      var rows = try points.map(row)
      let isWhole = points.count < count
      if !isWhole, let last = rows.last.map(value) { rows.removeAll { value($0) == last } }
      rows = rows.filter(isPast).sorted(by: precedes)
      if isWhole || rows.count > limit {
        return (Array(rows.prefix(limit)), rows.count > limit)
      }
      try Task.checkCancellation()
      count *= 4
    }
  }
}
