package import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file open for writing, without a buffer: what was written survives the end of the process.
package final class SystemFile {
  /// How a file is opened.
  package enum Mode {
    /// A new file; it is an error when one is there.
    case new
    /// An existing or new file, written at its end.
    case append
  }

  /// Where it lies.
  package let path: String
  /// The length up to which everything written is whole.
  private var length: Int
  private var descriptor: CInt?

  /// Opens a file.
  package init(path: String, mode: Mode) throws(TrackingError) {
    let flags = mode == .new ? O_CREAT | O_EXCL | O_WRONLY : O_CREAT | O_APPEND | O_WRONLY
    let opened = unsafe open(path, flags | O_CLOEXEC, 0o666)
    guard opened >= 0 else { throw .system(errno, "write", path) }
    self.path = path
    descriptor = opened
    length = Int(max(0, lseek(opened, 0, SEEK_END)))
  }

  deinit {
    if let descriptor { _ = close(descriptor) }
  }

  /// Writes all of the data, or leaves the file as it was before the call.
  package func write(_ data: Data) throws(TrackingError) {
    let descriptor = try opened()
    var written = 0
    while written < data.count {
      let count = unsafe data.withUnsafeBytes { bytes in
        unsafe systemWrite(
          descriptor, bytes.baseAddress?.advanced(by: written), data.count - written)
      }
      if count < 0 {
        let number = errno
        if number == EINTR { continue }
        // A half-written record would make the file unreadable.
        _ = ftruncate(descriptor, off_t(length))
        throw .system(number, "write", path)
      }
      written += count
    }
    length += written
  }

  /// Waits until the disk has what was written.
  package func synchronize() throws(TrackingError) {
    let descriptor = try opened()
    // Pipes and devices cannot be synchronised, which is no fault.
    guard fsync(descriptor) == 0 || errno == EINVAL || errno == ENOTSUP else {
      throw .system(errno, "write", path)
    }
  }

  /// Closes the file; a later write is an error.
  package func finish() throws(TrackingError) {
    let descriptor = try opened()
    self.descriptor = nil
    // Network file systems tell of a full disk only now.
    guard close(descriptor) == 0 else { throw .system(errno, "write", path) }
  }

  private func opened() throws(TrackingError) -> CInt {
    guard let descriptor else {
      throw TrackingError(.closed, "\(path) was closed before this was written to it")
    }
    return descriptor
  }
}

private func systemWrite(_ descriptor: CInt, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(descriptor, bytes, count)
}
