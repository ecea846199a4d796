// Tokens and vectors of texts as JSON lines, for the comparison with a reference implementation.

internal import CVectorKernels
internal import Foundation

/// Answers each line, a JSON string, with a line `{"tokens":[…],"vector":[…]}`.
///
/// A line `{"tokenize":"…"}` is answered with tokens only, which is much faster.
///
/// ```swift
/// let probe = EncoderProbe(encoder: encoder)
/// try await probe.run(readLine: { readLine() }, write: { print($0) })
/// ```
public struct EncoderProbe: Sendable {
  private struct Answer: Encodable {
    let tokens: [Int32]
    let vector: [Float]?
  }

  /// A line: a text to embed, or one of which only the tokens are asked for.
  private enum Request: Decodable {
    case embed(String)
    case tokenize(String)

    private enum CodingKeys: CodingKey {
      case tokenize
    }

    init(from decoder: any Decoder) throws {
      if let object = try? decoder.container(keyedBy: CodingKeys.self) {
        self = .tokenize(try object.decode(String.self, forKey: .tokenize))
      } else {
        self = .embed(try decoder.singleValueContainer().decode(String.self))
      }
    }
  }

  /// Lines that are embedded together.
  private static let batchSize = 64

  private let encoder: SentenceEncoder

  public init(encoder: SentenceEncoder) { self.encoder = encoder }

  /// Reads lines until there are none, and writes a line for each, in their order.
  ///
  /// - Throws: `EmbeddingError` for a line that is neither, and what `embed` throws.
  public func run(readLine: () -> String?, write: (String) -> Void) async throws {
    let answers = JSONEncoder()
    var number = 0
    while true {
      var requests: [Request] = []
      while requests.count < Self.batchSize, let line = readLine() {
        number += 1
        requests.append(try request(line, number: number))
      }
      if requests.isEmpty { return }
      let batch = try await encoder.embed(
        requests.compactMap { if case .embed(let text) = $0 { text } else { nil } })
      var row = 0
      for request in requests {
        let answer: Answer
        switch request {
        case .tokenize(let text): answer = Answer(tokens: tokens(text), vector: nil)
        case .embed(let text):
          answer = Answer(tokens: tokens(text), vector: Array(batch[row]))
          row += 1
        }
        write(String(decoding: try answers.encode(answer), as: UTF8.self))
      }
    }
  }

  private func tokens(_ text: String) -> [Int32] {
    encoder.passageTokens(text)
  }

  private func request(_ line: String, number: Int) throws -> Request {
    do {
      return try JSONDecoder().decode(Request.self, from: Data(line.utf8))
    } catch {
      throw EmbeddingError(
        .damaged, "line \(number) is neither a JSON string nor {\"tokenize\": string}",
        remedy: "Write one string per line, in quotes")
    }
  }

  /// The instruction sets that kernels can use on this machine, the best one first.
  public static var instructionSets: [String] {
    [CPULevel.AVX512VBMI, .AVX512VNNI, .AVX512, .AVX2, .NEON, .portable].filter { cpu_level_is_available($0) }
      .map { String(cString: cpu_level_name($0)) }
  }

  /// Makes all kernels of this process use an instruction set of `instructionSets` at most.
  public static func limitInstructionSet(to name: String) throws {
    for level in [CPULevel.AVX512VBMI, .AVX512VNNI, .AVX512, .AVX2, .NEON, .portable]
    where String(cString: cpu_level_name(level)) == name && cpu_level_is_available(level) {
      cpu_level_set_limit(level)
      return
    }
    throw EmbeddingError(
      .unsupported, "this machine has no instruction set \"\(name)\"",
      remedy: "Use one of: \(instructionSets.joined(separator: ", "))")
  }
}
