// Reads one JSON document out of a line (RFC 8259), strictly.
//
// Not Foundation's decoder: an import takes hundreds of thousands of lines, names the fault and its place in each bad
// one, and keeps numbers and nested values as the text they were written in (1.50 stays 1.50), which a decoder drops.

/// What is wrong with a document, and where.
struct JSONFault: Error, Hashable, CustomStringConvertible {
  var message: String
  /// Byte of the document, from 0.
  var offset: Int

  var description: String { "\(message) at byte \(offset + 1) of the line" }
}

/// A value as far as an import looks into it.
enum JSONValue: Hashable {
  case string(String)
  /// As written.
  case number(String)
  case bool(Bool)
  case null
  /// An object or array, as written.
  case nested(String)

  /// What it is called in a message for people.
  var kind: String {
    switch self {
    case .string: "text"
    case .number: "a number"
    case .bool: "true or false"
    case .null: "null"
    case .nested(let text): text.first == "{" ? "an object" : "a list"
    }
  }

  /// The value as metadata keeps it: a string as it is, all else as its JSON text; nil for null.
  var text: String? {
    switch self {
    case .string(let text), .number(let text), .nested(let text): text
    case .bool(let value): value ? "true" : "false"
    case .null: nil
    }
  }
}

/// A cursor over bytes that are known to be UTF-8.
struct JSONScanner {
  /// Deeper nesting is refused: it is no metadata, and recursion follows it.
  static let depthLimit = 64

  private let bytes: UnsafeBufferPointer<UInt8>
  private var position = 0
  private var depth = 0

  private init(_ bytes: UnsafeBufferPointer<UInt8>) { self.bytes = bytes }

  /// The members of a document that is one object, in order; names may repeat.
  static func members(of document: [UInt8]) throws(JSONFault) -> [(name: String, value: JSONValue)] {
    try whole(document, "object") { scanner throws(JSONFault) in
      guard scanner.peek() == UInt8(ascii: "{") else { throw scanner.fault("expected an object") }
      return try scanner.object()
    }
  }

  /// The texts of a document that is one list of texts, in order.
  static func texts(of document: [UInt8]) throws(JSONFault) -> [String] {
    try whole(document, "list") { scanner throws(JSONFault) in
      guard scanner.take(UInt8(ascii: "[")) else { throw scanner.fault("expected a list") }
      return try scanner.listOfTexts()
    }
  }

  /// Reads a document that is one thing, with nothing but space around it.
  private static func whole<Value>(
    _ document: [UInt8], _ thing: String, _ read: (inout JSONScanner) throws(JSONFault) -> Value
  ) throws(JSONFault) -> Value {
    let result = document.withUnsafeBufferPointer { buffer -> Result<Value, JSONFault> in
      var scanner = JSONScanner(buffer)
      do throws(JSONFault) {
        scanner.skipSpace()
        let value = try read(&scanner)
        scanner.skipSpace()
        guard scanner.position == buffer.count else { throw scanner.fault("there is more after the \(thing)") }
        return .success(value)
      } catch {
        return .failure(error)
      }
    }
    return try result.get()
  }

  private func fault(_ message: String) -> JSONFault { JSONFault(message: message, offset: position) }

