// JSON as text: what listings and exports are written in. Members keep the order they are given in, null stays visible,
// and nothing in a text can steer a terminal.

/// A JSON value to be written.
public indirect enum JSONText: Hashable, Sendable {
  case string(String)
  case integer(Int64)
  /// Written as null where it is not finite.
  case real(Double)
  case bool(Bool)
  case null
  case array([JSONText])
  case object([Member])

  public struct Member: Hashable, Sendable {
    public var name: String
    public var value: JSONText

    public init(_ name: String, _ value: JSONText) {
      self.name = name
      self.value = value
    }
  }

  public static func integer(_ value: Int) -> JSONText { .integer(Int64(value)) }

  public static func optional(_ text: String?) -> JSONText { text.map(JSONText.string) ?? .null }

  /// Text by name, sorted, so that the same content gives the same bytes.
  public static func strings(_ values: [String: String]) -> JSONText {
    .object(values.sorted { $0.key < $1.key }.map { Member($0.key, .string($0.value)) })
  }

  /// One line, without a line end.
  public var line: String {
    var bytes: [UInt8] = []
    write(into: &bytes, indent: nil)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Several lines, for people to read too.
  public var indented: String {
    var bytes: [UInt8] = []
    write(into: &bytes, indent: 0)
    return String(decoding: bytes, as: UTF8.self)
  }

  /// Appends the text as UTF-8; `indent` is the depth to start at, nil keeps all on one line.
  func write(into bytes: inout [UInt8], indent: Int?) {
    switch self {
    case .string(let text): Self.write(text, into: &bytes)
    case .integer(let value): bytes.append(contentsOf: String(value).utf8)
    case .real(let value): bytes.append(contentsOf: (value.isFinite ? "\(value)" : "null").utf8)
    case .bool(let value): bytes.append(contentsOf: (value ? "true" : "false").utf8)
    case .null: bytes.append(contentsOf: "null".utf8)
    case .array(let items):
      Self.write("[", items, "]", into: &bytes, indent: indent) { item, bytes, indent in
        item.write(into: &bytes, indent: indent)
      }
    case .object(let members):
      Self.write("{", members, "}", into: &bytes, indent: indent) { member, bytes, indent in
        Self.write(member.name, into: &bytes)
        bytes.append(UInt8(ascii: ":"))
        if indent != nil { bytes.append(0x20) }
        member.value.write(into: &bytes, indent: indent)
      }
    }
  }

  private static func write<Item>(
    _ open: String, _ items: [Item], _ close: String, into bytes: inout [UInt8], indent: Int?,
    item write: (Item, inout [UInt8], Int?) -> Void
  ) {
    bytes.append(contentsOf: open.utf8)
    let inner = indent.map { $0 + 1 }
    func lineBreak(_ depth: Int?, _ bytes: inout [UInt8]) {
      guard let depth else { return }
      bytes.append(10)
      bytes.append(contentsOf: repeatElement(0x20, count: depth * 2))
    }
    for (index, item) in items.enumerated() {
      if index > 0 { bytes.append(UInt8(ascii: ",")) }
      lineBreak(inner, &bytes)
      write(item, &bytes, inner)
    }
    if !items.isEmpty { lineBreak(indent, &bytes) }
    bytes.append(contentsOf: close.utf8)
  }

  private static func write(_ text: String, into bytes: inout [UInt8]) {
    bytes.append(UInt8(ascii: "\""))
    var text = text
    text.withUTF8 { buffer in
      // Most text needs no escape: copied as it is.
      if buffer.allSatisfy({ (0x20...0x7E).contains($0) && $0 != UInt8(ascii: "\"") && $0 != UInt8(ascii: "\\") }) {
        bytes.append(contentsOf: buffer)
      } else {
        for scalar in String(decoding: buffer, as: UTF8.self).unicodeScalars { write(scalar, into: &bytes) }
      }
    }
    bytes.append(UInt8(ascii: "\""))
  }

  private static func write(_ scalar: Unicode.Scalar, into bytes: inout [UInt8]) {
    switch scalar.value {
    case UInt32(UInt8(ascii: "\"")): bytes.append(contentsOf: #"\""#.utf8)
    case UInt32(UInt8(ascii: "\\")): bytes.append(contentsOf: #"\\"#.utf8)
    case 10: bytes.append(contentsOf: #"\n"#.utf8)
    case 13: bytes.append(contentsOf: #"\r"#.utf8)
    case 9: bytes.append(contentsOf: #"\t"#.utf8)
    case let value where needsEscape(value):
      for unit in String(Character(scalar)).utf16 {
        let digits = String(unit, radix: 16)
        bytes.append(contentsOf: #"\u"#.utf8)
        bytes.append(contentsOf: repeatElement(UInt8(ascii: "0"), count: 4 - digits.utf8.count))
        bytes.append(contentsOf: digits.utf8)
      }
    default: bytes.append(contentsOf: String(Character(scalar)).utf8)
    }
  }

  /// JSON asks for C0 alone; C1, bidirectional controls and separators could steer a terminal that shows the document.
  private static func needsEscape(_ value: UInt32) -> Bool {
    switch value {
    case 0..<0x20, 0x7F...0x9F, 0x061C, 0x200E, 0x200F, 0x2028...0x202E, 0x2066...0x2069, 0xFEFF, 0xFFF9...0xFFFB,
      0xE0000...0xE007F:
      true
    default: false
    }
  }
}
