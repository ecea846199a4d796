// What the benchmark of the index found, as JSON and as a table.

import Foundation

/// One configuration's figures.
struct IndexResult: Codable, Sendable {
  var config: String
  var recall: Double
  var p50: Double
  var p99: Double
  /// Under a filter: a search with one that was not used before, which works out the rows that pass.
  var first: Double?
  var bytesPerVector: Double
  var residentPerVector: Double
  var open: Double
  var build: Double?
  var append: Double?

  enum CodingKeys: String, CodingKey {
    case config
    case recall = "recall@10"
    case p50 = "p50_us"
    case p99 = "p99_us"
    case first = "new_filter_us"
    case bytesPerVector = "bytes_per_vector"
    case residentPerVector = "resident_bytes_per_vector"
    case open = "open_ms"
    case build = "build_s"
    case append = "append_per_s"
  }
}

struct IndexReport: Codable, Sendable {
  var rows: Int
  var dimensions: Int
  var k: Int
  var threads: Int
  var results: [IndexResult]

  var table: String {
    func column(_ text: String, _ width: Int) -> String {
      String(repeating: " ", count: max(0, width - text.count)) + text
    }
    var lines = ["\(rows) vectors of \(dimensions) dimensions, the \(k) nearest, \(threads) at a time"]
    if let first = results.first {
      var facts = [
        "\(Int(first.bytesPerVector)) bytes a vector on disk", String(format: "open %.2f ms", first.open),
      ]
      if let build = first.build { facts.append(String(format: "build %.1f s", build)) }
      if let append = first.append { facts.append("append \(Int(append)) a second") }
      lines.append(facts.joined(separator: ", "))
    }
    let width = max(12, results.map(\.config.count).max() ?? 0)
    lines.append("")
    lines.append(
      "config".padding(toLength: width, withPad: " ", startingAt: 0)
        + ["recall", "p50 µs", "p99 µs", "new µs"].map { column($0, 10) }.joined())
    for result in results {
      let figures = [
        String(format: "%.4f", result.recall), String(format: "%.1f", result.p50), String(format: "%.1f", result.p99),
        result.first.map { String(format: "%.0f", $0) } ?? "",
      ]
      lines.append(
        result.config.padding(toLength: width, withPad: " ", startingAt: 0) + figures.map { column($0, 10) }.joined())
    }
    return lines.joined(separator: "\n")
  }
}
