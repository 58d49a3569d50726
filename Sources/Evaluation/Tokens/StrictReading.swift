/// seqeval's strict reading: an entity is a start, what may lie inside, and an end, as the scheme's
/// table has them; anything else marks nothing.
struct StrictReading {
  private struct Word {
    let role: TagRole
    let type: String
  }

  private let scheme: TagScheme
  private let words: [Word]

  init(_ tags: [ParsedTag], _ scheme: TagScheme) throws(EvaluationError) {
    self.scheme = scheme
    var words: [Word] = []
    words.reserveCapacity(tags.count + 1)
    for (place, tag) in tags.enumerated() {
      guard let role = scheme.role(of: tag) else {
        throw EvaluationError(
          .invalidTag,
          "the tag '\(tag.text)' of word \(place + 1) is none of the scheme \(scheme.title), whose"
            + " letters are \(scheme.letters.map { "\($0)" }.joined(separator: ", ")) and O")
      }
      words.append(Word(role: role, type: tag.strictType))
    }
    words.append(Word(role: .outside, type: "_"))
    self.words = words
  }

  var entities: [EntitySpan] {
    var found: [EntitySpan] = []
    var previous = Word(role: .outside, type: "_")
    var place = 0
    while place < words.count {
      var end = place + 1
      if starts(words[place], after: previous) {
        while end < words.count, continues(words[end], after: words[end - 1]) { end += 1 }
        if end < words.count, ends(words[end - 1], before: words[end]) {
          found.append(EntitySpan(type: words[place].type, words: place..<end))
        }
      }
      previous = words[end - 1]
      place = end
    }
    return found
  }

  private func starts(_ word: Word, after previous: Word) -> Bool {
    let same = word.type == previous.type
    switch (scheme, previous.role, word.role) {
    case (.iob2, _, .begin): return true
    case (.iob1, .outside, .inside), (.iob1, .begin, .inside): return true
    case (.iob1, .inside, .inside): return !same
    case (.iob1, .inside, .begin), (.iob1, .begin, .begin): return same
    case (.ioe1, .outside, .inside), (.ioe1, .end, .inside): return true
    case (.ioe1, .inside, .inside): return !same
    case (.ioe1, .end, .end): return same
    case (.ioe2, .outside, .inside), (.ioe2, .outside, .end): return true
    case (.ioe2, .end, .inside), (.ioe2, .end, .end): return true
    case (.ioe2, .inside, .inside), (.ioe2, .inside, .end): return !same
    case (.iobes, _, .begin), (.bilou, _, .begin), (.bmes, _, .begin): return true
    case (.iobes, _, .single), (.bilou, _, .single), (.bmes, _, .single): return true
    default: return false
    }
  }

  private func continues(_ word: Word, after previous: Word) -> Bool {
    guard word.type == previous.type else { return false }
    switch (scheme, previous.role, word.role) {
    case (.iob1, .begin, .inside), (.iob2, .begin, .inside): return true
    case (_, .inside, .inside): return true
    case (.ioe1, .inside, .end), (.ioe2, .inside, .end): return true
    case (.iobes, .begin, .inside), (.bilou, .begin, .inside), (.bmes, .begin, .inside): return true
    case (.iobes, .begin, .end), (.bilou, .begin, .end), (.bmes, .begin, .end): return true
    case (.iobes, .inside, .end), (.bilou, .inside, .end), (.bmes, .inside, .end): return true
    default: return false
    }
  }

  private func ends(_ word: Word, before next: Word) -> Bool {
    let same = word.type == next.type
    switch (scheme, word.role, next.role) {
    case (.iob1, .inside, .inside), (.iob1, .begin, .inside): return !same
    case (.iob1, .inside, _), (.iob1, .begin, .outside): return true
    case (.iob1, .begin, .begin): return same
    case (.iob2, .inside, .inside), (.iob2, .begin, .inside): return !same
    case (.iob2, .inside, _), (.iob2, .begin, _): return true
    case (.ioe1, .inside, .inside), (.ioe1, .inside, .end): return !same
    case (.ioe1, .inside, .outside): return true
    case (.ioe1, .end, .inside), (.ioe1, .end, .end): return same
    case (.ioe2, .end, _): return true
    case (.iobes, .end, _), (.bilou, .end, _), (.bmes, .end, _): return true
    case (.iobes, .single, _), (.bilou, .single, _), (.bmes, .single, _): return true
    default: return false
    }
  }
}
