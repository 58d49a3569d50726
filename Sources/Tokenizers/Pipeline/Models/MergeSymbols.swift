/// The symbols of a word while pairs of them merge.
struct MergeSymbols {
  private var ids: [TokenID] = []
  /// In bytes; 0 for a symbol that was merged into the one before it.
  private var lengths: [Int32] = []
  /// The merge of each symbol with the next one.
  private var merges: [PairTable.Merge] = []
  private var previous: [Int32] = []
  private var next: [Int32] = []
  private var queue: [QueuedMerge] = []

  /// Up to so many symbols are searched for the next merge; more go into a queue.
  private static let scanLimit = 48

  mutating func removeAll() {
    ids.removeAll(keepingCapacity: true)
    lengths.removeAll(keepingCapacity: true)
  }

  mutating func append(_ id: TokenID, length: Int) {
    ids.append(id)
    lengths.append(Int32(truncatingIfNeeded: length))
  }

  /// Appends the symbols that are left; `shift` is where the word starts.
  func appendPieces(_ shift: Int, to pieces: inout [Piece]) {
    var end = shift
    for index in ids.indices where lengths[index] > 0 {
      end += Int(lengths[index])
      pieces.append(Piece(id: ids[index], end: end))
    }
  }

  /// Merges until nothing is left to merge: the lowest rank first, of equal ones the leftmost.
  mutating func merge(by table: PairTable) {
    if ids.count < 2 { return }
    if ids.count <= Self.scanLimit { mergeByScanning(table) } else { mergeByQueue(table) }
  }

  private mutating func mergeByScanning(_ table: PairTable) {
    merges.removeAll(keepingCapacity: true)
    for index in 0..<ids.count - 1 { merges.append(table[ids[index], ids[index + 1]]) }
    while true {
      var best = PairTable.Merge.none.value
      var place = -1
      for index in merges.indices where merges[index].value < best {
        best = merges[index].value
        place = index
      }
      if place < 0 { return }
      ids[place] = merges[place].id
      lengths[place] += lengths[place + 1]
      ids.remove(at: place + 1)
      lengths.remove(at: place + 1)
      merges.remove(at: place)
      if place > 0 { merges[place - 1] = table[ids[place - 1], ids[place]] }
      if place < merges.count { merges[place] = table[ids[place], ids[place + 1]] }
    }
  }

  // MARK: Long words

  /// A merge that may have been overtaken by others since it was queued.
  private struct QueuedMerge {
    /// Rank in the upper half, the new token's id in the lower.
    let merge: UInt64
    let place: Int32

    static func < (left: QueuedMerge, right: QueuedMerge) -> Bool {
      let (leftRank, rightRank) = (left.merge >> 32, right.merge >> 32)
      return leftRank != rightRank ? leftRank < rightRank : left.place < right.place
    }
  }

  private mutating func mergeByQueue(_ table: PairTable) {
    let count = Int32(ids.count)
    previous = (0..<count).map { $0 - 1 }
    next = (0..<count).map { $0 + 1 < count ? $0 + 1 : -1 }
    queue.removeAll(keepingCapacity: true)
    for place in 0..<ids.count - 1 { enqueue(place, place + 1, table) }
    while let top = dequeue() {
      let place = Int(top.place)
      if lengths[place] == 0 || next[place] < 0 { continue }
      let right = Int(next[place])
      let current = table[ids[place], ids[right]]
      let id = TokenID(truncatingIfNeeded: top.merge & 0xFFFF_FFFF)
      if current.value == PairTable.Merge.none.value || current.id != id { continue }
      ids[place] = id
      lengths[place] += lengths[right]
      lengths[right] = 0
      next[place] = next[right]
      if next[right] >= 0 { previous[Int(next[right])] = Int32(place) }
      if previous[place] >= 0 { enqueue(Int(previous[place]), place, table) }
      if next[place] >= 0 { enqueue(place, Int(next[place]), table) }
    }
  }

  private mutating func enqueue(_ left: Int, _ right: Int, _ table: PairTable) {
    let merge = table[ids[left], ids[right]]
    if merge.value == PairTable.Merge.none.value { return }
    queue.append(QueuedMerge(merge: merge.value, place: Int32(left)))
    var child = queue.count - 1
    while child > 0, case let parent = (child - 1) / 2, queue[child] < queue[parent] {
      queue.swapAt(child, parent)
      child = parent
    }
  }

  private mutating func dequeue() -> QueuedMerge? {
    guard let last = queue.popLast() else { return nil }
    guard let top = queue.first else { return last }
    queue[0] = last
    var parent = 0
    while true {
      var child = parent * 2 + 1
      if child >= queue.count { break }
      if child + 1 < queue.count, queue[child + 1] < queue[child] { child += 1 }
      guard queue[child] < queue[parent] else { break }
      queue.swapAt(child, parent)
      parent = child
    }
    return top
  }
}
