import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file's contents as memory, read by the system page by page when looked at.
///
/// The pages are private copies on write: nobody who writes to them can reach the file. A file that
/// another program cuts short in place while it is mapped ends this process; files that are
/// replaced by renaming, as ours are, do not.
@safe final class MappedFile {
  /// The first byte, at a page's start.
  let address: UnsafeRawPointer
  /// Bytes in the file.
  let count: Int

  /// Maps a file that holds at least one byte.
  ///
  /// - Throws: ``LayersError`` when it is not there, cannot be opened, is no plain file, or is
  ///   empty.
  init(_ url: URL) throws(LayersError) {
    let path = url.plainPath
    let descriptor = unsafe open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { throw Self.refusal(path, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw Self.refusal(path, errno) }
    guard status.st_mode & S_IFMT == S_IFREG else {
      throw LayersError(.file, "\(path) is not a file. Name the file that holds the weights.")
    }
    guard status.st_size > 0 else {
      throw LayersError(.file, "\(path) is empty. Copy or download it again.")
    }
    count = Int(status.st_size)
    let pages = unsafe mmap(
      nil, count, PROT_READ | PROT_WRITE, MAP_PRIVATE | MAP_NORESERVE, descriptor, 0)
    guard let pages = unsafe pages, unsafe pages != MAP_FAILED else {
      throw Self.refusal(path, errno)
    }
    unsafe address = UnsafeRawPointer(pages)
  }

  deinit {
    unsafe munmap(UnsafeMutableRawPointer(mutating: address), count)
  }

  /// Copies a part of the file that lies within ``count``.
  func bytes(_ range: Range<Int>) -> [UInt8] {
    precondition(range.lowerBound >= 0 && range.upperBound <= count)
    return unsafe [UInt8](
      UnsafeRawBufferPointer(start: address + range.lowerBound, count: range.count))
  }

  private static func refusal(_ path: String, _ number: Int32) -> LayersError {
    switch number {
    case ENOENT, ENOTDIR:
      LayersError(.access, "There is no file \(path).")
    case EACCES, EPERM:
      LayersError(.access, "\(path) may not be read. Check its permissions.")
    default:
      LayersError(.access, "\(path) cannot be read: \(systemMessage(number)).")
    }
  }
}

/// What the system says about an error number, such as "Input/output error".
func systemMessage(_ number: Int32) -> String {
  unsafe String(cString: strerror(number))
}
