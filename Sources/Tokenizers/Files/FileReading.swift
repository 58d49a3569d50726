#if canImport(FoundationEssentials)
  internal import FoundationEssentials
#else
  internal import Foundation
#endif

/// Reading and writing of whole files.
enum TextFile {
  /// The bytes of a file that must be UTF-8; nil if there is no such file.
  static func bytes(of url: URL) throws(TokenizersError) -> [UInt8]? {
    guard let bytes = try rawBytes(of: url) else { return nil }
    do {
      _ = try UTF8Span(validating: bytes.span)
    } catch {
      let place = TextPosition(of: error.byteOffsets.lowerBound, in: bytes)
      throw TokenizersError(
        .notUnicode, "\(url.path), \(place): the bytes are not UTF-8; save the file as UTF-8.")
    }
    return bytes
  }

  /// The bytes of a file, which may be anything; nil if there is no such file.
  static func rawBytes(of url: URL) throws(TokenizersError) -> [UInt8]? {
    guard FileManager.default.fileExists(atPath: url.path) else { return nil }
    do {
      return [UInt8](try Data(contentsOf: url))
    } catch {
      throw TokenizersError(.unreadableFile, "\(url.path) cannot be read: \(error).")
    }
  }

  /// A file's JSON; nil if there is no such file.
  static func json(of url: URL) throws(TokenizersError) -> JSONValue? {
    guard let bytes = try bytes(of: url) else { return nil }
    return try JSONReader.value(of: bytes, file: url.path)
  }

  /// Writes a file beside its place and moves it there.
  static func write(_ bytes: [UInt8], to url: URL) throws(TokenizersError) {
    do {
      try Data(bytes).write(to: url, options: .atomic)
    } catch {
      throw TokenizersError(.unwritableFile, "\(url.path) cannot be written: \(error).")
    }
  }
}
