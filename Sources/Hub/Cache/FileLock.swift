import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A lock that processes, Python's hub library among them, hold while they fetch a file.
///
/// It is `flock` on a file of its own, which stays there after use: to remove it would let two
/// processes hold "the" lock on two files.
final class FileLock: Sendable {
  private let descriptor: Int32

  private init(descriptor: Int32) {
    self.descriptor = descriptor
  }

  deinit { _ = close(descriptor) }

  /// Tries to take the lock.
  ///
  /// - Returns: The lock, held until it goes out of use; nil when somebody else holds it.
  /// - Throws: ``HubError`` when the file cannot be made.
  static func attempt(_ url: URL) throws(HubError) -> FileLock? {
    let flags = O_RDWR | O_CREAT | O_CLOEXEC | O_NOFOLLOW
    let descriptor = unsafe open(url.path, flags, 0o664)
    guard descriptor >= 0 else { throw SystemFailure.error(errno, writing: url.path) }
    let lock = FileLock(descriptor: descriptor)
    while flock(descriptor, LOCK_EX | LOCK_NB) != 0 {
      switch errno {
      case EINTR: continue
      case EWOULDBLOCK, EACCES: return nil
      // Where the file system has no locks, the check of the hash still keeps damage away.
      case ENOLCK, ENOTSUP, ENOSYS, EINVAL: return lock
      default: throw SystemFailure.error(errno, writing: url.path)
      }
    }
    return lock.isOfFile(at: url) ? lock : nil
  }

  /// Waits for the lock.
  ///
  /// - Parameters:
  ///   - url: The lock's file.
  ///   - waits: Is called once when somebody else holds it.
  /// - Returns: The lock, held until it goes out of use.
  /// - Throws: ``HubError`` when the file cannot be made; `CancellationError`.
  static func take(_ url: URL, waits: () -> Void) async throws -> FileLock {
    var isWaiting = false
    while true {
      if let lock = try attempt(url) { return lock }
      if !isWaiting { waits() }
      isWaiting = true
      try await Task.sleep(for: .milliseconds(100))
    }
  }

  /// Whether the locked file is still the one of that name: somebody may have removed it.
  private func isOfFile(at url: URL) -> Bool {
    var mine = stat()
    var there = stat()
    guard unsafe fstat(descriptor, &mine) == 0, unsafe stat(url.path, &there) == 0 else {
      return false
    }
    return mine.st_ino == there.st_ino && mine.st_dev == there.st_dev
  }
}
