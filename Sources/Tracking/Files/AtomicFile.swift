public import Foundation

#if canImport(Darwin)
  import Darwin
#elseif canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#endif

/// A file that appears under its name only when it is complete.
///
/// It is written to a temporary neighbour, which ``commit()`` flushes to the disk and renames.
/// Until then a file of that name stays as it was; without a commit nothing is left behind.
///
/// ```swift
/// let file = try AtomicFile(at: folder.appending(path: "predictions.jsonl"))
/// for line in lines { try file.write(line) }
/// try file.commit()
/// ```
public final class AtomicFile {
  /// Where the file will be.
  public let url: URL
  private let temporary: String
  private let file: SystemFile
  private var isDone = false

  /// Opens the temporary neighbour.
  ///
  /// - Throws: ``TrackingError`` when the folder is missing, read-only or full.
  public init(at url: URL) throws(TrackingError) {
    self.url = url
    var random = SystemRandomNumberGenerator()
    let suffix = String(random.next(), radix: 36)
    let name = ".\(url.lastPathComponent).\(suffix).partial"
    temporary = url.deletingLastPathComponent().appending(path: name).path
    do {
      file = try SystemFile(path: temporary, mode: .new)
    } catch {
      // The user knows the file by its own name.
      throw TrackingError(
        error.code, error.description.replacingOccurrences(of: temporary, with: url.path))
    }
  }

  deinit {
    if !isDone { _ = unsafe unlink(temporary) }
  }

  /// Appends bytes.
  ///
  /// - Throws: ``TrackingError`` when the disk is full or fails.
  public func write(_ data: Data) throws(TrackingError) {
    do {
      try file.write(data)
    } catch {
      throw TrackingError(
        error.code, error.description.replacingOccurrences(of: temporary, with: url.path))
    }
  }

  /// Appends text as UTF-8.
  ///
  /// - Throws: ``TrackingError`` when the disk is full or fails.
  public func write(_ text: String) throws(TrackingError) {
    try write(Data(text.utf8))
  }

  /// Flushes the file to the disk and gives it its name.
  ///
  /// - Throws: ``TrackingError`` when the disk is full or a folder stands in the way; a file that
  ///   was there before is then untouched.
  public func commit() throws(TrackingError) {
    try file.synchronize()
    try file.finish()
    guard unsafe rename(temporary, url.path) == 0 else { throw .system(errno, "write", url.path) }
    isDone = true
    synchronizeFolder()
  }

  /// Writes a whole file.
  ///
  /// - Throws: ``TrackingError`` as ``init(at:)`` and ``commit()`` do.
  public static func write(_ data: Data, to url: URL) throws(TrackingError) {
    let file = try AtomicFile(at: url)
    try file.write(data)
    try file.commit()
  }

  /// Writes a whole file of text as UTF-8.
  ///
  /// - Throws: ``TrackingError`` as ``init(at:)`` and ``commit()`` do.
  public static func write(_ text: String, to url: URL) throws(TrackingError) {
    try write(Data(text.utf8), to: url)
  }

  /// The new name itself lives in the folder; where a folder cannot be flushed, the rename is
  /// still complete, only not yet safe from a power cut.
  private func synchronizeFolder() {
    let folder = unsafe open(url.deletingLastPathComponent().path, O_RDONLY | O_CLOEXEC)
    guard folder >= 0 else { return }
    _ = fsync(folder)
    _ = close(folder)
  }
}
