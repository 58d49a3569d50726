/// The substrings of words that are there at least twice and are followed by different characters,
/// a word's end being one: every other substring occurs only as a part of one of them.
///
/// They are the inner nodes of the suffix tree, found as the intervals of a suffix array that
/// agree in more characters than those around. Abouelhoda, Kurtz and Ohlebusch, "Replacing suffix
/// trees with enhanced suffix arrays" (2004).
struct RepeatedSubstrings {
  /// A substring: which suffixes start with it, and how many characters it has.
  struct Substring {
    let suffixes: Range<Int>
    let length: Int

    /// How much of the words it makes up: what seeds are chosen by.
    var score: Int { suffixes.count * length }
  }

  /// The suffixes in the order that ``Substring/suffixes`` counts in.
  let order: SuffixOrder
  private let text: WordText
  private let longest: Int

  /// Looks for substrings of so many characters at most.
  init(_ text: WordText, longest: Int) {
    self.text = text
    self.longest = longest
    order = SuffixOrder(text, depth: longest + 1)
  }

  /// So many of them with the highest scores, the best first.
  func best(_ count: Int) -> [Substring] {
    var found: [Substring] = []
    forEach { found.append($0) }
    // Whole numbers sort faster than what they stand for.
    var keys = found.indices.map { index in
      UInt64(min(found[index].score, Int(UInt32.max))) << 32 | UInt64(index)
    }
    keys.sort()
    return keys.suffix(max(0, count)).reversed().map { found[Int($0 & 0xFFFF_FFFF)] }
  }

  /// Hands out the substrings of two characters and more.
  private func forEach(_ body: (Substring) -> Void) {
    // Intervals that are not closed yet, each inside the one before.
    var open: [(start: Int, length: Int)] = [(0, 0)]
    for index in stride(from: 1, through: order.count, by: 1) {
      let length = index < order.count ? commonLength(order[index - 1], order[index]) : 0
      var start = index - 1
      while let last = open.last, last.length > length {
        open.removeLast()
        start = last.start
        if last.length > 1, last.length <= longest {
          body(Substring(suffixes: start..<index, length: last.length))
        }
      }
      if let last = open.last, last.length < length { open.append((start, length)) }
    }
  }

  /// How many characters two places share; more than the longest where both words end there.
  private func commonLength(_ one: Int, _ other: Int) -> Int {
    var length = 0
    while length <= longest {
      let symbol = text.symbols[one + length]
      if symbol != text.symbols[other + length] { return length }
      if symbol == WordText.end { break }
      length += 1
    }
    return longest + 1
  }
}
