/// The places of a text's Unicode scalars among its bytes.
///
/// Files count offsets in scalars, as Python does; rows hold them in bytes of UTF-8.
struct ScalarOffsets {
  /// For each scalar its first byte, and at last the number of bytes; empty where they are the same.
  private var bytes: [Int] = []
  /// The number of scalars.
  let count: Int

  init(_ text: String) {
    let utf8 = text.utf8
    if utf8.allSatisfy({ $0 < 0x80 }) {
      count = utf8.count
      return
    }
    bytes.reserveCapacity(utf8.count / 2)
    for (place, byte) in utf8.enumerated() where byte & 0xC0 != 0x80 { bytes.append(place) }
    count = bytes.count
    bytes.append(utf8.count)
  }

  /// The bytes of a range of scalars; nil where it is not inside the text.
  func bytes(_ start: Int, _ end: Int) -> Range<Int>? {
    guard start >= 0, start <= end, end <= count else { return nil }
    return bytes.isEmpty ? start..<end : bytes[start]..<bytes[end]
  }

  /// The scalar that starts at a byte.
  func scalar(at byte: Int) -> Int {
    if bytes.isEmpty { return byte }
    var (low, high) = (0, bytes.count)
    while low < high {
      let middle = (low + high) / 2
      if bytes[middle] < byte { low = middle + 1 } else { high = middle }
    }
    return low
  }
}

extension String {
  /// The part in a range of bytes that starts and ends between scalars.
  func part(_ range: Range<Int>) -> String {
    let view = utf8
    let start = view.index(view.startIndex, offsetBy: range.lowerBound)
    let end = view.index(start, offsetBy: range.count)
    return String(self[start..<end])
  }

  /// The places, in bytes, where another text stands, overlapping ones included; at most `limit`.
  func places(of other: String, limit: Int) -> [Range<Int>] {
    let text = Array(utf8)
    let wanted = Array(other.utf8)
    guard let first = wanted.first, wanted.count <= text.count else { return [] }
    var places: [Range<Int>] = []
    for start in 0...(text.count - wanted.count) where text[start] == first {
      guard text[start..<start + wanted.count].elementsEqual(wanted) else { continue }
      places.append(start..<start + wanted.count)
      if places.count == limit { break }
    }
    return places
  }
}
