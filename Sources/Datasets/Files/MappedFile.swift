import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// The bytes of a file, mapped into memory where the file system can do so.
///
/// What is not a regular file (a pipe, say) is read to its end instead. A mapped file must not be
/// cut short by another program while it is read.
@safe final class MappedFile {
  /// The file as it was named.
  let name: String
  let count: Int
  let start: UnsafePointer<UInt8>
  private let isMapped: Bool

  /// - Throws: ``DatasetsError`` when there is no such file or it cannot be read.
  init(_ url: URL) throws {
    name = url.relativePath
    let descriptor = unsafe open(url.path, O_RDONLY)
    guard descriptor >= 0 else { throw Self.failure(name, errno) }
    defer { close(descriptor) }
    var status = stat()
    guard unsafe fstat(descriptor, &status) == 0 else { throw Self.failure(name, errno) }
    if status.st_mode & S_IFMT == S_IFDIR { throw Self.failure(name, EISDIR) }
    if status.st_mode & S_IFMT == S_IFREG, status.st_size > 0,
      let mapping = unsafe mmap(
        nil, Int(status.st_size), PROT_READ, MAP_PRIVATE, descriptor, 0),
      unsafe mapping != MAP_FAILED
    {
      _ = unsafe madvise(mapping, Int(status.st_size), Int32(MADV_SEQUENTIAL))
      count = Int(status.st_size)
      unsafe start = UnsafePointer(mapping.assumingMemoryBound(to: UInt8.self))
      isMapped = true
      return
    }
    let data = try Self.readAll(descriptor, name)
    let copy = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, data.count))
    unsafe data.copyBytes(to: copy, count: data.count)
    count = data.count
    unsafe start = UnsafePointer(copy)
    isMapped = false
  }

  deinit {
    if isMapped {
      unsafe munmap(UnsafeMutableRawPointer(mutating: start), count)
    } else {
      unsafe start.deallocate()
    }
  }

  private static func readAll(_ descriptor: Int32, _ name: String) throws -> Data {
    do {
      return try FileHandle(fileDescriptor: descriptor, closeOnDealloc: false).readToEnd() ?? Data()
    } catch {
      throw DatasetsError(.unreadableFile, "\(name) cannot be read: \(error.localizedDescription)")
    }
  }

  private static func failure(_ name: String, _ number: Int32) -> DatasetsError {
    switch number {
    case ENOENT, ENOTDIR:
      return DatasetsError(
        .noSuchFile, "There is no file \(name). Check the path and its spelling.")
    case EISDIR:
      return DatasetsError(
        .unreadableFile,
        "\(name) is a folder. Folders are read with the format 'directory': one subfolder a label.")
    default:
      let reason = unsafe String(cString: strerror(number))
      return DatasetsError(.unreadableFile, "\(name) cannot be read: \(reason).")
    }
  }
}
