/// The words of a corpus as symbols, which merging makes fewer.
struct WordSymbols {
  /// The symbols' ids, word after word.
  private var ids: [Int32] = []
  /// How many characters each symbol was made of.
  private var lengths: [Int32] = []
  /// Where each word starts, and how many symbols it has left.
  private var starts: [Int] = []
  private var sizes: [Int32] = []
  /// How often each word is there.
  private var counts: [Int] = []

  /// Appends a word that is there so many times.
  mutating func append(_ word: [Int32], count: Int) {
    starts.append(ids.count)
    sizes.append(Int32(word.count))
    counts.append(count)
    ids.append(contentsOf: word)
    lengths.append(contentsOf: repeatElement(1, count: word.count))
  }

  /// Counts the pairs of neighbours of all words.
  func count(into pairs: inout PairCounts) {
    for word in starts.indices where sizes[word] > 1 {
      let start = starts[word]
      for place in start..<start + Int(sizes[word]) - 1 {
        pairs.add(ids[place], ids[place + 1], counts[word], in: Int32(word))
      }
    }
  }

  /// Replaces a pair in a word from the left, and counts what its neighbours lose and gain.
  ///
  /// The pair's own count stays: it is not looked at again, unless another merge brings it back.
  /// A neighbour gains a pair only where both are shorter than `longest` characters together.
  mutating func merge(
    _ left: Int32, _ right: Int32, into id: Int32, in word: Int32, longest: Int,
    _ pairs: inout PairCounts
  ) {
    let start = starts[Int(word)]
    let end = start + Int(sizes[Int(word)])
    let count = counts[Int(word)]
    var (source, target) = (start, start)
    while source < end {
      guard ids[source] == left, source + 1 < end, ids[source + 1] == right else {
        ids[target] = ids[source]
        lengths[target] = lengths[source]
        (source, target) = (source + 1, target + 1)
        continue
      }
      let length = lengths[source] + lengths[source + 1]
      if target > start {
        pairs.remove(ids[target - 1], left, count)
        if Int(lengths[target - 1] + length) < longest {
          pairs.add(ids[target - 1], id, count, in: word)
        }
      }
      if source + 2 < end {
        pairs.remove(right, ids[source + 2], count)
        if Int(lengths[source + 2] + length) < longest {
          pairs.add(id, ids[source + 2], count, in: word)
        }
      }
      ids[target] = id
      lengths[target] = length
      (source, target) = (source + 2, target + 1)
    }
    sizes[Int(word)] = Int32(target - start)
  }
}