  private func peek() -> UInt8? { position < bytes.count ? bytes[position] : nil }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard peek() == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while let byte = peek(), byte == 0x20 || byte == 0x09 || byte == 0x0A || byte == 0x0D { position += 1 }
  }

  /// At `{`.
  private mutating func object() throws(JSONFault) -> [(name: String, value: JSONValue)] {
    position += 1
    var members: [(name: String, value: JSONValue)] = []
    skipSpace()
    if take(UInt8(ascii: "}")) { return members }
    while true {
      skipSpace()
      guard peek() == UInt8(ascii: "\"") else { throw fault("expected a name in quotes") }
      let name = try string()
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw fault("expected a colon after \"\(name.prefix(40))\"") }
      skipSpace()
      members.append((name, try value()))
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "}")) else { throw fault("expected a comma or the end of the object") }
      return members
    }
  }

  /// Behind `[`.
  private mutating func listOfTexts() throws(JSONFault) -> [String] {
    var texts: [String] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return texts }
    while true {
      skipSpace()
      guard peek() == UInt8(ascii: "\"") else { throw fault("expected a text in quotes") }
      texts.append(try string())
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(UInt8(ascii: "]")) else { throw fault("expected a comma or the end of the list") }
      return texts
    }
  }

  private mutating func value() throws(JSONFault) -> JSONValue {
    let start = position
    switch peek() {
    case UInt8(ascii: "\""): return .string(try string())
    case UInt8(ascii: "{"), UInt8(ascii: "["):
      try skipNested()
      return .nested(text(from: start))
    case UInt8(ascii: "t"):
      try word("true")
      return .bool(true)
    case UInt8(ascii: "f"):
      try word("false")
      return .bool(false)
    case UInt8(ascii: "n"):
      try word("null")
      return .null
    case nil: throw fault("the line ends too early")
    default:
      try number()
      return .number(text(from: start))
    }
  }

  private func text(from start: Int) -> String {
    String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position]), as: UTF8.self)
  }

  /// Checks an object or array without keeping it.
  private mutating func skipNested() throws(JSONFault) {
    depth += 1
    defer { depth -= 1 }
    guard depth <= Self.depthLimit else { throw fault("nested more than \(Self.depthLimit) deep") }
    let isObject = peek() == UInt8(ascii: "{")
    let close = isObject ? UInt8(ascii: "}") : UInt8(ascii: "]")
    position += 1
    skipSpace()
    if take(close) { return }
    while true {
      skipSpace()
      if isObject {
        guard peek() == UInt8(ascii: "\"") else { throw fault("expected a name in quotes") }
        _ = try string()
        skipSpace()
        guard take(UInt8(ascii: ":")) else { throw fault("expected a colon") }
        skipSpace()
      }
      _ = try value()
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      guard take(close) else { throw fault("expected a comma or the end of the \(isObject ? "object" : "list")") }
      return
    }
  }

  private mutating func word(_ word: StaticString) throws(JSONFault) {
    for index in 0..<word.utf8CodeUnitCount {
      guard take(word.utf8Start[index]) else { throw fault("expected \(word)") }
    }
  }

  private mutating func digits() throws(JSONFault) {
    let start = position
    while let byte = peek(), (0x30...0x39).contains(byte) { position += 1 }
    if position == start { throw fault(start == bytes.count ? "the line ends too early" : "expected a value") }
  }

  private mutating func number() throws(JSONFault) {
    _ = take(UInt8(ascii: "-"))
    if !take(UInt8(ascii: "0")) { try digits() }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
  }

  /// At the opening quote.
  private mutating func string() throws(JSONFault) -> String {
    position += 1
    let start = position
    while let byte = peek(), byte != UInt8(ascii: "\""), byte != UInt8(ascii: "\\"), byte >= 0x20 { position += 1 }
    if peek() == UInt8(ascii: "\"") {
      position += 1
      return String(decoding: UnsafeBufferPointer(rebasing: bytes[start..<position - 1]), as: UTF8.self)
    }
    var unescaped = Array(bytes[start..<position])
    while let byte = peek() {
      switch byte {
      case UInt8(ascii: "\""):
        position += 1
        return String(decoding: unescaped, as: UTF8.self)
      case UInt8(ascii: "\\"): try escape(into: &unescaped)
      case 0..<0x20: throw fault("a control character stands unescaped in a text")
      default:
        unescaped.append(byte)
        position += 1
      }
    }
    throw fault("the line ends inside a text")
  }

  private mutating func escape(into text: inout [UInt8]) throws(JSONFault) {
    position += 1
    guard let byte = peek() else { throw fault("the line ends inside a text") }
    position += 1
    switch byte {
    case UInt8(ascii: "\""), UInt8(ascii: "\\"), UInt8(ascii: "/"): text.append(byte)
    case UInt8(ascii: "b"): text.append(8)
    case UInt8(ascii: "f"): text.append(12)
    case UInt8(ascii: "n"): text.append(10)
    case UInt8(ascii: "r"): text.append(13)
    case UInt8(ascii: "t"): text.append(9)
    case UInt8(ascii: "u"):
      var value = try codeUnit()
      if (0xD800...0xDBFF).contains(value) {
        guard take(UInt8(ascii: "\\")), take(UInt8(ascii: "u")) else { throw fault("half a surrogate pair") }
        let low = try codeUnit()
        guard (0xDC00...0xDFFF).contains(low) else { throw fault("half a surrogate pair") }
        value = 0x10000 + (value - 0xD800) << 10 + (low - 0xDC00)
      }
      guard let scalar = Unicode.Scalar(value) else { throw fault("half a surrogate pair") }
      text.append(contentsOf: String(Character(scalar)).utf8)
    default: throw fault("unknown escape")
    }
  }

  /// Four hexadecimal digits.
  private mutating func codeUnit() throws(JSONFault) -> UInt32 {
    var value: UInt32 = 0
    for _ in 0..<4 {
      guard let byte = peek() else { throw fault("the line ends inside a text") }
      let digit: UInt8
      switch byte {
      case 0x30...0x39: digit = byte - 0x30
      case 0x41...0x46: digit = byte - 0x37
      case 0x61...0x66: digit = byte - 0x57
      default: throw fault("expected four hexadecimal digits")
      }
      value = value << 4 | UInt32(digit)
      position += 1
    }
    return value
  }
}
