/// A hash function that takes 64 bytes at a time (FIPS 180-4).
package protocol CompressionFunction: Sendable {
  /// The state before the first block.
  init()
  /// Takes whole blocks of 64 bytes.
  mutating func compress(_ blocks: UnsafeRawBufferPointer)
  /// The words of the result, most significant byte first.
  var words: [UInt32] { get }
}

/// Feeds data of any length to a hash function, and pads it at the end.
package struct BlockHash<Function: CompressionFunction>: Sendable {
  private var function = Function()
  private var pending: [UInt8] = []
  private var length: UInt64 = 0

  package init() {}

  /// Takes more of the data.
  package mutating func update(_ bytes: UnsafeRawBufferPointer) {
    length += UInt64(bytes.count)
    var rest = unsafe bytes[...]
    if !pending.isEmpty {
      let missing = unsafe rest.prefix(64 - pending.count)
      unsafe pending.append(contentsOf: missing)
      unsafe rest = rest.dropFirst(missing.count)
      guard pending.count == 64 else { return }
      unsafe pending.withUnsafeBytes { unsafe function.compress($0) }
      pending.removeAll(keepingCapacity: true)
    }
    let whole = unsafe rest.prefix(rest.count / 64 * 64)
    unsafe function.compress(UnsafeRawBufferPointer(rebasing: whole))
    unsafe pending.append(contentsOf: rest.dropFirst(whole.count))
  }

  /// Takes more of the data.
  package mutating func update(_ bytes: some Sequence<UInt8>) {
    unsafe Array(bytes).withUnsafeBytes { unsafe update($0) }
  }

  /// The hash of everything taken so far, in hexadecimal digits.
  package var hexadecimal: String {
    var copy = self
    var padding: [UInt8] = [0x80]
    padding += [UInt8](repeating: 0, count: (119 - Int(length % 64)) % 64)
    padding += (0..<8).map { UInt8(truncatingIfNeeded: (length &* 8) >> UInt64(56 - 8 * $0)) }
    copy.update(padding)
    return copy.function.words.map { word in
      let digits = String(word, radix: 16)
      return String(repeating: "0", count: 8 - digits.count) + digits
    }.joined()
  }
}
