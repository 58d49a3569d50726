import Finetune
import Foundation

/// Something that an application needs is not there; the sentence says which command makes it.
struct NotPrepared: LocalizedError, CustomStringConvertible {
  let description: String

  var errorDescription: String? { description }
}

/// What has to be there before the work.
enum Needed {
  /// The model that `make setup` fetches, where nothing else was named; others are looked for, and
  /// fetched, by the library.
  ///
  /// - Throws: ``NotPrepared``.
  static func model(_ name: String) throws {
    guard name == "demo/model", !exists("\(name)/config.json") else { return }
    throw NotPrepared(
      description:
        "There is no model in demo/model. `make setup` fetches it; --model names another.")
  }

  /// A file of rows.
  ///
  /// - Throws: ``NotPrepared``, with what to do about it.
  static func file(_ path: String, otherwise advice: String) throws -> String {
    guard exists(path) else { throw NotPrepared(description: "There is no \(path). \(advice)") }
    return path
  }

  /// Whether there is such a file or folder.
  static func exists(_ path: String) -> Bool { FileManager.default.fileExists(atPath: path) }
}
