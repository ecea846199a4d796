// Imports comma-separated values whose header has the names of the JSON lines' fields.

import ConversationMemory

/// RFC 4180 with a header, plain or gzip; semicolons and tabs are told by the header. `metadata` is a JSON object, and
/// unknown columns become metadata where they are not empty.
public struct CSVImporter: ConversationImporter {
  private let stream: ByteStream
  private var records: CSVReader
  private let header: [String]

  /// Opens the file and reads its header; `-` is standard input.
  public init(path: String) throws(ExchangeError) { try self.init(try ByteStream(path: path)) }

  init(_ stream: ByteStream) throws(ExchangeError) {
    self.stream = stream
    records = CSVReader(stream)
    let start = try stream.peek()
    // Spreadsheets of many countries separate by semicolons and still say CSV.
    if let line = start.split(separator: 10, maxSplits: 1).first, !line.contains(records.separator) {
      for other in [UInt8(ascii: ";"), UInt8(ascii: "\t")] where line.contains(other) { records.separator = other }
    }
    header = try Self.header(of: try records.next(), file: stream.name)
  }

  public var bytesRead: Int64 { stream.bytesRead }
  public var totalBytes: Int64? { stream.totalBytes }

  public mutating func next() throws(ExchangeError) -> Result<ImportedLine, ImportRejection>? {
    guard let record = try records.next() else { return nil }
    do throws(FieldFault) {
      switch record.content {
      case .malformed(let reason): throw FieldFault(reason: reason)
      case .fields(let fields):
        return .success(ImportedLine(draft: try draft(from: fields, of: record), line: record.line))
      }
    } catch {
      return .failure(ImportRejection(file: stream.name, line: record.line, reason: error.reason))
    }
  }

  private func draft(from values: [[UInt8]], of record: CSVRecord) throws(FieldFault) -> MessageDraft {
    guard values.count == header.count else {
      throw FieldFault(reason: "the record has \(values.count) fields, the header \(header.count)")
    }
    var fields = MessageFields()
    for (column, bytes) in zip(header, values) {
      if InputText.firstInvalidByte(in: bytes) != nil {
        throw FieldFault(reason: "the field \"\(column)\" is not UTF-8, in the record at byte \(record.offset)")
      }
      let text = String(decoding: bytes, as: UTF8.self)
      switch MessageFields.Name(rawValue: column) {
      case let known? where known.isObject: if !text.isEmpty { try fields.set(known, object: text) }
      case let known? where known.isList && text.first == "[": try fields.set(known, list: text)
      case let known?: try fields.set(known, text)
      case nil: if !text.isEmpty { try fields.set(other: column, text) }
      }
    }
    return try fields.draft()
  }

  private static func header(of record: CSVRecord?, file: String) throws(ExchangeError) -> [String] {
    let remedy = "the first line must name the columns: \(MessageFields.Name.requiredList)"
    guard let record, case .fields(let fields) = record.content else {
      throw ExchangeError(.wrongFormat, "has no header", file: file, remedy: remedy)
    }
    let names = fields.map { field in
      let text = String(decoding: field, as: UTF8.self).split(whereSeparator: \.isWhitespace).joined(separator: " ")
      return MessageFields.Name(rawValue: text.lowercased())?.rawValue ?? text
    }
    for name in MessageFields.Name.allCases where name.isRequired && !names.contains(name.rawValue) {
      throw ExchangeError(
        .wrongFormat, "has no column \"\(name.rawValue)\" (it has \(names.prefix(12).joined(separator: ", ")))",
        file: file, remedy: remedy)
    }
    var seen = Set<String>()
    for name in names where name.isEmpty || !seen.insert(name).inserted {
      throw ExchangeError(
        .wrongFormat, name.isEmpty ? "has a column without a name" : "has the column \"\(name)\" twice", file: file,
        remedy: "give every column a name of its own")
    }
    return names
  }
}

extension MessageFields.Name {
  fileprivate static var requiredList: String {
    allCases.filter(\.isRequired).map(\.rawValue).joined(separator: ", ")
  }
}
