import Foundation

#if canImport(Glibc)
  import Glibc
#elseif canImport(Musl)
  import Musl
#elseif canImport(Darwin)
  import Darwin
#endif

/// Writes files that are whole or not there.
enum AtomicFile {
  /// Writes to a neighbour, waits for the disk, and renames.
  static func write(_ data: Data, to url: URL) throws {
    let neighbour = url.deletingLastPathComponent()
      .appending(path: ".\(url.lastPathComponent).\(UUID().uuidString).tmp")
    do {
      try data.write(to: neighbour, options: .withoutOverwriting)
      let handle = try FileHandle(forUpdating: neighbour)
      try handle.synchronize()
      try handle.close()
    } catch {
      try? FileManager.default.removeItem(at: neighbour)
      throw failure(url, error.localizedDescription)
    }
    guard unsafe rename(neighbour.path, url.path) == 0 else {
      let reason = unsafe String(cString: strerror(errno))
      try? FileManager.default.removeItem(at: neighbour)
      throw failure(url, reason)
    }
  }

  private static func failure(_ url: URL, _ reason: String) -> DatasetsError {
    DatasetsError(.unwritable, "\(url.relativePath) cannot be written: \(reason)")
  }
}
