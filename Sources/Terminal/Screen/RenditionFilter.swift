// Sets colours and attributes only where they change, and in one sequence. ncurses sets both colours of a pair although mostly
// only the foreground changes, and puts everything back before it takes an attribute away: a third of what a key sends.

/// A colour terminal's frame as ncurses writes it, with its SGR sequences (ECMA-48 8.3.117) made small.
struct RenditionFilter {
  private var result: [UInt8] = []
  /// What the terminal has, as far as this frame has said, and what ncurses wants it to have.
  private var actual = Rendition()
  private var wanted = Rendition()
  /// The designated character set is ASCII: `ESC ( B` is part of putting everything back on xterm.
  private var isASCII = false

  static func applied(to frame: ArraySlice<UInt8>) -> [UInt8] {
    var filter = RenditionFilter()
    filter.result.reserveCapacity(frame.count)
    filter.run(frame)
    filter.settle()
    return filter.result
  }

  private mutating func run(_ frame: ArraySlice<UInt8>) {
    var position = frame.startIndex
    while position < frame.endIndex {
      let byte = frame[position]
      guard byte == 0x1B else {
        // Carriage returns and backspaces show nothing.
        if byte != 0x0D, byte != 0x08 { settle() }
        result.append(byte)
        position += 1
        continue
      }
      let end = Self.sequenceEnd(frame, position)
      take(frame[position..<end])
      position = end
    }
  }

  private mutating func take(_ sequence: ArraySlice<UInt8>) {
    if sequence.elementsEqual("\u{1B}(B".utf8) {
      if !isASCII { result += sequence }
      isASCII = true
      return
    }
    let isControl = sequence.dropFirst().first == UInt8(ascii: "[")
    let final = isControl ? sequence.last ?? 0 : 0
    switch final {
    case UInt8(ascii: "m"):
      if wanted.apply(sequence.dropFirst(2).dropLast()) { return }
      settle()
      result += sequence
      // Whatever this set is unknown from here on.
      (actual, wanted) = (Rendition(), Rendition())
    case UInt8(ascii: "A")...UInt8(ascii: "H"), UInt8(ascii: "d"): result += sequence
    default:
      settle()
      result += sequence
      isASCII = false
    }
  }

  /// Brings the terminal to what is wanted before something is seen.
  private mutating func settle() {
    guard wanted != actual else { return }
    let codes = wanted.codes(from: actual)
    actual = wanted
    guard !codes.isEmpty else { return }
    result += [0x1B, UInt8(ascii: "[")]
    for (index, code) in codes.enumerated() {
      if index > 0 { result.append(UInt8(ascii: ";")) }
      result += code
    }
    result.append(UInt8(ascii: "m"))
  }

  /// Where the sequence that starts here ends.
  private static func sequenceEnd(_ frame: ArraySlice<UInt8>, _ start: Int) -> Int {
    var position = start + 1
    guard position < frame.endIndex else { return position }
    let isControl = frame[position] == UInt8(ascii: "[")
    // ESC, intermediate bytes, a final one; ESC [, parameters, a final one.
    if isControl { position += 1 }
    while position < frame.endIndex, frame[position] < (isControl ? 0x40 : 0x30) { position += 1 }
    return min(frame.endIndex, position + 1)
  }
}

/// Colours and attributes, each nil where nothing is known of it.
private struct Rendition: Equatable {
  private typealias Code = ArraySlice<UInt8>

  private static let reset = Array("0".utf8)[...]
  private static let defaultForeground = Array("39".utf8)[...]
  private static let defaultBackground = Array("49".utf8)[...]
  /// Bold and dim are taken away together.
  private static let notBoldOrDim = Array("22".utf8)[...]
  /// Italic, underline, reverse: the digit that sets each; with a 2 before it, it takes it away.
  private static let switches = Array("347".utf8)

  private var isBold: Bool?
  private var isDim: Bool?
  private var isOn: [Bool?] = [nil, nil, nil]
  private var foreground: ArraySlice<UInt8>?
  private var background: ArraySlice<UInt8>?

  /// Takes over what a sequence's parameters set.
  ///
  /// - Returns: false, with nothing changed, where they hold something else.
  mutating func apply(_ parameters: ArraySlice<UInt8>) -> Bool {
    var next = self
    var fields = parameters.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false)[...]
    while let field = fields.first {
      fields.removeFirst()
      switch String(decoding: field, as: UTF8.self) {
      case "", "0": next = Self.plain
      case "1": next.isBold = true
      case "2": next.isDim = true
      case "22": (next.isBold, next.isDim) = (false, false)
      case "3", "4", "7": next.set(field[field.startIndex], true)
      case "23", "24", "27": next.set(field[field.startIndex + 1], false)
      case "38", "48":
        let count = fields.first?.elementsEqual("5".utf8) == true ? 2 : 4
        guard fields.count >= count, count == 2 || fields.first?.elementsEqual("2".utf8) == true else { return false }
        let end = fields[fields.startIndex + count - 1].endIndex
        next.setColor(parameters[field.startIndex..<end], isForeground: field[field.startIndex] == UInt8(ascii: "3"))
        fields = fields.dropFirst(count)
      case "30", "31", "32", "33", "34", "35", "36", "37", "39", "90", "91", "92", "93", "94", "95", "96", "97":
        next.setColor(field, isForeground: true)
      case "40", "41", "42", "43", "44", "45", "46", "47", "49", "100", "101", "102", "103", "104", "105", "106", "107":
        next.setColor(field, isForeground: false)
      default: return false
      }
    }
    self = next
    return true
  }

  /// The codes that lead from `other` here; a field that is not known here stays what it is.
  func codes(from other: Rendition) -> [ArraySlice<UInt8>] {
    if self == Self.plain { return [[]] }
    var codes: [ArraySlice<UInt8>] = []
    var (wasBold, wasDim) = (other.isBold, other.isDim)
    if isBold == false && wasBold != false || isDim == false && wasDim != false {
      codes.append(Self.notBoldOrDim)
      (wasBold, wasDim) = (false, false)
    }
    if isBold == true, wasBold != true { codes.append([UInt8(ascii: "1")]) }
    if isDim == true, wasDim != true { codes.append([UInt8(ascii: "2")]) }
    for (index, digit) in Self.switches.enumerated() where isOn[index] != nil && isOn[index] != other.isOn[index] {
      codes.append(isOn[index] == true ? [digit] : [UInt8(ascii: "2"), digit])
    }
    if let foreground, foreground != other.foreground { codes.append(foreground) }
    if let background, background != other.background { codes.append(background) }
    return codes
  }

  private static let plain: Rendition = {
    var plain = Rendition()
    (plain.isBold, plain.isDim, plain.isOn) = (false, false, [false, false, false])
    (plain.foreground, plain.background) = (defaultForeground, defaultBackground)
    return plain
  }()

  private mutating func set(_ digit: UInt8, _ value: Bool) {
    if let index = Self.switches.firstIndex(of: digit) { isOn[index] = value }
  }

  private mutating func setColor(_ code: ArraySlice<UInt8>, isForeground: Bool) {
    if isForeground { foreground = code } else { background = code }
  }
}
