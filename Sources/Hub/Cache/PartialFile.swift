import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// What has arrived of a file, with the hash of it; the file gets its name when it is whole.
///
/// One task at a time may use it, the one that holds the file's lock.
final class PartialFile {
  private let url: URL
  private let descriptor: Int32
  private let tag: String
  private let size: Int?
  private var hash: ContentHash?
  /// The bytes that have arrived.
  private(set) var length = 0

  /// Opens the file, and reads what arrived in an earlier attempt.
  ///
  /// - Parameters:
  ///   - url: Where it lies.
  ///   - tag: The hash that the whole file has to have; a tag that is no hash cannot be checked.
  ///   - size: The length of the whole file in bytes, when it is known.
  /// - Throws: ``HubError`` when the disk refuses.
  init(_ url: URL, tag: String, size: Int?) throws(HubError) {
    self.url = url
    self.tag = tag
    self.size = size
    descriptor = unsafe open(url.path, O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW, 0o666)
    guard descriptor >= 0 else { throw SystemFailure.error(errno, writing: url.path) }
    hash = ContentHash(named: tag, size: size)
    try readWhatIsThere()
    if let size, length > size { try restart() }
  }

  deinit { if descriptor >= 0 { _ = close(descriptor) } }

  /// Whether as much has arrived as the file is long.
  var isWhole: Bool { length == size }

  /// Appends what arrived.
  ///
  /// - Throws: ``HubError`` when the disk is full or fails; what was written before stays.
  func write(_ bytes: UnsafeRawBufferPointer) throws(HubError) {
    var rest = unsafe bytes[...]
    while unsafe !rest.isEmpty {
      let written = unsafe rest.withUnsafeBytes { buffer in
        unsafe pwrite(descriptor, buffer.baseAddress, buffer.count, off_t(length))
      }
      if written < 0 {
        let number = errno
        if number == EINTR { continue }
        throw SystemFailure.error(number, writing: url.path)
      }
      unsafe hash?.update(UnsafeRawBufferPointer(rebasing: rest.prefix(written)))
      length += written
      unsafe rest = rest.dropFirst(written)
    }
  }

  /// Forgets everything that arrived.
  func restart() throws(HubError) {
    guard ftruncate(descriptor, 0) == 0 else {
      throw SystemFailure.error(errno, writing: url.path)
    }
    length = 0
    hash = ContentHash(named: tag, size: size)
  }

  /// The hash of what arrived, when it is not what it has to be; nil when all is well.
  var wrongHash: String? {
    guard let found = hash?.hexadecimal, found != tag else { return nil }
    return found
  }

  /// Flushes the file to the disk and gives it its name.
  func publish(as name: URL) throws(HubError) {
    // File systems that cannot flush say so with these, which is no fault of the file.
    guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw SystemFailure.error(errno, writing: url.path)
    }
    guard unsafe rename(url.path, name.path) == 0 else {
      throw SystemFailure.error(errno, writing: name.path)
    }
  }

  /// Takes the file away.
  func remove() {
    _ = unsafe unlink(url.path)
  }

  private func readWhatIsThere() throws(HubError) {
    var buffer = [UInt8](repeating: 0, count: 1 << 20)
    while true {
      let count = unsafe buffer.withUnsafeMutableBytes { bytes in
        unsafe pread(descriptor, bytes.baseAddress, bytes.count, off_t(length))
      }
      if count < 0 {
        let number = errno
        if number == EINTR { continue }
        throw SystemFailure.error(number, writing: url.path)
      }
      guard count > 0 else { return }
      unsafe buffer.withUnsafeBytes { bytes in
        unsafe hash?.update(UnsafeRawBufferPointer(rebasing: bytes.prefix(count)))
      }
      length += count
    }
  }
}
