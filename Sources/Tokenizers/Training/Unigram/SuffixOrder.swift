/// The places of a text's characters, in the order of what stands there: a suffix array that looks
/// no further than a word's end and a depth beyond which nothing is asked.
///
/// Bentley and Sedgewick, "Fast algorithms for sorting and searching strings" (1997): quicksort by
/// three-way partition, here by three symbols at a time.
struct SuffixOrder {
  /// A place and the three symbols that are compared there next.
  private struct Suffix {
    var key: UInt64
    var place: Int32
  }

  private let text: WordText
  /// How many symbols are compared.
  private let depth: Int
  private var suffixes: [Suffix] = []

  private static let bits: UInt64 = 21
  private static let lastSymbol: UInt64 = 1 << bits - 1
  /// Symbols that a key holds.
  private static let stride = 3
  /// Stretches of so few are sorted by insertion.
  private static let few = 12

  /// Sorts the places of a text by so many symbols.
  init(_ text: WordText, depth: Int) {
    self.text = text
    self.depth = depth
    suffixes.reserveCapacity(text.symbols.count)
    for place in text.symbols.indices where text.symbols[place] != WordText.end {
      suffixes.append(Suffix(key: key(place), place: Int32(place)))
    }
    sort()
  }

  /// The number of places.
  var count: Int { suffixes.count }

  /// The place that comes at an index.
  subscript(index: Int) -> Int { Int(suffixes[index].place) }

  /// The next three symbols; those behind a word's end count as ends.
  @inline(__always)
  private func key(_ place: Int) -> UInt64 {
    var key = UInt64(text.symbols[place])
    if key == 0 { return 0 }
    let second = UInt64(text.symbols[place + 1])
    key = key << Self.bits | second
    return key << Self.bits | (second == 0 ? 0 : UInt64(text.symbols[place + 2]))
  }

  /// A stretch to sort whose suffixes agree before a depth, for which their keys are.
  private struct Task {
    var range: Range<Int>
    var depth: Int
  }

  /// Tasks are a list, not calls, so that no text can exhaust the stack.
  private mutating func sort() {
    var tasks = [Task(range: suffixes.indices, depth: 0)]
    while let task = tasks.popLast() {
      guard task.range.count > Self.few else {
        sortByInsertion(task)
        continue
      }
      let pivot = pivot(task.range)
      let equal = partition(task.range, pivot)
      tasks.append(Task(range: task.range.lowerBound..<equal.lowerBound, depth: task.depth))
      tasks.append(Task(range: equal.upperBound..<task.range.upperBound, depth: task.depth))
      let next = task.depth + Self.stride
      if pivot & Self.lastSymbol == 0 || next >= depth { continue }
      for index in equal { suffixes[index].key = key(Int(suffixes[index].place) + next) }
      tasks.append(Task(range: equal, depth: next))
    }
  }

  /// The middle one of three keys.
  private func pivot(_ range: Range<Int>) -> UInt64 {
    let first = suffixes[range.lowerBound].key
    let middle = suffixes[(range.lowerBound + range.upperBound) / 2].key
    let last = suffixes[range.upperBound - 1].key
    return max(min(first, middle), min(max(first, middle), last))
  }

  /// Puts smaller keys before the pivot's and greater ones behind; gives back where equal ones lie.
  private mutating func partition(_ range: Range<Int>, _ pivot: UInt64) -> Range<Int> {
    var (lower, index, upper) = (range.lowerBound, range.lowerBound, range.upperBound)
    while index < upper {
      let key = suffixes[index].key
      if key < pivot {
        suffixes.swapAt(lower, index)
        (lower, index) = (lower + 1, index + 1)
      } else if key > pivot {
        upper -= 1
        suffixes.swapAt(index, upper)
      } else {
        index += 1
      }
    }
    return lower..<upper
  }

  private mutating func sortByInsertion(_ task: Task) {
    for index in task.range.dropFirst() {
      let suffix = suffixes[index]
      var hole = index
      while hole > task.range.lowerBound, precedes(suffix, suffixes[hole - 1], task.depth) {
        suffixes[hole] = suffixes[hole - 1]
        hole -= 1
      }
      suffixes[hole] = suffix
    }
  }

  private func precedes(_ one: Suffix, _ other: Suffix, _ depth: Int) -> Bool {
    var (first, second) = (one.key, other.key)
    var offset = depth + Self.stride
    while first == second, first & Self.lastSymbol != 0, offset < self.depth {
      first = key(Int(one.place) + offset)
      second = key(Int(other.place) + offset)
      offset += Self.stride
    }
    return first < second
  }
}
