// What `recollect-bench encoder` found, as a table and as JSON.

import Foundation

/// One precision's figures.
struct EncoderResult: Encodable {
  struct Speed: Encodable {
    let batch: Int
    /// Messages in a second on the clock, and in a second of processor time.
    let perSecond: Double
    let perProcessorSecond: Double

    enum CodingKeys: String, CodingKey {
      case batch
      case perSecond = "messages_per_s"
      case perProcessorSecond = "messages_per_cpu_s"
    }
  }

  let precision: String
  /// The special ones included.
  let tokensPerMessage: Double
  /// Milliseconds that the process's first load took, and the median of the later ones.
  let firstLoad: Double
  let load: Double
  let speeds: [Speed]

  enum CodingKeys: String, CodingKey {
    case precision, speeds
    case tokensPerMessage = "tokens_per_message"
    case firstLoad = "first_load_ms"
    case load = "load_ms"
  }
}

struct EncoderReport: Encodable {
  let instructions: String
  let threads: Int
  let messages: Int
  let results: [EncoderResult]

  var table: String {
    var lines = [
      "\(messages) messages, \(threads) threads, \(instructions)", "",
      "| precision | tokens/message | batch | messages/s | messages/CPU-s | first load ms | load ms |",
      "|---|---:|---:|---:|---:|---:|---:|",
    ]
    for result in results {
      for speed in result.speeds {
        lines.append(
          String(
            format: "| %@ | %.1f | %d | %.0f | %.0f | %.1f | %.1f |", result.precision, result.tokensPerMessage,
            speed.batch, speed.perSecond, speed.perProcessorSecond, result.firstLoad, result.load))
      }
    }
    return lines.joined(separator: "\n")
  }
}
