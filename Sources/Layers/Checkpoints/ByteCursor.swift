/// Reads little-endian numbers from bytes, one after another; nil where the bytes end.
struct ByteCursor {
  private let bytes: [UInt8]
  private(set) var position: Int

  init(_ bytes: [UInt8], at position: Int = 0) {
    self.bytes = bytes
    self.position = position
  }

  var remaining: Int { bytes.count - position }

  mutating func take(_ count: Int) -> ArraySlice<UInt8>? {
    guard count >= 0, count <= remaining else { return nil }
    defer { position += count }
    return bytes[position..<position + count]
  }

  /// An unsigned number of up to eight bytes.
  mutating func number(bytes count: Int) -> UInt64? {
    take(count)?.reversed().reduce(UInt64(0)) { $0 << 8 | UInt64($1) }
  }

  mutating func byte() -> UInt8? { take(1)?.first }

  /// A count or an offset: a number that fits `Int`.
  mutating func size(bytes count: Int) -> Int? { number(bytes: count).flatMap(Int.init(exactly:)) }

  /// UTF-8 text up to a line feed, which is taken too.
  mutating func line() -> String? {
    guard let end = bytes[position...].firstIndex(of: 0x0A) else { return nil }
    defer { position = end + 1 }
    return String(validating: bytes[position..<end], as: UTF8.self)
  }
}
