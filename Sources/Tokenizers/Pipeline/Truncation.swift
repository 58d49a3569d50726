/// Which tokens of a text, or of a pair of texts, are kept under a maximum length.
struct Truncation {
  let options: EncodingOptions

  /// The kept part of each text and how many tokens are lost; `special` tokens need room as well.
  func kept(_ texts: [Range<Int>], special: Int) throws(TokenizersError) -> ([Range<Int>], Int) {
    guard let maximum = options.maximumLength else { return (texts, 0) }
    let total = texts.reduce(0) { $0 + $1.count }
    let surplus = total + special - maximum
    if surplus <= 0 { return (texts, 0) }
    let room = maximum - special
    guard room >= 0 else {
      throw failure(
        "a maximum length of \(maximum) has no room for the \(special) special tokens", total,
        special)
    }
    let lengths = try lengths(texts.map(\.count), room, surplus, total, special)
    let kept = zip(texts, lengths).map { range, length in
      options.direction == .right ? range.prefix(length) : range.suffix(length)
    }
    return (kept, surplus)
  }

  private func lengths(
    _ counts: [Int], _ room: Int, _ surplus: Int, _ total: Int, _ special: Int
  ) throws(TokenizersError) -> [Int] {
    switch options.truncation {
    case .none:
      throw failure("truncation is off", total, special)
    case .longestFirst:
      guard counts.count == 2 else { return [room] }
      let shorter = min(counts[0], counts[1])
      if shorter + max(shorter, room - shorter) <= room {
        // The longer text alone gives way.
        return counts[0] <= counts[1] ? [shorter, room - shorter] : [room - shorter, shorter]
      }
      let half = room / 2
      return counts[0] <= counts[1] ? [half, room - half] : [room - half, half]
    case .onlyFirst, .onlySecond:
      let index = options.truncation == .onlyFirst ? 0 : 1
      guard index < counts.count else {
        throw failure("only the second text may be cut and there is none", total, special)
      }
      guard counts[index] > surplus else {
        let which = index == 0 ? "first" : "second"
        throw failure(
          "only the \(which) text may be cut and its \(counts[index]) tokens are too few", total,
          special)
      }
      var result = counts
      result[index] -= surplus
      return result
    }
  }

  private func failure(_ why: String, _ total: Int, _ special: Int) -> TokenizersError {
    let maximum = options.maximumLength ?? 0
    return TokenizersError(
      .truncation,
      """
      The text has \(total + special) tokens with its special ones, more than the maximum length \
      of \(maximum), and cannot be cut: \(why). Raise the maximum length, or choose another \
      truncation strategy.
      """)
  }
}
