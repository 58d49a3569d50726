/// Texts that are counted together: their bytes, and where each lies.
struct TextBatch: Sendable {
  /// Bytes after which a batch takes no further text.
  static let capacity = 4 << 20

  var bytes: [UInt8] = []
  var texts: [Range<Int>] = []

  var isFull: Bool { bytes.count >= Self.capacity }

  /// Appends a text.
  mutating func append(_ text: String) throws(TokenizersError) {
    let start = bytes.count
    guard text.utf8.count <= Int(Int32.max) - start else {
      throw Self.tooLarge("A text", text.utf8.count)
    }
    bytes.append(contentsOf: text.utf8)
    texts.append(start..<bytes.count)
  }

  /// Takes all texts out and keeps the memory.
  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    texts.removeAll(keepingCapacity: true)
  }

  /// Places in a batch have 32 bits, so that a text may have almost as many bytes.
  static func tooLarge(_ what: String, _ count: Int) -> TokenizersError {
    TokenizersError(
      .textTooLarge,
      "\(what) has \(count) bytes or more; almost 2 GiB is the most that one may have. Cut it up.")
  }
}
