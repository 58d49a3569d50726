package import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file written beside its destination, which takes the destination's place whole or not at all.
///
/// Until ``commit()`` the old file stays as it is; when this object goes without it, what was
/// written is removed.
package final class AtomicFile {
  private let destination: String
  private let temporary: String
  private var descriptor: Int32

  /// Starts a file beside `url`, whose folder must be there.
  ///
  /// - Throws: ``LayersError`` of code `access` when the folder is not there or cannot be written
  ///   to.
  package init(_ url: URL) throws(LayersError) {
    destination = url.plainPath
    let mark = UInt64.random(in: .min ... .max)
    temporary =
      url.deletingLastPathComponent()
      .appending(path: ".\(url.lastPathComponent).\(String(mark, radix: 36)).partial").plainPath
    descriptor = unsafe open(temporary, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o644)
    guard descriptor >= 0 else { throw refusal(errno) }
  }

  deinit {
    guard descriptor >= 0 else { return }
    close(descriptor)
    unsafe unlink(temporary)
  }

  /// Appends bytes.
  ///
  /// - Throws: ``LayersError`` of code `access` when the disk is full or fails.
  package func write(_ bytes: UnsafeRawBufferPointer) throws(LayersError) {
    var done = 0
    while done < bytes.count {
      // Linux writes at most 2 GiB at once, macOS refuses more.
      let size = min(bytes.count - done, 1 << 30)
      let written = unsafe platformWrite(
        descriptor, bytes.baseAddress.map { unsafe $0 + done }, size)
      if written < 0 {
        if errno == EINTR { continue }
        throw refusal(errno)
      }
      done += written
    }
  }

  /// Appends text as UTF-8.
  package func write(_ text: String) throws {
    let bytes = Array(text.utf8)
    try unsafe bytes.withUnsafeBytes { try unsafe write($0) }
  }

  /// Brings everything to the disk and puts the file in the destination's place.
  ///
  /// - Throws: ``LayersError`` of code `access`; the old file is then still there.
  package func commit() throws(LayersError) {
    try finish()
    try place()
  }

  /// Brings everything to the disk; the destination is as it was.
  func finish() throws(LayersError) {
    guard fsync(descriptor) == 0 else { throw refusal(errno) }
  }

  /// Puts a finished file in the destination's place.
  func place() throws(LayersError) {
    guard unsafe rename(temporary, destination) == 0 else { throw refusal(errno) }
    close(descriptor)
    descriptor = -1
    syncFolder()
  }

  /// Makes the new name last a loss of power; file systems that cannot do so are no reason to fail.
  private func syncFolder() {
    let folder = URL(filePath: destination).deletingLastPathComponent().plainPath
    let descriptor = unsafe open(folder, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    fsync(descriptor)
    close(descriptor)
  }

  private func refusal(_ number: Int32) -> LayersError {
    let advice =
      switch number {
      case ENOSPC, EDQUOT: "the disk is full. Make room, or write elsewhere"
      case EFBIG: "the file would be larger than this process may write"
      case EROFS: "the disk is read-only. Write elsewhere"
      case EACCES, EPERM: "the folder may not be written to. Write elsewhere"
      case ENOENT: "its folder is not there. Make it first"
      case ENOTDIR: "a part of the path is a file, not a folder"
      case EISDIR: "there is a folder of that name"
      default: systemMessage(number)
      }
    return LayersError(
      .access, "\(destination) could not be written: \(advice). What was there before is unchanged."
    )
  }
}

/// The system's `write`, whose name the methods above hide.
private func platformWrite(_ descriptor: Int32, _ bytes: UnsafeRawPointer?, _ count: Int) -> Int {
  unsafe write(descriptor, bytes, count)
}
