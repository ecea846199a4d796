// The folder of an index: every system call on its files is made here.

package import Foundation

#if canImport(Glibc)
  internal import Glibc
#elseif canImport(Musl)
  internal import Musl
#elseif canImport(Darwin)
  internal import Darwin
#endif

/// Called before each system call that changes something on disk; throwing stops the writer there. Tests use it to
/// stand for a process that is killed, and for a disk that is full.
package typealias WriteStep = @Sendable (_ step: String) throws -> Void

/// A file's identity on its file system.
package struct FileIdentity: Sendable, Hashable {
  package var device: UInt64
  package var inode: UInt64
}

/// The folder of an index.
package struct IndexFolder: Sendable {
  package let path: String
  var beforeStep: WriteStep?

  package init(_ url: URL, beforeStep: WriteStep? = nil) {
    path = url.path(percentEncoded: false)
    self.beforeStep = beforeStep
  }

  package func path(of name: String) -> String { path.hasSuffix("/") ? path + name : path + "/" + name }

  /// The error for a system call that failed just now.
  package func failure(_ action: String, _ name: String, errno code: CInt = errno) -> VectorIndexError {
    let remedy =
      switch code {
      case ENOSPC, EDQUOT: "free some space on this disk and try again"
      case EACCES, EPERM, EROFS: "give this user the right to read and write the folder"
      case EMFILE, ENFILE: "raise the limit of open files"
      default: "look at the state of the disk and try again"
      }
    return VectorIndexError(
      code: .system, file: path(of: name), what: "cannot \(action): \(String(cString: strerror(code)))", remedy: remedy)
  }

  private func step(_ description: @autoclosure () -> String) throws {
    if let beforeStep { try beforeStep(description()) }
  }

  // MARK: Reading

  /// Identity, length and allocated bytes of a file; nil when there is none.
  package func status(of name: String) throws -> (identity: FileIdentity, size: Int, allocated: Int64)? {
    var status = stat()
    guard stat(path(of: name), &status) == 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw failure("look at the file", name)
    }
    return (
      FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino)), Int(status.st_size),
      Int64(status.st_blocks) * 512
    )
  }

  /// The names of the files that `isOurs` picks, this module's when nothing else is said; empty when there is no folder.
  package func names(where isOurs: (String) -> Bool = FileFormat.isOurs) throws -> [String] {
    guard let directory = opendir(path) else {
      if errno == ENOENT { return [] }
      throw failure("list the folder", "")
    }
    defer { closedir(directory) }
    var names: [String] = []
    while let entry = readdir(directory) {
      let name = withUnsafeBytes(of: &entry.pointee.d_name) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
      if isOurs(name) { names.append(name) }
    }
    return names.sorted()
  }

  /// A whole file, which is small; nil when there is none.
  package func contents(of name: String) throws -> [UInt8]? {
    try openForReading(name).map { try contents(of: $0).bytes }
  }

  /// A whole open file, which is small, and its identity.
  package func contents(of file: OpenFile) throws -> (bytes: [UInt8], identity: FileIdentity) {
    var status = stat()
    guard fstat(file.descriptor, &status) == 0 else { throw failure("look at the file", file.name) }
    var bytes = [UInt8](repeating: 0, count: Int(status.st_size))
    var done = 0
    while done < bytes.count {
      let count = bytes.withUnsafeMutableBytes { buffer in
        pread(file.descriptor, buffer.baseAddress?.advanced(by: done), buffer.count - done, off_t(done))
      }
      if count < 0 && errno == EINTR { continue }
      guard count >= 0 else { throw failure("read the file", file.name) }
      if count == 0 { break }
      done += count
    }
    return (
      Array(bytes[..<done]), FileIdentity(device: UInt64(status.st_dev), inode: UInt64(status.st_ino))
    )
  }

  package func openForReading(_ name: String) throws -> OpenFile? {
    let descriptor = open(path(of: name), O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      if errno == ENOENT || errno == ENOTDIR { return nil }
      throw failure("open the file", name)
    }
    return OpenFile(descriptor: descriptor, name: name)
  }

  /// The first byte from `offset` on that may be other than zero; nil when there is none. Skips the holes of
  /// a sparse file without reading them, where the file system tells.
  func startOfData(in file: OpenFile, from offset: Int) throws -> Int? {
    #if os(Linux)
      // SEEK_DATA, which the C library declares only under _GNU_SOURCE.
      let start = lseek(file.descriptor, off_t(offset), 3)
      if start < 0 && errno == ENXIO { return nil }
      return start < 0 ? offset : Int(start)
    #else
      return offset
    #endif
  }

  // MARK: Writing

  package func create() throws {
    try step("create folder")
    do {
      try FileManager.default.createDirectory(
        atPath: path, withIntermediateDirectories: true, attributes: [.posixPermissions: 0o700])
    } catch {
      throw VectorIndexError(
        code: .system, file: path, what: "cannot create the folder: \(error.localizedDescription)",
        remedy: "give this user the right to create it, or free some space")
    }
  }

  func openForWriting(_ name: String) throws -> OpenFile {
    let descriptor = open(path(of: name), O_RDWR | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open the file", name) }
    return OpenFile(descriptor: descriptor, name: name)
  }

  /// Creates a file of `size` zero bytes, which take no space yet. An older file of that name is unlinked, not reused:
  /// somebody may have mapped it.
  package func createFile(_ name: String, size: Int) throws -> OpenFile {
    try remove(name)
    try step("create \(name)")
    let descriptor = open(path(of: name), O_RDWR | O_CREAT | O_EXCL | O_CLOEXEC, 0o600)
    guard descriptor >= 0 else { throw failure("create the file", name) }
    let file = OpenFile(descriptor: descriptor, name: name)
    try step("size \(name)")
    guard ftruncate(descriptor, off_t(size)) == 0 else { throw failure("size the file", name) }
    return file
  }

  package func write(_ bytes: UnsafeRawBufferPointer, to file: OpenFile, at offset: Int) throws {
    try step("write \(bytes.count) bytes at \(offset) of \(file.name)")
    var done = 0
    while done < bytes.count {
      let count = pwrite(
        file.descriptor, bytes.baseAddress?.advanced(by: done), bytes.count - done, off_t(offset + done))
      if count < 0 && errno == EINTR { continue }
      guard count > 0 else { throw failure("write to the file", file.name, errno: count == 0 ? ENOSPC : errno) }
      done += count
    }
  }

  package func write(_ bytes: [UInt8], to file: OpenFile, at offset: Int) throws {
    try bytes.withUnsafeBytes { try write($0, to: file, at: offset) }
  }

  /// Waits until the file's bytes are on disk.
  package func synchronize(_ file: OpenFile) throws {
    try step("synchronize \(file.name)")
    #if canImport(Darwin)
      let result = fsync(file.descriptor)
    #else
      let result = fdatasync(file.descriptor)
    #endif
    guard result == 0 else { throw failure("synchronize the file", file.name) }
  }

  /// Makes a file appear whole under its name, on disk at return.
  package func publish(_ bytes: [UInt8], as name: String) throws {
    let temporary = name + FileFormat.temporarySuffix
    let file = try createFile(temporary, size: 0)
    try write(bytes, to: file, at: 0)
    try step("synchronize \(temporary)")
    guard fsync(file.descriptor) == 0 else { throw failure("synchronize the file", temporary) }
    try step("rename \(temporary)")
    guard rename(path(of: temporary), path(of: name)) == 0 else { throw failure("rename the file", temporary) }
    try synchronizeFolder()
  }

  package func synchronizeFolder() throws {
    try step("synchronize folder")
    let descriptor = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { throw failure("open the folder", "") }
    defer { close(descriptor) }
    guard fsync(descriptor) == 0 else { throw failure("synchronize the folder", "") }
  }

  package func remove(_ name: String) throws {
    try step("unlink \(name)")
    guard unlink(path(of: name)) == 0 || errno == ENOENT else { throw failure("remove the file", name) }
  }
}

/// An open file, closed with its last reference.
package final class OpenFile: Sendable {
  let descriptor: CInt
  let name: String

  init(descriptor: CInt, name: String) {
    self.descriptor = descriptor
    self.name = name
  }

  deinit { close(descriptor) }
}
