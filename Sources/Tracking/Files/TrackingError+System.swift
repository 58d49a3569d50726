#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

extension TrackingError {
  /// The sentence for a system call that failed.
  ///
  /// - Parameters:
  ///   - number: What `errno` was.
  ///   - action: What was tried: "write", "open" …
  ///   - path: The file.
  /// - Returns: An error that says what to do.
  static func system(_ number: CInt, _ action: String, _ path: String) -> TrackingError {
    let what = "cannot \(action) \(path): "
    switch number {
    case ENOSPC, EDQUOT:
      return TrackingError(
        .diskFull, what + "the disk is full; free some space there or choose another folder")
    case EROFS:
      return TrackingError(
        .readOnly, what + "the file system is read-only; choose another output folder")
    case EACCES, EPERM:
      return TrackingError(
        .notPermitted,
        what + "permission denied; choose a folder that you may write to, or change its rights")
    case ENOENT:
      return TrackingError(.notFound, what + "its folder does not exist")
    case ENOTDIR:
      return TrackingError(.wrongType, what + "a part of its path is a file, not a folder")
    case EISDIR, ENOTEMPTY, EEXIST:
      return TrackingError(.wrongType, what + "a folder of that name is there already")
    case EFBIG:
      return TrackingError(.diskFull, what + "the file would be larger than is allowed here")
    default:
      let reason = unsafe String(cString: strerror(number))
      return TrackingError(.inputOutput, what + "\(reason) (error \(number))")
    }
  }
}
