// What golden tests compare: the text of rows, and the styles as runs.

extension Surface {
  /// The text of a row, spaces at its end included; empty outside.
  public func text(row y: Int) -> String {
    guard y >= 0, y < size.rows else { return "" }
    return cells[y * size.columns..<(y + 1) * size.columns].map(\.text).joined()
  }

  /// All rows, without the spaces at their ends.
  public var text: String {
    (0..<size.rows).map { Self.trimmed(text(row: $0)) }.joined(separator: "\n")
  }

  /// The styles of a row as runs, plain `text` left out: `0-4 title+bold, 6-8 match/selection`.
  public func styles(row y: Int) -> String {
    guard y >= 0, y < size.rows, size.columns > 0 else { return "" }
    var runs: [String] = []
    var start = 0
    let row = cells[y * size.columns..<(y + 1) * size.columns].map(\.style)
    for x in 1...row.count where x == row.count || row[x] != row[start] {
      if row[start] != .text { runs.append("\(start)-\(x - 1) \(row[start])") }
      start = x
    }
    return runs.joined(separator: ", ")
  }

  /// Text and styles together: each row as `|text`, its runs indented below where it has any.
  public var golden: String {
    var lines: [String] = []
    for y in 0..<size.rows {
      lines.append("|" + Self.trimmed(text(row: y)))
      let runs = styles(row: y)
      if !runs.isEmpty { lines.append("  " + runs) }
    }
    return lines.joined(separator: "\n")
  }

  private static func trimmed(_ line: String) -> String {
    var line = Substring(line)
    while line.last == " " { line.removeLast() }
    return String(line)
  }
}

extension Style: CustomStringConvertible {
  /// `role`, `role/ground`, `role/ground+bold+italic`.
  public var description: String {
    var result = role.name
    if let ground { result += "/" + ground.name }
    for name in attributes.nameList { result += "+" + name }
    return result
  }
}

extension Attributes {
  /// The names of the attributes set.
  var nameList: [String] {
    Self.names.indices.filter { rawValue & (1 << $0) != 0 }.map { Self.names[$0] }
  }
}
