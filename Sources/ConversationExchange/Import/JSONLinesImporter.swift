// Imports the project's JSON lines: session_id, channel, role, content, timestamp, message_id?, author?, metadata?,
// session_metadata?, session_tags?, session_note?.

import ConversationMemory

/// One JSON object a line, plain or gzip. Unknown fields become metadata.
public struct JSONLinesImporter: ConversationImporter {
  private let stream: ByteStream
  private var lines: LineReader

  /// Opens the file; `-` is standard input.
  public init(path: String) throws(ExchangeError) { self.init(try ByteStream(path: path)) }

  init(_ stream: ByteStream) {
    self.stream = stream
    lines = LineReader(stream)
  }

  public var bytesRead: Int64 { stream.bytesRead }
  public var totalBytes: Int64? { stream.totalBytes }

  public mutating func next() throws(ExchangeError) -> Result<ImportedLine, ImportRejection>? {
    while let line = try lines.next() {
      switch line.content {
      case .tooLong(let length):
        return .failure(rejection(line, "the line has \(length) bytes: at most \(lines.limit) are read"))
      case .bytes(let bytes):
        if bytes.allSatisfy({ $0 == 0x20 || $0 == 0x09 }) { continue }
        if let invalid = InputText.firstInvalidByte(in: bytes) {
          return .failure(rejection(line, "not UTF-8 at byte \(line.offset + Int64(invalid)) of the file"))
        }
        do throws(FieldFault) {
          return .success(ImportedLine(draft: try Self.fields(of: bytes).draft(), line: line.number))
        } catch {
          return .failure(rejection(line, error.reason))
        }
      }
    }
    return nil
  }

  private func rejection(_ line: InputLine, _ reason: String) -> ImportRejection {
    ImportRejection(file: stream.name, line: line.number, reason: reason)
  }

  private static func fields(of line: [UInt8]) throws(FieldFault) -> MessageFields {
    let members: [(name: String, value: JSONValue)]
    do {
      members = try JSONScanner.members(of: line)
    } catch {
      throw FieldFault(reason: "not JSON: \(error)")
    }
    var fields = MessageFields()
    for (name, value) in members {
      guard let text = value.text else { continue }
      switch (MessageFields.Name(rawValue: name), value) {
      case (nil, _): try fields.set(other: name, text)
      case (let known?, .nested(let json)) where known.isObject && json.first == "{":
        try fields.set(known, object: json)
      case (let known?, .string("")) where known.isObject: continue
      case (let known?, _) where known.isObject:
        throw FieldFault(reason: "the field \"\(known.rawValue)\" is \(value.kind), not an object")
      case (let known?, .nested(let json)) where known.isList && json.first == "[": try fields.set(known, list: json)
      case (let known?, .string): try fields.set(known, text)
      // Programs that count their ids and times write them as numbers.
      case (let known?, .number) where known.mayBeNumber: try fields.set(known, text)
      case (let known?, _): throw FieldFault(reason: "the field \"\(known.rawValue)\" is \(value.kind), not text")
      }
    }
    return fields
  }
}
