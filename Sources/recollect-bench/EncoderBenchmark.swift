// What `recollect-bench encoder` measures: loading, and embedding in batches of several sizes.

import Foundation
import TextEmbedding

struct EncoderBenchmark {
  let folder: String
  let texts: [String]
  let threads: Int
  let rounds: Int

  func run(_ precision: SentenceEncoder.Precision, batches: [Int]) async throws -> EncoderResult {
    let clock = ContinuousClock()
    var loads: [Double] = []
    var encoder: SentenceEncoder?
    for _ in 0..<max(rounds, 3) {
      encoder = nil
      let taken = try clock.measure {
        encoder = try SentenceEncoder.load(folder: folder, precision: precision, threads: threads)
      }
      loads.append(taken.inSeconds * 1000)
    }
    guard let encoder else { throw CancellationError() }
    // Reads all weights once before anything counts, too.
    let tokens = try await encoder.embedQuestions(texts).reduce(0) { $0 + $1.tokens.count + 2 }
    var speeds: [EncoderResult.Speed] = []
    for batch in batches { speeds.append(try await speed(encoder, batch: batch)) }
    return EncoderResult(
      precision: precision.rawValue, tokensPerMessage: Double(tokens) / Double(max(texts.count, 1)),
      firstLoad: loads[0], load: loads.dropFirst().sorted()[(loads.count - 1) / 2], speeds: speeds)
  }

  private func speed(_ encoder: SentenceEncoder, batch: Int) async throws -> EncoderResult.Speed {
    let clock = ContinuousClock()
    var best = (wall: Double.infinity, processor: Double.infinity)
    for _ in 0..<rounds {
      let started = processorSeconds()
      let start = clock.now
      for first in stride(from: 0, to: texts.count, by: batch) {
        _ = try await encoder.embed(Array(texts[first..<min(first + batch, texts.count)]))
      }
      best.wall = min(best.wall, start.duration(to: clock.now).inSeconds)
      best.processor = min(best.processor, processorSeconds() - started)
    }
    let count = Double(texts.count)
    return EncoderResult.Speed(batch: batch, perSecond: count / best.wall, perProcessorSecond: count / best.processor)
  }

  /// Seconds that all threads of this process have used so far.
  private func processorSeconds() -> Double {
    var time = timespec()
    clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
    return Double(time.tv_sec) + Double(time.tv_nsec) / 1e9
  }
}
