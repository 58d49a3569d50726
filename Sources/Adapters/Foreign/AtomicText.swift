internal import Foundation
internal import Layers

/// Small files that appear whole or not at all.
enum AtomicText {
  /// Writes a text as UTF-8.
  static func write(_ text: String, to file: URL) throws {
    let target = try AtomicFile(file)
    try target.write(text)
    try target.commit()
  }
}
