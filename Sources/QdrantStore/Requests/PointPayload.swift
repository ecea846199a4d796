// The payload of a point as it is read: one type for all kinds, in which each kind has its own fields.

import Foundation

/// Names of payload fields that no request filters by. Those that are filtered by: ``PayloadField``.
enum PayloadName {
  static let messageID = "message_id"
  static let content = "content"
  static let ingestedAt = "ingested_at"
  static let metadata = "metadata"
  static let checksum = "checksum"
  /// Where the point's passage lies in the content: two offsets in UTF-8 bytes.
  static let range = "range"
  /// The passage's number, from 0.
  static let passage = "passage"
  /// How many passages a message has.
  static let passages = "passages"
  /// Token signs of the passage, base64.
  static let tokens = "tokens"
  static let title = "title"
  /// A session's.
  static let note = "note"
  static let opening = "opening"
  static let openingRank = "opening_rank"
  static let lastSequence = "last_seq"
  /// When a sheet was made, in microseconds: the order of sessions that are otherwise equal.
  static let born = "born"
  /// Of a tenant: when something other than adding messages changed it last.
  static let stamp = "stamp"
}

struct PointPayload: Decodable, Sendable {
  let tenant: String
  let kind: PointKind
  let session: String?
  let channel: String?
  let channels: [String]?
  let spokenChannels: [String]?
  let role: String?
  let author: String?
  let timestamp: Int64?
  let place: Int64?
  let startedAt: Int64?
  let lastActivity: Int64?
  let model: String?
  let revision: String?
  let messageID: String?
  let content: String?
  let ingestedAt: Int64?
  let sequence: Int64?
  let metadata: [String: String]?
  let checksum: String?
  let range: [Int]?
  let passage: Int?
  let passages: Int?
  let tokens: Data?
  let title: String?
  let tags: [String]?
  let note: String?
  let opening: String?
  let openingRank: Int?
  let lastSequence: Int64?
  let born: Int64?
  let stamp: Int64?

  private struct Key: CodingKey {
    let stringValue: String
    var intValue: Int? { nil }

    init(_ name: String) { stringValue = name }
    init?(stringValue: String) { self.stringValue = stringValue }
    init?(intValue: Int) { nil }
  }

  init(from decoder: any Decoder) throws {
    let fields = try decoder.container(keyedBy: Key.self)
    func value<Value: Decodable>(_ name: String) throws -> Value? {
      try fields.decodeIfPresent(Value.self, forKey: Key(name))
    }
    func value<Value: Decodable>(_ field: PayloadField) throws -> Value? { try value(field.rawValue) }
    tenant = try value(.tenant) ?? ""
    kind = try fields.decode(PointKind.self, forKey: Key(PayloadField.kind.rawValue))
    session = try value(.session)
    channel = try value(.channel)
    channels = try value(.channels)
    spokenChannels = try value(.spokenChannels)
    role = try value(.role)
    author = try value(.author)
    timestamp = try value(.timestamp)
    place = try value(.place)
    startedAt = try value(.startedAt)
    lastActivity = try value(.lastActivity)
    model = try value(.model)
    revision = try value(.revision)
    messageID = try value(PayloadName.messageID)
    content = try value(PayloadName.content)
    ingestedAt = try value(PayloadName.ingestedAt)
    sequence = try value(.sequence)
    metadata = try value(PayloadName.metadata)
    checksum = try value(PayloadName.checksum)
    range = try value(PayloadName.range)
    passage = try value(PayloadName.passage)
    passages = try value(PayloadName.passages)
    tokens = try value(PayloadName.tokens)
    title = try value(PayloadName.title)
    tags = try value(.tags)
    note = try value(PayloadName.note)
    opening = try value(PayloadName.opening)
    openingRank = try value(PayloadName.openingRank)
    lastSequence = try value(PayloadName.lastSequence)
    born = try value(PayloadName.born)
    stamp = try value(PayloadName.stamp)
  }

  /// The passage's place in the content.
  var passageRange: Range<Int>? {
    guard let range, range.count == 2, range[0] >= 0, range[0] <= range[1] else { return nil }
    return range[0]..<range[1]
  }
}
