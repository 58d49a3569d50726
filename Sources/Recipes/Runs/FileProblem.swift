internal import Foundation

/// Why the system refused a file, in words; Foundation's own are numbers on Linux.
enum FileProblem {
  static func reason(_ error: any Error, of url: URL) -> String {
    let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? NSError
    let number = cause.flatMap { $0.domain == NSPOSIXErrorDomain ? $0.code : nil }
    if let number, let code = POSIXErrorCode(rawValue: Int32(number)) {
      switch code {
      case .ENOSPC, .EDQUOT: return "the disk is full"
      case .EROFS: return "the disk is read-only"
      case .EACCES, .EPERM: return "there is no permission to write to \(url.path)"
      case .EFBIG: return "a file would be larger than this process may write"
      default: break
      }
    }
    guard let cocoa = error as? CocoaError else { return error.localizedDescription }
    switch cocoa.code {
    case .fileWriteOutOfSpace: return "the disk is full"
    case .fileWriteVolumeReadOnly: return "the disk is read-only"
    case .fileWriteNoPermission, .fileReadNoPermission:
      return "there is no permission for \(url.path)"
    case .fileReadNoSuchFile, .fileNoSuchFile: return "\(url.path) is not there"
    default: return cocoa.localizedDescription
    }
  }
}
