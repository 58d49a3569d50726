/// What becomes of the delimiters when a text is split at them.
enum SplitBehavior: String, Sendable, CaseIterable {
  case removed = "Removed"
  /// Each is a word.
  case isolated = "Isolated"
  /// Each ends the word before it.
  case mergedWithPrevious = "MergedWithPrevious"
  /// Each starts the word after it.
  case mergedWithNext = "MergedWithNext"
  /// Neighbours are one word.
  case contiguous = "Contiguous"
}

/// Memory that splitting uses again and again.
struct SplitScratch {
  var pattern = Pattern.Scratch()
  fileprivate var matches: [Range<Int>] = []
  fileprivate var parts: [(range: Range<Int>, isDelimiter: Bool)] = []
}

extension SplitBehavior {
  /// Splits a word at the matches that `find` reports in order; inverted, at what lies between.
  func split(
    _ word: Range<Int>, isInverted: Bool, _ scratch: inout SplitScratch,
    into words: inout [Range<Int>],
    _ find: (_ scratch: inout Pattern.Scratch, _ report: (Range<Int>) -> Void) -> Void
  ) {
    var matches = scratch.matches
    matches.removeAll(keepingCapacity: true)
    find(&scratch.pattern) { matches.append($0) }
    scratch.matches = matches
    scratch.parts.removeAll(keepingCapacity: true)
    var position = word.lowerBound
    for match in matches {
      if position < match.lowerBound {
        scratch.parts.append((position..<match.lowerBound, isInverted))
      }
      scratch.parts.append((match, !isInverted))
      position = match.upperBound
    }
    if position < word.upperBound {
      scratch.parts.append((position..<word.upperBound, isInverted))
    }
    join(scratch.parts, into: &words)
  }

  private func join(
    _ parts: [(range: Range<Int>, isDelimiter: Bool)], into words: inout [Range<Int>]
  ) {
    let first = words.count
    switch self {
    case .isolated: for part in parts { words.append(part.range) }
    case .removed: for part in parts where !part.isDelimiter { words.append(part.range) }
    case .contiguous:
      var wasDelimiter = false
      for part in parts {
        if part.isDelimiter == wasDelimiter, words.count > first {
          words.extendLast(to: part.range.upperBound)
        } else {
          words.append(part.range)
        }
        wasDelimiter = part.isDelimiter
      }
    case .mergedWithPrevious:
      var wasDelimiter = false
      for part in parts {
        if part.isDelimiter, !wasDelimiter, words.count > first {
          words.extendLast(to: part.range.upperBound)
        } else {
          words.append(part.range)
        }
        wasDelimiter = part.isDelimiter
      }
    case .mergedWithNext:
      for (index, part) in parts.enumerated() {
        // A delimiter starts the word after it, unless that is a delimiter as well.
        let follows = index > 0 && parts[index - 1].isDelimiter && !part.isDelimiter
        if follows {
          words.extendLast(to: part.range.upperBound)
        } else {
          words.append(part.range)
        }
      }
    }
    words.removeEmpty(from: first)
  }
}

extension [Range<Int>] {
  fileprivate mutating func extendLast(to end: Int) {
    self[count - 1] = self[count - 1].lowerBound..<end
  }

  /// Empty words, which only patterns that match nothing make, do not count.
  fileprivate mutating func removeEmpty(from first: Int) {
    if self[first...].contains(where: \.isEmpty) {
      replaceSubrange(first..., with: self[first...].filter { !$0.isEmpty })
    }
  }
}
