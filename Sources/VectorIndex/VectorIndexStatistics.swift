// Figures about an index.

/// Figures about an index at one moment.
public struct VectorIndexStatistics: Sendable, Hashable {
  /// Rows in the present generation's files, deleted ones included.
  public var rowCount: Int
  /// Rows that searches can return.
  public var liveCount: Int
  /// Sealed segments.
  public var segmentCount: Int
  /// Files that rows were appended to and that are not sealed yet.
  public var tailCount: Int
  /// Bytes the files take on disk (blocks allocated; files are sparse).
  public var bytesOnDisk: Int64
  /// Bytes of the files' lengths: the address space mapped.
  public var bytesMapped: Int64
  /// The generation of the manifest.
  public var generation: UInt64
}
