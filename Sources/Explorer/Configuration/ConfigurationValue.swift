// Values of a TOML file. The one place that knows which parser reads them.

internal import TOMLKit

/// A value, as far as a configuration has a use for it.
enum ConfigurationValue: Equatable, Sendable {
  case text(String)
  case integer(Int)
  case truth(Bool)
  case list([ConfigurationValue])
  case table([String: ConfigurationValue])
  /// A number with a fraction, a date: its kind, for the message.
  case other(String)

  /// A whole file.
  ///
  /// - Throws: `SyntaxError`.
  static func parse(_ source: String) throws(SyntaxError) -> [String: ConfigurationValue] {
    do {
      return table(try TOMLTable(string: source))
    } catch let problem as TOMLParseError {
      throw SyntaxError(line: problem.source.begin.line, message: problem.description)
    } catch {
      throw SyntaxError(line: 0, message: "\(error)")
    }
  }

  struct SyntaxError: Error, Equatable {
    var line: Int
    var message: String
  }

  private static func table(_ table: TOMLTable) -> [String: ConfigurationValue] {
    var result: [String: ConfigurationValue] = [:]
    for key in table.keys { if let value = table[key] { result[key] = ConfigurationValue(value) } }
    return result
  }

  private init(_ value: any TOMLValueConvertible) {
    if let text = value.string {
      self = .text(text)
    } else if let truth = value.bool {
      self = .truth(truth)
    } else if let integer = value.int {
      self = .integer(integer)
    } else if let array = value.array {
      self = .list(array.map { ConfigurationValue($0) })
    } else if let table = value.table {
      self = .table(Self.table(table))
    } else {
      self = .other(value.type.description)
    }
  }

  /// For messages.
  var kind: String {
    switch self {
    case .text: "a text"
    case .integer: "a number"
    case .truth: "true or false"
    case .list: "a list"
    case .table: "a table"
    case .other(let kind): "a \(kind)"
    }
  }

  // MARK: What a setting wants

  func text(example: String) throws(ConfigurationMistake) -> String {
    guard case .text(let text) = self else { throw wrong("a text", example) }
    return text
  }

  func integer(example: String) throws(ConfigurationMistake) -> Int {
    guard case .integer(let integer) = self else { throw wrong("a number", example) }
    return integer
  }

  func truth() throws(ConfigurationMistake) -> Bool {
    guard case .truth(let truth) = self else { throw wrong("true or false", "true") }
    return truth
  }

  /// One text is a list of one.
  func texts(example: String) throws(ConfigurationMistake) -> [String] {
    if case .text(let text) = self { return [text] }
    guard case .list(let values) = self else { throw wrong("a list of texts", example) }
    var texts: [String] = []
    for value in values {
      guard case .text(let text) = value else { throw value.wrong("a text in a list", example) }
      texts.append(text)
    }
    return texts
  }

  private func wrong(_ wanted: String, _ example: String) -> ConfigurationMistake {
    ConfigurationMistake(message: "this is \(kind), not \(wanted)", remedy: "write it like \(example)")
  }
}
