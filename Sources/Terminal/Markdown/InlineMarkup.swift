// Markup within a line: emphasis, code, links, escapes. What is not clearly markup stays as it is: `2 * 3 * 4`,
// `snake_case`, `3*40*12`, `C:\temp`. Everything is one pass, whatever the text: hostile nesting costs no more than prose.

/// What each byte of a piece of text is.
struct InlineMarkup {
  struct Kinds: OptionSet, Equatable {
    let rawValue: UInt8
    static let code = Kinds(rawValue: 1)
    static let link = Kinds(rawValue: 2)
    /// Where a link leads, with its parentheses.
    static let target = Kinds(rawValue: 4)
    static let bold = Kinds(rawValue: 8)
    static let italic = Kinds(rawValue: 16)
    /// Markup that is not shown.
    static let hidden = Kinds(rawValue: 32)
    /// Markup that a space stands for.
    static let space = Kinds(rawValue: 64)
  }

  let bytes: UnsafeBufferPointer<UInt8>
  /// Of each byte.
  private(set) var kinds: [Kinds]
  private(set) var hasMarkup = false

  // Where emphasis begins and ends, as differences: nested ones add up.
  private var bold: [Int32] = []
  private var italic: [Int32] = []
  private var openers: [Delimiter] = []
  /// Of each sign and length, how many are open: a closing run that has no partner looks for none.
  private var openCounts = [0, 0, 0, 0, 0, 0]
  private var brackets: [Int] = []
  /// Of each length of a run of backticks, where the last one begins.
  private var lastBackticks: [Int: Int]?

  /// A run of emphasis signs that may open.
  private struct Delimiter {
    var sign: UInt8
    var position: Int
    var count: Int
  }

