// What the explorer's benchmark found, as JSON and as a table.

import Foundation

/// From starting a program to what a person sees, the median and the worst of some starts, in milliseconds.
struct StartFigures: Codable, Sendable {
  var program: String
  var starts: Int
  var firstByte: Spread
  /// The whole frame: headings and keys. Not told of peers.
  var firstPaint: Spread?
  /// The first row of the list. Not told of peers.
  var firstContent: Spread?
  /// The last byte before 300 ms of silence.
  var settled: Spread

  struct Spread: Codable, Sendable {
    var p50: Double
    var worst: Double

    init(_ durations: [Duration]) {
      let sorted = durations.sorted()
      p50 = (sorted.isEmpty ? 0 : sorted[sorted.count / 2].inSeconds) * 1000
      worst = (sorted.last?.inSeconds ?? 0) * 1000
    }
  }

  enum CodingKeys: String, CodingKey {
    case program, starts
    case firstByte = "first_byte_ms"
    case firstPaint = "first_paint_ms"
    case firstContent = "first_content_ms"
    case settled = "settled_ms"
  }
}

/// Keys of one kind: to the first byte of the answer, to the last, and how many bytes.
struct KeyFigures: Codable, Sendable {
  var program: String
  var keys: String
  var samples: Int
  var firstP50: Double
  var firstP99: Double
  var firstWorst: Double
  var lastP50: Double
  var lastP99: Double
  var bytesP50: Int
  var bytesLargest: Int

  init(program: String, keys: String, samples: [KeySample]) {
    self.program = program
    self.keys = keys
    self.samples = samples.count
    var first = Latencies()
    var last = Latencies()
    for sample in samples {
      first.add(sample.first)
      last.add(sample.last)
    }
    firstP50 = first.microseconds(0.5) / 1000
    firstP99 = first.microseconds(0.99) / 1000
    firstWorst = first.microseconds(1) / 1000
    lastP50 = last.microseconds(0.5) / 1000
    lastP99 = last.microseconds(0.99) / 1000
    let bytes = samples.map(\.bytes).sorted()
    bytesP50 = bytes.isEmpty ? 0 : bytes[bytes.count / 2]
    bytesLargest = bytes.last ?? 0
  }

  enum CodingKeys: String, CodingKey {
    case program, keys, samples
    case firstP50 = "first_byte_p50_ms"
    case firstP99 = "first_byte_p99_ms"
    case firstWorst = "first_byte_worst_ms"
    case lastP50 = "last_byte_p50_ms"
    case lastP99 = "last_byte_p99_ms"
    case bytesP50 = "bytes_p50"
    case bytesLargest = "bytes_largest"
  }
}

/// At rest, with nothing pressed.
struct RestFigures: Codable, Sendable {
  var program: String
  var idleBytes: Int
  var memory: ProcessMemory?

  enum CodingKeys: String, CodingKey {
    case program
    case idleBytes = "idle_bytes_in_10_s"
    case memory
  }
}

struct ExplorerReport: Codable, Sendable {
  var size: String
  var messages: Int
  var sessions: Int
  var tenants: Int
  var starts: [StartFigures] = []
  var keys: [KeyFigures] = []
  var rest: [RestFigures] = []
  /// The largest resident memory of `recollect search` on the same tenant, in MB.
  var searchMemory: Double

  enum CodingKeys: String, CodingKey {
    case size, messages, sessions, tenants, starts, keys, rest
    case searchMemory = "search_peak_rss_mb"
  }

  var table: String {
    var lines = ["\(size), \(messages) messages in \(sessions) sessions, \(tenants) tenants", ""]
    lines.append(Self.row("start, ms (p50/worst)", ["byte", "paint", "content", "settled"]))
    lines += starts.map { start in
      let spreads = [start.firstByte, start.firstPaint, start.firstContent, start.settled]
      return Self.row(
        start.program, spreads.map { $0.map { String(format: "%.0f/%.0f", $0.p50, $0.worst) } ?? "–" })
    }
    lines += ["", Self.row("keys, ms", ["first p50", "p99", "worst", "last p50", "p99", "bytes", "most"])]
    lines += keys.map { key in
      Self.row(
        "\(key.program): \(key.keys)",
        [key.firstP50, key.firstP99, key.firstWorst, key.lastP50, key.lastP99].map { String(format: "%.2f", $0) }
          + ["\(key.bytesP50)", "\(key.bytesLargest)"])
    }
    lines += ["", Self.row("at rest", ["bytes/10 s", "RSS MB", "PSS MB", "own MB"])]
    lines += rest.map { rest in
      Self.row(
        rest.program,
        ["\(rest.idleBytes)"]
          + [rest.memory?.resident, rest.memory?.proportional, rest.memory?.anonymous].map {
            $0.map { String(format: "%.1f", $0) } ?? "–"
          })
    }
    lines.append(Self.row("recollect search, at most", ["–", String(format: "%.1f", searchMemory), "–", "–"]))
    return lines.joined(separator: "\n")
  }

  private static func row(_ name: String, _ columns: [String]) -> String {
    name.padding(toLength: 42, withPad: " ", startingAt: 0)
      + columns.map { String(repeating: " ", count: max(1, 11 - $0.count)) + $0 }.joined()
  }
}
