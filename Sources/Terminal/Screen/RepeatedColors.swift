// Leaves out colours that are set already. ncurses sets both colours of a pair although mostly only the foreground changes: a
// fifth of what a key sends.

enum RepeatedColors {
  /// A frame as ncurses writes it, without sequences that set a colour which is set. Nothing is taken for known at its start.
  static func removed(from frame: ArraySlice<UInt8>) -> [UInt8] {
    var result: [UInt8] = []
    result.reserveCapacity(frame.count)
    var foreground: ArraySlice<UInt8>?
    var background: ArraySlice<UInt8>?
    var position = frame.startIndex
    while position < frame.endIndex {
      guard frame[position] == escape, let end = rendition(in: frame, at: position) else {
        result.append(frame[position])
        position += 1
        continue
      }
      let sequence = frame[position..<end]
      position = end
      switch ground(of: sequence) {
      case .foreground where sequence == foreground, .background where sequence == background: continue
      case .foreground: foreground = sequence
      case .background: background = sequence
      case nil: (foreground, background) = (nil, nil)
      }
      result += sequence
    }
    return result
  }

  private static let escape: UInt8 = 0x1B

  private enum Ground {
    case foreground, background
  }

  /// What an SGR sequence sets, where that is one colour by index (`38;5;N`) or value (`38;2;R;G;B`) and nothing else.
  private static func ground(of sequence: ArraySlice<UInt8>) -> Ground? {
    let parameters = sequence.dropFirst(2).dropLast().split(
      separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)
    guard let first = parameters.first, parameters.count > 2 else { return nil }
    let length = parameters[1].elementsEqual("5".utf8) ? 3 : parameters[1].elementsEqual("2".utf8) ? 5 : 0
    guard parameters.count == length else { return nil }
    if first.elementsEqual("38".utf8) { return .foreground }
    return first.elementsEqual("48".utf8) ? .background : nil
  }

  /// The end of the SGR sequence that starts here; nil where another one starts, or text.
  private static func rendition(in frame: ArraySlice<UInt8>, at start: Int) -> Int? {
    var position = start + 1
    guard position < frame.endIndex, frame[position] == UInt8(ascii: "[") else { return nil }
    position += 1
    while position < frame.endIndex {
      switch frame[position] {
      case UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: ";"), UInt8(ascii: ":"): position += 1
      case UInt8(ascii: "m"): return position + 1
      default: return nil
      }
    }
    return nil
  }
}
