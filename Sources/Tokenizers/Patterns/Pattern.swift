/// A regular expression over UTF-8, with the matches that Oniguruma finds: from the left, at each
/// place the first alternative that fits.
struct Pattern: Sendable {
  /// The pattern as it was written.
  let source: String
  private let program: PatternProgram

  /// A pattern that matches a text as it stands.
  init(literal text: String) throws(PatternError) {
    source = text
    program = try PatternProgram(
      .sequence(text.unicodeScalars.map { .set(.scalar($0.value)) }))
  }

  /// Reads a pattern; the error says what is not supported.
  init(_ source: String) throws(PatternError) {
    self.source = source
    program = try PatternProgram(try PatternParser.parse(source))
  }

  /// A place to go back to: an instruction, a position, and how far the position may shrink.
  fileprivate struct Choice {
    let instruction: Int
    let position: Int
    let floor: Int
  }

  /// Memory that matching uses again and again.
  struct Scratch {
    fileprivate var choices: [Choice] = []
  }

  /// Calls `action` with each match in a part of a text, which is seen as if it were the whole.
  ///
  /// An empty match right after another match does not count.
  func forEachMatch(
    in text: Span<UInt8>, _ bounds: Range<Int>, _ scratch: inout Scratch,
    _ action: (Range<Int>) -> Void
  ) {
    if bounds.isEmpty { return }
    var position = bounds.lowerBound
    var last = -1
    while position <= bounds.upperBound {
      let end = match(text, bounds, at: position, &scratch)
      if end < 0 || end == position && end == last {
        if position == bounds.upperBound { return }
        position = text.scalar(at: position).end
        continue
      }
      action(position..<end)
      last = end
      position = end
    }
  }

  /// The end of the match that starts at a position; -1 for none.
  @inline(__always)
  private func match(
    _ text: Span<UInt8>, _ bounds: Range<Int>, at position: Int, _ scratch: inout Scratch
  ) -> Int {
    let first = position < bounds.upperBound ? Int(text[position]) : 256
    var candidates = program.candidates[first]
    while candidates != 0 {
      let start = program.starts[candidates.trailingZeroBitCount]
      let end = run(text, bounds, from: start, at: position, &scratch)
      if end >= 0 { return end }
      candidates &= candidates - 1
    }
    return -1
  }

  /// Runs instructions up to the next `accept` and gives the position there; -1 if none leads to it.
  private func run(
    _ text: Span<UInt8>, _ bounds: Range<Int>, from start: Int, at place: Int,
    _ scratch: inout Scratch
  ) -> Int {
    let base = scratch.choices.count
    defer { scratch.choices.removeLast(scratch.choices.count - base) }
    let upper = bounds.upperBound
    var instruction = start
    var position = place
    while true {
      var next = instruction + 1
      switch program.instructions[instruction] {
      case .byte(let byte):
        if position < upper, text[position] == byte { position += 1 } else { next = -1 }
      case .set(let set):
        let end = position < upper ? end(of: program.classes[set], set, text, position) : -1
        if end < 0 { next = -1 } else { position = end }
      case .loop(let set, let minimum, let maximum):
        let (floor, end) = take(text, upper, position, set, minimum, maximum)
        if end < 0 {
          next = -1
        } else {
          if end > floor {
            scratch.choices.append(Choice(instruction: next, position: end, floor: floor))
          }
          position = end
        }
      case .possessiveLoop(let set, let minimum, let maximum):
        let end = take(text, upper, position, set, minimum, maximum).end
        if end < 0 { next = -1 } else { position = end }
      case .split(let first, let second):
        scratch.choices.append(Choice(instruction: second, position: position, floor: -1))
        next = first
      case .jump(let target): next = target
      case .lookahead(let target, let isNegative):
        let end = run(text, bounds, from: next, at: position, &scratch)
        next = (end >= 0) == isNegative ? -1 : target
      case .lookbehind(let target, let scalars, let isNegative):
        let from = Self.position(text, bounds, position, back: scalars)
        let end = from < 0 ? -1 : run(text, bounds, from: next, at: from, &scratch)
        next = (end >= 0) == isNegative ? -1 : target
      case .atomic(let target):
        position = run(text, bounds, from: next, at: position, &scratch)
        next = position < 0 ? -1 : target
      case .assertion(let assertion):
        if !Self.holds(assertion, text, bounds, position) { next = -1 }
      case .accept: return position
      }
      if next >= 0 {
        instruction = next
        continue
      }
      guard scratch.choices.count > base, let choice = scratch.choices.popLast() else { return -1 }
      instruction = choice.instruction
      position = choice.position
      if choice.floor >= 0 {
        position -= 1
        while text[position] & 0xC0 == 0x80 { position -= 1 }
        if position > choice.floor {
          scratch.choices.append(
            Choice(instruction: instruction, position: position, floor: choice.floor))
        }
      }
    }
  }

