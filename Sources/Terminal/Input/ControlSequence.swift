// ESC [ … : arrows and function keys with modifiers, mouse, focus.

/// What a terminal says of one of its private modes.
struct ModeReport: Equatable, Sendable {
  let mode: Int
  /// 0 where the terminal does not know the mode; 1 set, 2 reset; 3 and 4 the same for good.
  let state: Int

  /// Whether the mode can be set and reset.
  var isAvailable: Bool { state == 1 || state == 2 }
}

/// A complete control sequence, without its ESC [.
struct ControlSequence {
  let body: ArraySlice<UInt8>
  let final: UInt8

  /// nil for sequences that are no input: replies to queries, unknown keys.
  var input: Input? {
    if body.first == UInt8(ascii: "<") { return mouse }
    if let first = body.first, first == UInt8(ascii: "?") || first == UInt8(ascii: ">") { return nil }
    let numbers = Self.numbers(body)
    if body.isEmpty, final == UInt8(ascii: "I") { return .focus(true) }
    if body.isEmpty, final == UInt8(ascii: "O") { return .focus(false) }
    guard let code = Self.code(final, numbers.first ?? 1) else { return nil }
    // xterm: the second parameter is 1 + shift + 2 alt + 4 control (8 is meta, shown as alt).
    var modifiers = numbers.count > 1 ? Self.modifiers(numbers[1]) : []
    if final == UInt8(ascii: "Z") { modifiers.insert(.shift) }
    if final == UInt8(ascii: "u"), case .character(let character) = code, modifiers == .shift {
      return .key(.character(Character(character.uppercased())))
    }
    return .key(Key(code, modifiers))
  }

  /// The answer to a question for a private mode: ESC [ ? mode ; state $ y (DECRPM, VT320).
  var modeReport: ModeReport? {
    guard final == UInt8(ascii: "y"), body.first == UInt8(ascii: "?"), body.last == UInt8(ascii: "$") else {
      return nil
    }
    let numbers = Self.numbers(body.dropFirst().dropLast())
    return numbers.count == 2 ? ModeReport(mode: numbers[0], state: numbers[1]) : nil
  }

  private static func modifiers(_ parameter: Int) -> Key.Modifiers {
    let bits = max(0, parameter - 1)
    var result: Key.Modifiers = []
    if bits & 1 != 0 { result.insert(.shift) }
    if bits & 0b1010 != 0 { result.insert(.alt) }
    if bits & 4 != 0 { result.insert(.control) }
    return result
  }

  private static func code(_ final: UInt8, _ number: Int) -> Key.Code? {
    switch final {
    case UInt8(ascii: "A"): .up
    case UInt8(ascii: "B"): .down
    case UInt8(ascii: "C"): .right
    case UInt8(ascii: "D"): .left
    case UInt8(ascii: "H"): .home
    case UInt8(ascii: "F"): .end
    case UInt8(ascii: "Z"): .tab
    // ESC [ 1 ; m R is F3 with modifiers; a cursor report has the same form and is never asked for.
    case UInt8(ascii: "P")...UInt8(ascii: "S"): .function(Int(final) - 0x4F)
    case UInt8(ascii: "~"): numbered(number)
    case UInt8(ascii: "u"): unicode(number)
    default: nil
    }
  }

  /// ESC [ n ~ (VT220).
  private static func numbered(_ number: Int) -> Key.Code? {
    switch number {
    case 1, 7: .home
    case 4, 8: .end
    case 2: .insert
    case 3: .delete
    case 5: .pageUp
    case 6: .pageDown
    case 11...15: .function(number - 10)
    case 17...21: .function(number - 11)
    case 23...26: .function(number - 12)
    case 28, 29: .function(number - 13)
    case 31...34: .function(number - 14)
    default: nil
    }
  }

  /// ESC [ code ; modifiers u (CSI u, "fixterms").
  private static func unicode(_ number: Int) -> Key.Code? {
    switch number {
    case 13: .enter
    case 9: .tab
    case 27: .escape
    case 127, 8: .backspace
    default:
      if number >= 0x20, !(0x7F...0x9F).contains(number),
        let scalar = UInt32(exactly: number).flatMap(Unicode.Scalar.init)
      {
        .character(Character(scalar))
      } else {
        nil
      }
    }
  }

  /// ESC [ < buttons ; column ; row M or m (SGR mouse, xterm mode 1006).
  private var mouse: Input? {
    let numbers = Self.numbers(body.dropFirst())
    guard numbers.count == 3, numbers[1] >= 1, numbers[2] >= 1 else { return nil }
    guard final == UInt8(ascii: "M") || final == UInt8(ascii: "m") else { return nil }
    let bits = numbers[0]
    var modifiers: Key.Modifiers = []
    if bits & 4 != 0 { modifiers.insert(.shift) }
    if bits & 8 != 0 { modifiers.insert(.alt) }
    if bits & 16 != 0 { modifiers.insert(.control) }
    guard let action = Self.action(bits, isRelease: final == UInt8(ascii: "m")) else { return nil }
    return .mouse(Mouse(action, x: numbers[1] - 1, y: numbers[2] - 1, modifiers: modifiers))
  }

  private static func action(_ bits: Int, isRelease: Bool) -> Mouse.Action? {
    if bits & 128 != 0 { return nil }
    if bits & 64 != 0 {
      let wheel: [Mouse.Action] = [.scrollUp, .scrollDown, .scrollLeft, .scrollRight]
      return wheel[bits & 3]
    }
    guard let button = Mouse.Button(rawValue: bits & 3) else { return nil }
    if isRelease { return .release(button) }
    return bits & 32 != 0 ? .drag(button) : .press(button)
  }

  /// Parameters between semicolons; a sub-parameter (after a colon) is left out, an empty one is 1, a huge one is cut.
  private static func numbers(_ bytes: ArraySlice<UInt8>) -> [Int] {
    if bytes.isEmpty { return [] }
    return bytes.split(separator: UInt8(ascii: ";"), omittingEmptySubsequences: false).map { field in
      let digits = field.prefix { (0x30...0x39).contains($0) }
      if digits.isEmpty { return 1 }
      return digits.reduce(0) { min(1_000_000, $0 * 10 + Int($1) - 0x30) }
    }
  }
}
