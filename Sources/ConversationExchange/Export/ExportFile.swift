// Where an export goes: a file that appears whole or not at all, or standard output.

import Glibc

/// Buffered output. A file is written beside its place and renamed when complete, so that a reader never sees half of
/// it and a failed export leaves what was there.
public final class ExportFile {
  private static let bufferSize = 256 << 10

  private let path: String?
  private let temporaryPath: String
  private let overwrite: Bool
  private let filter: ((String) -> String)?
  private var descriptor: Int32
  private var buffer: [UInt8] = []
  private var isFinished = false

  /// - Parameters:
  ///   - path: nil for standard output.
  ///   - overwrite: whether an existing file may be replaced.
  ///   - filter: what becomes of each piece of text before it is written: what a terminal or a pager shows is made
  ///     harmless here.
  public init(
    path: String?, overwrite: Bool, filter: ((String) -> String)? = nil
  ) throws(ExchangeError) {
    self.path = path
    self.overwrite = overwrite
    self.filter = filter
    guard let path else {
      temporaryPath = ""
      descriptor = STDOUT_FILENO
      return
    }
    if !overwrite, access(path, F_OK) == 0 { throw Self.taken(path) }
    temporaryPath = "\(path).\(getpid()).part"
    // Conversations are nobody else's business: a file of one's own, and nothing that somebody laid in its place.
    unlink(temporaryPath)
    descriptor = open(temporaryPath, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw Self.unwritable(path) }
  }

  deinit {
    guard path != nil, !isFinished else { return }
    if descriptor >= 0 { close(descriptor) }
    unlink(temporaryPath)
  }

  public func write(_ text: String) throws(ExchangeError) {
    buffer.append(contentsOf: (filter?(text) ?? text).utf8)
    if buffer.count >= Self.bufferSize { try flush() }
  }

  /// Brings everything to its place. Without this call a file is not made.
  public func finish() throws(ExchangeError) {
    try flush()
    guard let path else { return }
    guard fsync(descriptor) == 0 else { throw Self.unwritable(path) }
    let written = descriptor
    // Closed whatever comes of it.
    descriptor = -1
    guard close(written) == 0 else { throw Self.unwritable(path) }
    // A link takes no place that is taken, whoever was faster; file systems without links are asked once more instead.
    if !overwrite {
      if link(temporaryPath, path) == 0 {
        unlink(temporaryPath)
        isFinished = true
        return
      }
      if errno == EEXIST || access(path, F_OK) == 0 { throw Self.taken(path) }
    }
    guard rename(temporaryPath, path) == 0 else { throw Self.unwritable(path) }
    isFinished = true
  }

  private func flush() throws(ExchangeError) {
    var position = 0
    while position < buffer.count {
      let written = buffer.withUnsafeBytes { bytes in
        Glibc.write(descriptor, bytes.baseAddress.map { $0 + position }, bytes.count - position)
      }
      if written < 0, errno != EINTR { throw Self.unwritable(path ?? "standard output") }
      position += max(0, written)
    }
    buffer.removeAll(keepingCapacity: true)
  }

  private static func taken(_ path: String) -> ExchangeError {
    ExchangeError(.exists, "exists already", file: path, remedy: "choose another name, or pass --force")
  }

  private static func unwritable(_ path: String) -> ExchangeError {
    ExchangeError(
      .unwritable, "cannot be written: \(String(cString: strerror(errno)))", file: path,
      remedy: "check the folder, its permissions and the free space")
  }
}