  /// The end of the scalar at a position if it is a member of a class; -1 otherwise.
  @inline(__always)
  private func end(
    of members: CompiledClass, _ set: Int, _ text: Span<UInt8>, _ position: Int
  ) -> Int {
    let byte = text[position]
    if byte < 0x80 { return members.containsASCII(byte) ? position + 1 : -1 }
    let (scalar, end) = text.scalar(at: position)
    let isMember =
      members.isSimple
      ? members.containsCell(CharacterTable.shared[scalar]) : program.sources[set].contains(scalar)
    return isMember ? end : -1
  }

  /// How far scalars of a class reach, at most so many, and where the fewest end; -1 for too few.
  @inline(__always)
  private func take(
    _ text: Span<UInt8>, _ upper: Int, _ start: Int, _ set: Int, _ minimum: Int, _ maximum: Int
  ) -> (floor: Int, end: Int) {
    let members = program.classes[set]
    var position = start
    var floor = minimum == 0 ? start : -1
    var count = 0
    while count < maximum, position < upper {
      let end = end(of: members, set, text, position)
      if end < 0 { break }
      position = end
      count += 1
      if count == minimum { floor = position }
    }
    return (floor, floor < 0 ? -1 : position)
  }

  /// The position so many scalars before another; -1 if the text starts after it.
  private static func position(
    _ text: Span<UInt8>, _ bounds: Range<Int>, _ start: Int, back scalars: Int
  ) -> Int {
    var position = start
    for _ in 0..<scalars {
      if position <= bounds.lowerBound { return -1 }
      position -= 1
      while text[position] & 0xC0 == 0x80 { position -= 1 }
    }
    return position
  }

  private static func holds(
    _ assertion: PatternNode.Assertion, _ text: Span<UInt8>, _ bounds: Range<Int>, _ position: Int
  ) -> Bool {
    let (lower, upper) = (bounds.lowerBound, bounds.upperBound)
    switch assertion {
    // As Oniguruma has it, no line starts after a line feed that ends the text.
    case .lineStart:
      return position == lower || text[position - 1] == 0x0A && position < upper
    case .lineEnd: return position == upper || text[position] == 0x0A
    case .textStart: return position == lower
    case .textEnd: return position == upper
    case .textEndBeforeNewline:
      return position == upper || position == upper - 1 && text[position] == 0x0A
    case .wordBoundary: return isWordBoundary(text, bounds, position)
    case .noWordBoundary: return !isWordBoundary(text, bounds, position)
    }
  }

  private static func isWordBoundary(
    _ text: Span<UInt8>, _ bounds: Range<Int>, _ place: Int
  ) -> Bool {
    func isWord(_ position: Int) -> Bool {
      CharacterClass.word.contains(text.scalar(at: position).scalar)
    }
    let before = position(text, bounds, place, back: 1)
    return (before >= 0 && isWord(before)) != (place < bounds.upperBound && isWord(place))
  }
}
