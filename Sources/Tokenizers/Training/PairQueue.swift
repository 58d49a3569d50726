/// The pairs that wait to be merged: the most frequent first, of equals the one of smaller ids.
struct PairQueue {
  /// A pair with the words that it was found in when the entry was made.
  struct Entry {
    /// How often the pair was there when that was last looked up.
    var count: UInt64
    /// The left id in the upper half, the right one in the lower.
    let pair: UInt64
    /// The pair's number among all pairs.
    let index: Int
    /// The number of the list of words; of two entries of a pair the older one comes first.
    let words: Int

    func precedes(_ other: Entry) -> Bool {
      if count != other.count { return count > other.count }
      if pair != other.pair { return pair < other.pair }
      return words < other.words
    }
  }

  private var heap: [Entry] = []

  mutating func push(_ entry: Entry) {
    var place = heap.count
    heap.append(entry)
    while place > 0 {
      let parent = (place - 1) / 2
      guard entry.precedes(heap[parent]) else { break }
      heap[place] = heap[parent]
      place = parent
    }
    heap[place] = entry
  }

  mutating func pop() -> Entry? {
    guard let first = heap.first, let last = heap.popLast() else { return nil }
    if heap.isEmpty { return first }
    var place = 0
    while true {
      var child = 2 * place + 1
      guard child < heap.count else { break }
      if child + 1 < heap.count, heap[child + 1].precedes(heap[child]) { child += 1 }
      guard heap[child].precedes(last) else { break }
      heap[place] = heap[child]
      place = child
    }
    heap[place] = last
    return first
  }
}

/// How often pairs of neighbours are there, with the words that gained them since last asked.
struct PairCounts {
  /// By a pair's number.
  private(set) var counts: [Int] = []
  private var pairs: [UInt64] = []
  private var gained: [[Int32]] = []
  /// The numbers of the pairs whose `gained` is not empty.
  private var touched: [Int] = []
  /// A pair's number + 1; 0 is a free slot.
  private var slots = [UInt32](repeating: 0, count: 1 << 12)

  /// Counts a pair so many times more in a word, which is remembered as one to look at.
  mutating func add(_ left: Int32, _ right: Int32, _ count: Int, in word: Int32) {
    let index = number(left, right)
    counts[index] += count
    if gained[index].isEmpty { touched.append(index) }
    if gained[index].last != word { gained[index].append(word) }
  }

  /// Counts a pair so many times less.
  mutating func remove(_ left: Int32, _ right: Int32, _ count: Int) {
    counts[number(left, right)] -= count
  }

  /// Hands out each pair that words gained, with these words, and forgets them.
  mutating func takeGained(_ body: (_ index: Int, _ pair: UInt64, _ words: [Int32]) -> Void) {
    for index in touched {
      var words: [Int32] = []
      swap(&words, &gained[index])
      body(index, pairs[index], words)
    }
    touched.removeAll(keepingCapacity: true)
  }

  private static func hash(_ pair: UInt64) -> Int {
    Int(truncatingIfNeeded: ((pair ^ pair >> 29) &* 0x9E37_79B9_7F4A_7C15) >> 24)
  }

  private mutating func number(_ left: Int32, _ right: Int32) -> Int {
    let pair = UInt64(UInt32(bitPattern: left)) << 32 | UInt64(UInt32(bitPattern: right))
    var slot = Self.hash(pair) & (slots.count - 1)
    while slots[slot] != 0 {
      let index = Int(slots[slot]) - 1
      if pairs[index] == pair { return index }
      slot = (slot + 1) & (slots.count - 1)
    }
    pairs.append(pair)
    counts.append(0)
    gained.append([])
    slots[slot] = UInt32(pairs.count)
    if pairs.count * 2 > slots.count { grow() }
    return pairs.count - 1
  }

  private mutating func grow() {
    slots = [UInt32](repeating: 0, count: slots.count * 2)
    for (index, pair) in pairs.enumerated() {
      var slot = Self.hash(pair) & (slots.count - 1)
      while slots[slot] != 0 { slot = (slot + 1) & (slots.count - 1) }
      slots[slot] = UInt32(index + 1)
    }
  }
}