  /// What a line must have one of to have markup.
  static func mayHaveMarkup(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    for (index, byte) in bytes.enumerated() {
      switch byte {
      case UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "["), UInt8(ascii: "\\"): return true
      case UInt8(ascii: ":"):
        // A bare address: `://`.
        if index + 2 < bytes.count, bytes[index + 1] == UInt8(ascii: "/"), bytes[index + 2] == UInt8(ascii: "/") {
          return true
        }
      default: break
      }
    }
    return false
  }

  init(_ bytes: UnsafeBufferPointer<UInt8>) {
    self.bytes = bytes
    kinds = Array(repeating: [], count: bytes.count)
    var index = 0
    while index < bytes.count { index = step(at: index) }
    addEmphasis()
  }

  /// Looks at what begins at a byte and returns where to go on.
  private mutating func step(at index: Int) -> Int {
    switch bytes[index] {
    case UInt8(ascii: "\\"): return escape(at: index)
    case UInt8(ascii: "`"): return code(at: index)
    case UInt8(ascii: "*"), UInt8(ascii: "_"): return emphasis(at: index)
    case UInt8(ascii: "["):
      brackets.append(index)
      return index + 1
    case UInt8(ascii: "]"): return bracket(at: index)
    case UInt8(ascii: "h"): return address(at: index) ?? index + 1
    default: return index + 1
    }
  }

  private mutating func mark(_ range: Range<Int>, _ kind: Kinds) {
    for index in range { kinds[index].insert(kind) }
    hasMarkup = true
  }

  // MARK: Escapes and code

  /// Only signs that would be markup: a path keeps its backslashes.
  private mutating func escape(at index: Int) -> Int {
    guard index + 1 < bytes.count else { return index + 1 }
    switch bytes[index + 1] {
    case UInt8(ascii: "*"), UInt8(ascii: "_"), UInt8(ascii: "`"), UInt8(ascii: "["), UInt8(ascii: "]"),
      UInt8(ascii: "#"), UInt8(ascii: "|"), UInt8(ascii: ">"), UInt8(ascii: "~"):
      mark(index..<index + 1, .hidden)
    default: break
    }
    return index + 2
  }

  private func run(of sign: UInt8, at start: Int) -> Int {
    var end = start
    while end < bytes.count, bytes[end] == sign { end += 1 }
    return end - start
  }

  private mutating func code(at start: Int) -> Int {
    let tick = UInt8(ascii: "`")
    let count = run(of: tick, at: start)
    let last = lastBackticks ?? findBackticks()
    lastBackticks = last
    guard let final = last[count], final > start else { return start + count }
    var index = start + count
    while index <= final {
      guard bytes[index] == tick else {
        index += 1
        continue
      }
      let other = run(of: tick, at: index)
      if other == count { break }
      index += other
    }
    let end = index + count
    guard index <= final, !isJoined(before: start), !hasMark(at: end) else { return start + count }
    var inner = start + count..<index
    // A space on either side sets the code apart from backticks of its own.
    if inner.count > 2, bytes[inner.lowerBound] == 0x20, bytes[inner.upperBound - 1] == 0x20 {
      inner = inner.lowerBound + 1..<inner.upperBound - 1
    }
    guard !hasMark(at: inner.lowerBound), !isJoined(before: inner.upperBound) else { return start + count }
    mark(start..<inner.lowerBound, .hidden)
    mark(inner, .code)
    mark(inner.upperBound..<end, .hidden)
    return end
  }

  private func findBackticks() -> [Int: Int] {
    var result: [Int: Int] = [:]
    var index = 0
    while index < bytes.count {
      guard bytes[index] == UInt8(ascii: "`") else {
        index += 1
        continue
      }
      let count = run(of: UInt8(ascii: "`"), at: index)
      result[count] = index
      index += count
    }
    return result
  }

  // MARK: Emphasis

  private mutating func emphasis(at start: Int) -> Int {
    let sign = bytes[start]
    let count = run(of: sign, at: start)
    let end = start + count
    // Longer runs are lines people draw.
    guard count <= 3, !isJoined(before: start), !hasMark(at: end) else { return end }
    let before = start > 0 ? bytes[start - 1] : 0x20
    let after = end < bytes.count ? bytes[end] : 0x20
    var left = count
    if canClose(sign, count, before: before, after: after), sign != UInt8(ascii: "_") || !isInName(end) {
      left = close(sign, count, at: start)
    }
    if left == count, canOpen(sign, count, before: before, after: after) { open(sign, count, at: start) }
    return end
  }

  /// Whether a name goes on behind underscores: `__init__.py`, `__main__()`, `__pycache__/`.
  private func isInName(_ end: Int) -> Bool {
    guard end < bytes.count else { return false }
    switch bytes[end] {
    case UInt8(ascii: "("), UInt8(ascii: "/"): return true
    case UInt8(ascii: "."): return end + 1 < bytes.count && Self.isWord(bytes[end + 1])
    default: return false
    }
  }

  private func canOpen(_ sign: UInt8, _ count: Int, before: UInt8, after: UInt8) -> Bool {
    if Self.isSpace(after) { return false }
    if Self.isPunctuation(after), !Self.isSpace(before), !Self.isPunctuation(before) { return false }
    return isFree(sign, count, before)
  }

  private func canClose(_ sign: UInt8, _ count: Int, before: UInt8, after: UInt8) -> Bool {
    if Self.isSpace(before) { return false }
    if Self.isPunctuation(before), !Self.isSpace(after), !Self.isPunctuation(after) { return false }
    return isFree(sign, count, after)
  }

  /// Whether emphasis may border on a byte from outside: never within a word of letters and digits, except that two stars
  /// may stand beside a letter, and one beside a script that puts no spaces between words.
  private func isFree(_ sign: UInt8, _ count: Int, _ byte: UInt8) -> Bool {
    if sign == UInt8(ascii: "_") { return !Self.isWord(byte) && byte < 0x80 }
    return count >= 2 ? !Self.isDigit(byte) : !Self.isWord(byte)
  }

  private static func place(_ sign: UInt8, _ count: Int) -> Int { (sign == UInt8(ascii: "*") ? 0 : 3) + count - 1 }

  private mutating func open(_ sign: UInt8, _ count: Int, at position: Int) {
    openers.append(Delimiter(sign: sign, position: position, count: count))
    openCounts[Self.place(sign, count)] += 1
  }

  /// Runs pair with those of the same length, and with those of three, which are two and one.
  private static func fit(_ opener: Int, _ closer: Int) -> Bool { opener == closer || opener == 3 || closer == 3 }

  /// Pairs a closing run with the nearest opening one; what was opened in between and not closed is no emphasis. Returns
  /// what is left of the run.
  private mutating func close(_ sign: UInt8, _ count: Int, at start: Int) -> Int {
    var left = count
    var position = start
    while left > 0, (1...3).contains(where: { Self.fit($0, left) && openCounts[Self.place(sign, $0)] > 0 }),
      let opener = openers.popLast()
    {
      openCounts[Self.place(opener.sign, opener.count)] -= 1
      guard opener.sign == sign, Self.fit(opener.count, left) else { continue }
      let used = min(opener.count, left)
      add(used, opener.position + opener.count..<position)
      if opener.count > used { open(sign, opener.count - used, at: opener.position) }
      left -= used
      position += used
    }
    return left
  }

  /// One sign is italic, two are bold, three are both.
  private mutating func add(_ count: Int, _ inner: Range<Int>) {
    if bold.isEmpty {
      bold = Array(repeating: 0, count: bytes.count + 1)
      italic = bold
    }
    if count >= 2 {
      bold[inner.lowerBound] += 1
      bold[inner.upperBound] -= 1
    }
    if count != 2 {
      italic[inner.lowerBound] += 1
      italic[inner.upperBound] -= 1
    }
    mark(inner.lowerBound - count..<inner.lowerBound, .hidden)
    mark(inner.upperBound..<inner.upperBound + count, .hidden)
  }

  private mutating func addEmphasis() {
    guard !bold.isEmpty else { return }
    var depth = (bold: Int32(0), italic: Int32(0))
    for index in kinds.indices {
      depth.bold += bold[index]
      depth.italic += italic[index]
      if depth.bold > 0 { kinds[index].insert(.bold) }
      if depth.italic > 0 { kinds[index].insert(.italic) }
    }
  }

  // MARK: Links

  /// A closing bracket with a target behind it makes a link: `[text](target)`, `![text](target)`.
  private mutating func bracket(at index: Int) -> Int {
    guard let open = brackets.popLast() else { return index + 1 }
    guard index + 1 < bytes.count, bytes[index + 1] == UInt8(ascii: "("), let end = targetEnd(from: index + 1),
      !isJoined(before: open), !hasMark(at: end)
    else { return index + 1 }
    // No link lies within another.
    brackets.removeAll()
    let isPicture = open > 0 && bytes[open - 1] == UInt8(ascii: "!")
    mark(open - (isPicture ? 1 : 0)..<open + 1, .hidden)
    let text = open + 1..<index
    let target = index + 2..<end - 1
    mark(text, .link)
    if bytes[text].elementsEqual(bytes[target]) {
      mark(index..<end, .hidden)
    } else {
      mark(index..<index + 1, text.isEmpty ? .hidden : .space)
      mark(index + 1..<end, .target)
    }
    return end
  }

  private static let longestTarget = 2048
  private static let deepestParentheses = 8

  /// After the closing parenthesis; nil where it is missing, or what is in it is no target: `f[i](x)` is a program.
  private func targetEnd(from open: Int) -> Int? {
    var depth = 0
    var isAddress = false
    var isQuoted = false
    var index = open
    let limit = min(bytes.count, open + Self.longestTarget)
    while index < limit {
      switch bytes[index] {
      case UInt8(ascii: "\""): isQuoted.toggle()
      // Spaces only before a title and in it.
      case 0x20 where !isQuoted && !(index + 1 < limit && bytes[index + 1] == UInt8(ascii: "\"")): return nil
      case UInt8(ascii: "["), UInt8(ascii: "<"): return nil
      case UInt8(ascii: "("):
        depth += 1
        if depth > Self.deepestParentheses { return nil }
      case UInt8(ascii: ")"):
        depth -= 1
        if depth == 0 { return isAddress ? index + 1 : nil }
      case UInt8(ascii: "."), UInt8(ascii: "/"), UInt8(ascii: "#"), UInt8(ascii: ":"), UInt8(ascii: "@"):
        isAddress = true
      default: break
      }
      index += 1
    }
    return nil
  }

  /// A bare address; returns where it ends.
  private mutating func address(at start: Int) -> Int? {
    guard start == 0 || !Self.isWord(bytes[start - 1]), let scheme = schemeEnd(at: start), scheme < bytes.count else {
      return nil
    }
    var end = scheme
    var hasOpening = false
    scan: while end < bytes.count {
      switch bytes[end] {
      case 0...0x20, UInt8(ascii: "<"), UInt8(ascii: ">"), UInt8(ascii: "\""), UInt8(ascii: "`"), UInt8(ascii: "|"),
        UInt8(ascii: "["), UInt8(ascii: "]"):
        break scan
      case UInt8(ascii: "("): hasOpening = true
      case UInt8(ascii: ")") where !hasOpening: break scan
      default: break
      }
      end += 1
    }
    // A sentence's end is not the address's.
    while end > scheme, Self.isClosing(bytes[end - 1]) { end -= 1 }
    guard end > scheme, !isJoined(before: start), !hasMark(at: end) else { return nil }
    mark(start..<end, .link)
    return end
  }

  private func schemeEnd(at start: Int) -> Int? {
    for scheme in ["https://", "http://"] as [StaticString] {
      let end = start + scheme.utf8CodeUnitCount
      if end <= bytes.count, (start..<end).allSatisfy({ bytes[$0] == scheme.utf8Start[$0 - start] }) { return end }
    }
    return nil
  }

  // MARK: Characters

  private static func isClosing(_ byte: UInt8) -> Bool {
    switch byte {
    case UInt8(ascii: "."), UInt8(ascii: ","), UInt8(ascii: ";"), UInt8(ascii: ":"), UInt8(ascii: "!"),
      UInt8(ascii: "?"), UInt8(ascii: "'"), UInt8(ascii: "*"), UInt8(ascii: "_"):
      true
    default: false
    }
  }

  private static func isSpace(_ byte: UInt8) -> Bool { byte <= 0x20 }
  private static func isDigit(_ byte: UInt8) -> Bool { byte >= 0x30 && byte <= 0x39 }
  private static func isWord(_ byte: UInt8) -> Bool {
    isDigit(byte) || (byte | 0x20 >= 0x61 && byte | 0x20 <= 0x7A) || byte == UInt8(ascii: "_")
  }
  private static func isPunctuation(_ byte: UInt8) -> Bool {
    byte > 0x20 && byte < 0x7F && !isWord(byte) || byte == UInt8(ascii: "_")
  }

  /// Whether what begins here belongs to the character before it: markup may not come between the two.
  private func hasMark(at index: Int) -> Bool {
    guard index < bytes.count, bytes[index] >= 0x80 else { return false }
    switch ScalarKind(UTF8Bytes.scalar(in: bytes, at: index).value) {
    case .mark, .joiner, .skinTone, .ignored: return true
    case .replaced, .spacing: return false
    }
  }

  /// Whether a joiner stands before.
  private func isJoined(before index: Int) -> Bool {
    index >= 3 && bytes[index - 1] == 0x8D && bytes[index - 2] == 0x80 && bytes[index - 3] == 0xE2
  }
}
