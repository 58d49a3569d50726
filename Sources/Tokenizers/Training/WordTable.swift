/// Distinct words and how often each was seen: one buffer of bytes and an open-addressed table.
struct WordTable: Sendable {
  private(set) var bytes: [UInt8] = []
  /// How often each word was seen, by its number.
  private(set) var counts: [Int] = []
  /// Where each word ends in `bytes`; it starts where the one before it ends.
  private var ends: [Int] = []
  /// Upper half: a part of the hash; lower half: the word's number + 1.
  ///
  /// 0 is a free slot.
  private var slots = [UInt64](repeating: 0, count: 1 << 10)

  /// The number of distinct words.
  var count: Int { counts.count }

  /// Where a word lies in ``bytes``.
  func range(of word: Int) -> Range<Int> {
    (word == 0 ? 0 : ends[word - 1])..<ends[word]
  }

  /// Forgets all words and keeps the memory.
  mutating func clear() {
    bytes.removeAll(keepingCapacity: true)
    counts.removeAll(keepingCapacity: true)
    ends.removeAll(keepingCapacity: true)
    for slot in slots.indices { slots[slot] = 0 }
  }

  /// Counts a word so many times more.
  mutating func add(_ text: Span<UInt8>, _ range: Range<Int>, times: Int = 1) {
    let hash = Self.hash(text, range)
    let tag = hash & 0xFFFF_FFFF
    var slot = place(of: hash)
    while slots[slot] != 0 {
      let entry = slots[slot]
      if entry >> 32 == tag {
        let word = Int(entry & 0xFFFF_FFFF) - 1
        if matches(word, text, range) {
          counts[word] += times
          return
        }
      }
      slot = (slot + 1) & (slots.count - 1)
    }
    for index in range { bytes.append(text[index]) }
    ends.append(bytes.count)
    counts.append(times)
    slots[slot] = tag << 32 | UInt64(counts.count)
    if counts.count * 2 > slots.count { grow() }
  }

  /// Counts all words of another table.
  mutating func add(_ other: WordTable) {
    for word in 0..<other.count {
      add(other.bytes.span, other.range(of: word), times: other.counts[word])
    }
  }

  /// The numbers of the words in the order of their bytes, which does not depend on the order in
  /// which they were counted.
  func sortedWords() -> [Int] {
    // Most words differ in their first eight bytes, which compare as one number.
    let keys = (0..<count).map { word in
      let range = range(of: word)
      var key: UInt64 = 0
      for offset in 0..<8 {
        let index = range.lowerBound + offset
        key = key << 8 | (index < range.upperBound ? UInt64(bytes[index]) : 0)
      }
      return (key: key, word: word)
    }
    return keys.sorted { one, other in
      one.key != other.key
        ? one.key < other.key
        : bytes[range(of: one.word)].lexicographicallyPrecedes(bytes[range(of: other.word)])
    }.map(\.word)
  }

  private static func hash(_ text: Span<UInt8>, _ range: Range<Int>) -> UInt64 {
    var hash = Vocabulary.emptyHash
    for index in range { hash = Vocabulary.extended(hash, by: text[index]) }
    return (hash ^ hash >> 32) &* 0x9E37_79B9_7F4A_7C15
  }

  /// The first slot to look at: the hash's high bits, which the tags do not hold.
  private func place(of hash: UInt64) -> Int {
    Int(truncatingIfNeeded: hash >> 32) & (slots.count - 1)
  }

  private func matches(_ word: Int, _ text: Span<UInt8>, _ other: Range<Int>) -> Bool {
    let range = range(of: word)
    guard range.count == other.count else { return false }
    for offset in 0..<range.count
    where bytes[range.lowerBound + offset] != text[other.lowerBound + offset] {
      return false
    }
    return true
  }

  private mutating func grow() {
    slots = [UInt64](repeating: 0, count: slots.count * 2)
    for word in 0..<count {
      let hash = Self.hash(bytes.span, range(of: word))
      var slot = place(of: hash)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = (hash & 0xFFFF_FFFF) << 32 | UInt64(word + 1)
    }
  }
}
