// What tests order of the server, and what they read of its log. Both are described in Tests/qdrant-server.

/// What is to go wrong, and with which requests: with `times` of those that match, from the `nth` on.
public struct QdrantFault: Encodable, Sendable {
  public enum Reset: String, Encodable, Sendable {
    /// Before the request is looked at.
    case before
    /// When it has taken effect, instead of an answer.
    case after
  }

  public var method: String?
  /// With the asterisks of file names: `*/points`.
  public var path: String
  public var nth = 1
  public var times = 1
  public var delayMilliseconds = 0
  /// nil: a request that is answered with another status takes no effect, any other does.
  public var applied: Bool?
  /// How much of an upsert takes effect, as on a node that is lost in mid-batch.
  public var appliedPoints: Int?
  public var status: Int?
  /// Plain text in place of an error of Qdrant's form.
  public var body: String?
  public var headers: [String: String] = [:]
  public var reset: Reset?
  /// The connection is closed after so many bytes of the answer.
  public var truncate: Int?

  public init(method: String? = nil, path: String) {
    self.method = method
    self.path = path
  }

  private enum CodingKeys: String, CodingKey {
    case method, path, nth, times, applied, status, body, headers, reset, truncate
    case delayMilliseconds = "delay_ms"
    case appliedPoints = "applied_points"
  }
}

/// The latest requests in the order in which they were answered.
public struct QdrantRequestLog: Decodable, Sendable {
  public struct Request: Decodable, Sendable {
    /// What a request is about: the collection itself, the tenants there are, or data, kept to a tenant everywhere or not.
    public enum Isolation: String, Decodable, Sendable { case collection, tenants, filtered, unfiltered }

    public let number: Int
    public let method: String
    public let path: String
    public let query: String
    /// Seconds of one monotonic clock.
    public let started: Double
    public let ended: Double
    /// 0 where the connection was reset.
    public let status: Int
    public let requestBytes: Int
    public let responseBytes: Int
    public let isolation: Isolation
    /// Those of its filters, or of the points it writes.
    public let tenants: [String]
    public let isFaulty: Bool

    private enum CodingKeys: String, CodingKey {
      case number, method, path, query, started, ended, status, isolation, tenants
      case requestBytes = "request_bytes"
      case responseBytes = "response_bytes"
      case isFaulty = "is_faulty"
    }
  }

  /// The number of the last request of all.
  public let last: Int
  /// The most requests of which each began after the one before had been answered.
  public let sequentialRoundTrips: Int
  /// The numbers of those about data that no tenant's filter keeps in.
  public let unfiltered: [Int]
  public let requests: [Request]

  private enum CodingKeys: String, CodingKey {
    case last, unfiltered, requests
    case sequentialRoundTrips = "sequential_round_trips"
  }
}
