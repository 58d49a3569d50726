import Foundation

/// A call of the system that failed on a file of the cache.
package enum SystemFailure {
  /// The sentence for a failure.
  ///
  /// - Parameters:
  ///   - number: What `errno` was.
  ///   - path: The file.
  /// - Returns: An error that says what to do.
  package static func error(_ number: Int32, writing path: String) -> HubError {
    let what = "The cache of models cannot be written (\(path)): "
    let elsewhere = "set HF_HOME to a folder elsewhere"
    switch number {
    case ENOSPC, EDQUOT:
      return HubError(
        .diskFull,
        what + "the disk is full. Free some space, or \(elsewhere); what has arrived is kept, and "
          + "the next pull goes on from there.")
    case EFBIG:
      return HubError(.diskFull, what + "the file would be larger than is allowed here.")
    case EACCES, EPERM:
      return HubError(
        .cache, what + "permission denied. Change the folder's rights, or \(elsewhere).")
    case EROFS:
      return HubError(.cache, what + "the file system is read-only; \(elsewhere).")
    case ENOTDIR, EEXIST, EISDIR:
      return HubError(.cache, what + "a file stands where a folder belongs; \(elsewhere).")
    default:
      let reason = POSIXErrorCode(rawValue: number).map { POSIXError($0).localizedDescription }
      return HubError(.cache, what + "\(reason ?? "error") (error \(number)).")
    }
  }

  /// The sentence for an error of Foundation.
  static func error(_ error: any Error, writing path: String) -> any Error {
    if error is HubError { return error }
    let inner = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    if let inner, inner.domain == NSPOSIXErrorDomain {
      return self.error(Int32(inner.code), writing: path)
    }
    switch (error as? CocoaError)?.code {
    case .fileWriteOutOfSpace: return self.error(ENOSPC, writing: path)
    case .fileWriteNoPermission: return self.error(EACCES, writing: path)
    case .fileWriteVolumeReadOnly: return self.error(EROFS, writing: path)
    case .fileWriteFileExists: return self.error(EEXIST, writing: path)
    default:
      return HubError(
        .cache,
        "The cache of models cannot be written (\(path)): \(error.localizedDescription). "
          + "HF_HOME can name a folder elsewhere.")
    }
  }
}
