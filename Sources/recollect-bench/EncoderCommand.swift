// `recollect-bench encoder`: the text encoder by itself.

import ArgumentParser
import Foundation
import TextEmbedding

struct EncoderCommand: AsyncParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "encoder",
    abstract: "Measures the text encoder: messages a second by precision and batch size, and the time to load.",
    discussion: """
      Messages are made up, about 39 word pieces long on average; --texts takes a file with one message a line instead. \
      A second of processor time counts what all threads used.

        recollect-bench encoder --batch 1 --batch 32 --json
        recollect-bench encoder --precision int8 --threads 2

      Tests/peers/encoder_peers.py measures ONNX Runtime beside it.
      """)

  @Option(help: "The model's folder; the installed default model without it.") var model: String?
  @Option(help: "How weights are held; several times for several; all without it.") var precision: [String] = []
  @Option(help: "Messages embedded in one call; several times for several.") var batch: [Int] = []
  @Option(help: "Threads that compute at the same time.") var threads = 1
  @Option(help: "How many messages to make up.") var messages = 256
  @Option(help: "A file with messages, one a line.") var texts: String?
  @Option(help: "Times that all messages are embedded; the fastest counts.") var rounds = 5
  @Option(help: "An instruction set to stay below, such as AVX2.") var instructions: String?
  @Flag(help: "Measure nothing, but answer JSON strings on standard input with their tokens and vectors.")
  var probe = false
  @Flag(help: "Print one JSON document.") var json = false

  func validate() throws {
    guard threads > 0, rounds > 0, messages > 0, batch.allSatisfy({ $0 > 0 }) else {
      throw ValidationError("--threads, --rounds, --messages and --batch begin at 1.")
    }
    for name in precision where SentenceEncoder.Precision(rawValue: name) == nil {
      let known = SentenceEncoder.Precision.allCases.map(\.rawValue).joined(separator: ", ")
      throw ValidationError("There is no precision \"\(name)\"; choose one of: \(known).")
    }
  }

  func run() async throws {
    if let instructions { try EncoderProbe.limitInstructionSet(to: instructions) }
    let folder = try model ?? installedFolder()
    let precisions =
      precision.isEmpty
      ? SentenceEncoder.Precision.allCases : precision.compactMap(SentenceEncoder.Precision.init(rawValue:))
    if probe { return try await answer(folder, precision: precisions.last ?? .int8) }
    let lines = try texts.map {
      try String(contentsOfFile: $0, encoding: .utf8).split(separator: "\n").map(String.init)
    }
    let benchmark = EncoderBenchmark(
      folder: folder, texts: lines ?? EncoderTexts.make(messages), threads: threads, rounds: rounds)
    var results: [EncoderResult] = []
    for precision in precisions {
      results.append(try await benchmark.run(precision, batches: batch.isEmpty ? [1, 32] : batch))
    }
    let report = EncoderReport(
      instructions: instructions ?? EncoderProbe.instructionSets.first ?? "", threads: threads,
      messages: benchmark.texts.count, results: results)
    if json {
      try JSONOutput.print(report)
    } else {
      print(report.table)
    }
  }

  /// For the comparison with a reference implementation.
  private func answer(_ folder: String, precision: SentenceEncoder.Precision) async throws {
    let encoder = try SentenceEncoder.load(folder: folder, precision: precision, threads: threads)
    try await EncoderProbe(encoder: encoder).run(readLine: { readLine() }, write: { print($0) })
  }

  private func installedFolder() throws -> String {
    guard let installed = ModelLibrary(folder: ModelLibrary.defaultFolder()).locateDefault() else {
      throw ValidationError("No model is installed: run `recollect model install`.")
    }
    return installed.folder
  }
}
