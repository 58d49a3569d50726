/// The hash that a file of the hub is called by, which tells whether it arrived undamaged.
package enum ContentHash: Sendable {
  /// SHA-256 of the content: files in large file storage.
  case sha256(BlockHash<SHA256>)
  /// SHA-1 of git's header and the content: files in git itself.
  case git(BlockHash<SHA1>)

  /// Begins a hash of the kind that a name has; nil when the name is no hash.
  ///
  /// - Parameters:
  ///   - name: The file's entity tag.
  ///   - size: The content's length in bytes, which git's hash begins with.
  package init?(named name: String, size: Int?) {
    guard name.isHexadecimal else { return nil }
    switch (name.utf8.count, size) {
    case (64, _): self = .sha256(BlockHash())
    case (40, let size?):
      var hash = BlockHash<SHA1>()
      hash.update("blob \(size)\0".utf8)
      self = .git(hash)
    default: return nil
    }
  }

  /// Takes more of the content.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    switch self {
    case .sha256(var hash):
      unsafe hash.update(bytes)
      self = .sha256(hash)
    case .git(var hash):
      unsafe hash.update(bytes)
      self = .git(hash)
    }
  }

  /// The hash of what was taken.
  package var hexadecimal: String {
    switch self {
    case .sha256(let hash): hash.hexadecimal
    case .git(let hash): hash.hexadecimal
    }
  }
}
