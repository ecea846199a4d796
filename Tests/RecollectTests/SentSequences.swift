// What a program has sent to its terminal, taken apart: control sequences on one side, text on the other.

/// Reads bytes as a terminal does.
struct SentSequences {
  /// Everything from an escape to the end of its sequence, each once.
  private(set) var sequences: Set<String> = []
  /// Texts of commands to the operating system: titles, clipboards.
  private(set) var commands: [String] = []
  /// Control characters outside of sequences, without line ends, backspaces and tabs.
  private(set) var strayControls: [UInt32] = []

  init(_ bytes: [UInt8]) {
    var scalars = Array(String(decoding: bytes, as: UTF8.self).unicodeScalars)[...]
    while let scalar = scalars.popFirst() {
      switch scalar.value {
      case 0x1B: readSequence(&scalars)
      case 0x08, 0x09, 0x0A, 0x0D, 0x20..<0x7F, 0xA0...: break
      // Shifts between character sets, where a terminal draws lines by them; padding.
      case 0x0E, 0x0F, 0x00: break
      default: strayControls.append(scalar.value)
      }
    }
  }

  private mutating func readSequence(_ scalars: inout ArraySlice<Unicode.Scalar>) {
    guard let kind = scalars.popFirst() else { return }
    var text = "\u{1B}\(kind)"
    switch kind {
    case "[":
      while let scalar = scalars.popFirst() {
        text.unicodeScalars.append(scalar)
        if (0x40...0x7E).contains(scalar.value) { break }
      }
    case "]", "P", "X", "^", "_":
      while let scalar = scalars.popFirst(), scalar != "\u{7}", scalar != "\u{1B}" {
        text.unicodeScalars.append(scalar)
      }
      commands.append(text)
    case "(", ")", "*", "+", "#", "%": if let scalar = scalars.popFirst() { text.unicodeScalars.append(scalar) }
    default: break
    }
    sequences.insert(text)
  }

  /// Of all sequences that set attributes, each parameter.
  var parametersOfAttributes: Set<String> {
    Set(
      sequences.filter { $0.hasPrefix("\u{1B}[") && $0.hasSuffix("m") }
        .flatMap { $0.dropFirst(2).dropLast().split(separator: ";").map(String.init) })
  }
}
