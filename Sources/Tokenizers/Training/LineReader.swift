internal import Foundation

/// Reads the lines of files one after another, a few megabytes at a time.
struct LineReader {
  private var files: ArraySlice<URL>
  private var handle: FileHandle?
  /// The beginning of a line whose end is not read yet.
  private var rest: [UInt8] = []
  /// Lines of the file that were handed out.
  private var lines = 0

  init(_ files: [URL]) {
    self.files = files[...]
  }

  /// Appends lines to an empty batch until it is full or the last file ends.
  ///
  /// A line keeps its line feed. A batch has lines of one file only.
  mutating func fill(_ batch: inout TextBatch) throws(TokenizersError) {
    while batch.texts.isEmpty, let file = files.first {
      if handle == nil { handle = try Self.handle(of: file) }
      batch.bytes.append(contentsOf: rest)
      rest.removeAll(keepingCapacity: true)
      var isAtEnd = false
      var end = 0
      // A full batch without a line feed is one long line, of which more is needed.
      while !isAtEnd, !batch.isFull || end == 0 {
        let read = batch.bytes.count
        isAtEnd = try !readPiece(of: file, into: &batch)
        if let last = batch.bytes[read...].lastIndex(of: 0x0A) { end = last + 1 }
        guard batch.bytes.count < Int(Int32.max) else {
          throw TextBatch.tooLarge("\(file.path), line \(lines + 1):", batch.bytes.count)
        }
      }
      if isAtEnd { end = batch.bytes.count }
      rest.append(contentsOf: batch.bytes[end...])
      batch.bytes.removeSubrange(end...)
      try appendLines(of: file, &batch)
      if isAtEnd { close() }
    }
  }

  private static func handle(of file: URL) throws(TokenizersError) -> FileHandle {
    do {
      return try FileHandle(forReadingFrom: file)
    } catch {
      throw TokenizersError(.unreadableFile, "\(file.path) cannot be read: \(error).")
    }
  }

  private mutating func close() {
    handle = nil
    files = files.dropFirst()
    lines = 0
  }

  /// Reads a piece of a file; false at its end.
  private func readPiece(
    of file: URL, into batch: inout TextBatch
  ) throws(TokenizersError) -> Bool {
    do {
      guard let piece = try handle?.read(upToCount: 1 << 20), !piece.isEmpty else { return false }
      batch.bytes.append(contentsOf: piece)
      return true
    } catch {
      throw TokenizersError(.unreadableFile, "\(file.path) cannot be read: \(error).")
    }
  }

  private mutating func appendLines(of file: URL, _ batch: inout TextBatch) throws(TokenizersError)
  {
    var bad: Int?
    do {
      _ = try UTF8Span(validating: batch.bytes.span)
    } catch {
      bad = error.byteOffsets.lowerBound
    }
    var start = 0
    for (index, byte) in batch.bytes.enumerated() {
      if index == bad {
        throw TokenizersError(
          .notUnicode,
          "\(file.path), line \(lines + 1): the bytes are not UTF-8; save the file as UTF-8.")
      }
      if byte == 0x0A {
        batch.texts.append(start..<index + 1)
        start = index + 1
        lines += 1
      }
    }
    if start < batch.bytes.count {
      batch.texts.append(start..<batch.bytes.count)
      lines += 1
    }
  }
}
