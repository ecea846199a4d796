// Bytes from the terminal to input events: pure, no clock, no descriptor. Keyboard, SGR mouse, bracketed paste, focus;
// replies to queries (OSC, DCS, APC) are swallowed, or they would become key strokes.

/// Decodes what a terminal sends. Sequences may be cut anywhere between two feeds.
public struct InputDecoder: Sendable {
  /// How long to wait for the rest of a sequence before `flush`: a lone ESC is the Escape key after that.
  public static let escapeDelay = Duration.milliseconds(25)

  private var buffer: [UInt8] = []
  private var mode = Mode.keys
  private var paste: [UInt8] = []
  /// How much of the paste's end mark, or of a string's terminator, has been seen.
  private var matched = 0

  /// What the terminal has said of its modes since this was emptied.
  private(set) var modeReports: [ModeReport] = []

  private enum Mode: Sendable {
    case keys, paste, string
  }

  private static let pasteEnd = Array("\u{1B}[201~".utf8)
  /// Bytes of a paste that are kept: whoever pastes more than this has pasted by mistake.
  static let longestPaste = 4 << 20
  /// A longer control sequence is no key: it is dropped.
  private static let longestSequence = 256

  public init() {}

  /// An incomplete sequence waits; feed more, or `flush` after `escapeDelay`.
  public var isWaiting: Bool { mode == .keys ? !buffer.isEmpty : mode == .string }

  /// Decodes the next bytes.
  public mutating func feed(_ bytes: some Sequence<UInt8>) -> [Input] {
    var events: [Input] = []
    for byte in bytes {
      switch mode {
      case .keys:
        buffer.append(byte)
        decode(isFinal: false, into: &events)
      case .paste: feedPaste(byte, into: &events)
      case .string: feedString(byte)
      }
    }
    return events
  }

  /// Hands over what the terminal has said of its modes.
  mutating func takeModeReports() -> [ModeReport] {
    defer { modeReports = [] }
    return modeReports
  }

  /// Nothing more came: what waits is taken as it is.
  public mutating func flush() -> [Input] {
    var events: [Input] = []
    if mode == .string { mode = .keys }
    decode(isFinal: true, into: &events)
    return events
  }

  /// Takes complete sequences off the buffer; it never holds more than one incomplete sequence.
  private mutating func decode(isFinal: Bool, into events: inout [Input]) {
    while let first = buffer.first, mode == .keys {
      let used = first == 0x1B ? escape(isFinal, &events) : plain(isFinal, &events)
      if used == 0 {
        if isFinal || buffer.count > Self.longestSequence { buffer.removeAll() }
        return
      }
      buffer.removeFirst(used)
    }
  }

  /// A key that does not begin with ESC; returns the bytes used, 0 where more are needed.
  private func plain(_ isFinal: Bool, _ events: inout [Input]) -> Int {
    if let key = KeyTable.control(buffer[0]) {
      events.append(.key(key))
      return 1
    }
    guard let (character, count) = KeyTable.character(buffer[...], isFinal: isFinal) else { return 0 }
    events.append(.key(.character(character)))
    return count
  }

  /// A sequence that begins with ESC; returns the bytes used, 0 where more are needed.
  private mutating func escape(_ isFinal: Bool, _ events: inout [Input]) -> Int {
    guard buffer.count > 1 else {
      if isFinal { events.append(.key(Key(.escape))) }
      return isFinal ? 1 : 0
    }
    switch buffer[1] {
    case 0x5B: return controlSequence(isFinal, &events)
    case 0x4F:
      guard buffer.count > 2 else {
        if isFinal { events.append(.key(.alt("O"))) }
        return isFinal ? 2 : 0
      }
      if let key = KeyTable.singleShift(buffer[2]) { events.append(.key(key)) }
      return 3
    case 0x5D, 0x50, 0x5F, 0x5E, 0x58:
      // OSC, DCS, APC, PM, SOS; alone after the delay they are Alt with that character.
      if isFinal {
        events.append(.key(.alt(Character(Unicode.Scalar(buffer[1])))))
      } else {
        mode = .string
        matched = 0
      }
      return 2
    case 0x1B:
      // Escape, then the next sequence; but ESC ESC [ … is Alt with an arrow on some terminals.
      events.append(.key(Key(.escape)))
      return 1
    default:
      if let key = KeyTable.control(buffer[1]) {
        events.append(.key(Key(key.code, key.modifiers.union(.alt))))
        return 2
      }
      guard let (character, count) = KeyTable.character(buffer[1...], isFinal: isFinal) else { return 0 }
      events.append(.key(.alt(character)))
      return 1 + count
    }
  }

  /// ESC [ parameters final.
  private mutating func controlSequence(_ isFinal: Bool, _ events: inout [Input]) -> Int {
    // Only the byte fed last can be the final one.
    guard let last = buffer.last, buffer.count > 2 else {
      if isFinal { events.append(.key(.alt("["))) }
      return isFinal ? 2 : 0
    }
    // The Linux console sends F1 to F5 as ESC [ [ A to E.
    if buffer.count == 3, last == 0x5B { return 0 }
    if buffer[2] == 0x5B {
      if (0x41...0x45).contains(last) { events.append(.key(Key(.function(Int(last) - 0x40)))) }
      return buffer.count
    }
    if last < 0x20 || last > 0x7E {
      // Broken off by a control or a character: drop the start, decode the rest anew.
      return buffer.count - 1
    }
    guard last >= 0x40 else { return 0 }
    let body = buffer[2..<(buffer.count - 1)]
    if last == 0x7E, body.elementsEqual("200".utf8) {
      mode = .paste
      matched = 0
      paste.removeAll()
    } else {
      let sequence = ControlSequence(body: body, final: last)
      if let event = sequence.input { events.append(event) }
      if let report = sequence.modeReport { modeReports.append(report) }
    }
    return buffer.count
  }

  private mutating func feedPaste(_ byte: UInt8, into events: inout [Input]) {
    if byte == Self.pasteEnd[matched] {
      matched += 1
      if matched < Self.pasteEnd.count { return }
      events.append(.paste(Self.pastedText(paste)))
      paste = []
      mode = .keys
      return
    }
    // ESC occurs only at the start of the mark, so a failed match restarts at most at this byte.
    if paste.count < Self.longestPaste { paste += Self.pasteEnd[..<matched] }
    matched = byte == 0x1B ? 1 : 0
    if matched == 0, paste.count < Self.longestPaste { paste.append(byte) }
  }

  /// Strings end with BEL or ESC \; a new ESC sequence inside ends them too.
  private mutating func feedString(_ byte: UInt8) {
    if byte == 0x07 || byte == 0x18 || byte == 0x1A || (matched == 1 && byte == 0x5C) {
      mode = .keys
      matched = 0
    } else {
      matched = byte == 0x1B ? 1 : 0
    }
  }

  /// Line ends become LF; other controls are left out.
  private static func pastedText(_ bytes: [UInt8]) -> String {
    var kept: [UInt8] = []
    kept.reserveCapacity(bytes.count)
    for (index, byte) in bytes.enumerated() {
      if byte == 0x0D {
        if index + 1 == bytes.count || bytes[index + 1] != 0x0A { kept.append(0x0A) }
      } else if byte >= 0x20 && byte != 0x7F || byte == 0x0A || byte == 0x09 {
        kept.append(byte)
      }
    }
    return String(decoding: kept, as: UTF8.self)
  }
}
