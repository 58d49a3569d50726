/// Sequences in groups that are computed one after another, so that a row of any number of windows
/// needs no more memory than a few of them.
struct SequenceChunks {
  /// The most tokens of a group; a longer sequence is a group of its own.
  static let tokens = 8192

  /// The places of each group's sequences, in order.
  static func of(_ lengths: [Int], tokens limit: Int = SequenceChunks.tokens) -> [Range<Int>] {
    var groups: [Range<Int>] = []
    var start = 0
    var sum = 0
    for (place, length) in lengths.enumerated() {
      if place > start, sum + length > limit {
        groups.append(start..<place)
        (start, sum) = (place, 0)
      }
      sum += length
    }
    if start < lengths.count { groups.append(start..<lengths.count) }
    return groups
  }
}
