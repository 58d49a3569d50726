/// A file of a model at the hub.
struct ModelFile: Sendable, Hashable {
  /// Its path in the model, with slashes.
  let path: String
  /// Its length in bytes, when the hub told it.
  var size: Int?
  /// What it is called by in the cache: SHA-256 for large file storage, git's SHA-1 for others;
  /// nil when the hub has not told it.
  var tag: String?

  /// Whether a path from a server stays inside the model's folder.
  static func isSafe(path: String) -> Bool {
    let parts = path.split(separator: "/", omittingEmptySubsequences: false)
    return path.utf8.count <= 1024
      && parts.allSatisfy { !$0.isEmpty && $0 != "." && $0 != ".." && $0.utf8.count <= 255 }
      && !path.unicodeScalars.contains { $0.value < 0x20 || $0.value == 0x7F || $0 == "\\" }
  }

  /// Whether a tag from a server can be the name of a file.
  static func isSafe(tag: String) -> Bool {
    (1...200).contains(tag.utf8.count) && !tag.hasPrefix(".")
      && tag.utf8.allSatisfy { byte in
        (0x30...0x39).contains(byte) || (0x41...0x5A).contains(byte) || (0x61...0x7A).contains(byte)
          || byte == UInt8(ascii: "-") || byte == UInt8(ascii: "_") || byte == UInt8(ascii: ".")
      }
  }
}

/// All files of a model at one commit.
struct ModelListing: Sendable, Equatable {
  /// The commit.
  let commit: String
  /// The files, in the hub's order.
  let files: [ModelFile]

  /// The paths of the files.
  var paths: [String] { files.map(\.path) }

  /// The file at a path.
  func file(_ path: String) -> ModelFile? { files.first { $0.path == path } }
}
