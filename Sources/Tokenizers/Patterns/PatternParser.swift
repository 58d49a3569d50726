/// What is wrong with a pattern, as the end of a sentence.
struct PatternError: Error {
  let description: String
}

/// Reads a pattern in the syntax of Oniguruma (Ruby's), as far as tokenisers use it.
///
/// What is not supported is refused by name: back references, named calls, extended patterns and
/// whatever else is rare.
struct PatternParser {
  private let scalars: [UInt32]
  private var position = 0
  private var ignoresCase = false
  private var dotMatchesNewline = false
  private var depth = 0

  /// The tree of a whole pattern.
  static func parse(_ pattern: String) throws(PatternError) -> PatternNode {
    var parser = PatternParser(scalars: pattern.unicodeScalars.map(\.value))
    let node = try parser.alternation()
    guard parser.position == parser.scalars.count else {
      throw PatternError(description: "a closing parenthesis has no partner")
    }
    return node
  }

  private init(scalars: [UInt32]) {
    self.scalars = scalars
  }

  // MARK: Structure

  private mutating func alternation() throws(PatternError) -> PatternNode {
    depth += 1
    defer { depth -= 1 }
    guard depth < 100 else { throw PatternError(description: "groups are nested too deeply") }
    // Options that are set within a group end with it.
    let (wasIgnoringCase, wasDot) = (ignoresCase, dotMatchesNewline)
    defer { (ignoresCase, dotMatchesNewline) = (wasIgnoringCase, wasDot) }
    var branches = [try sequence()]
    while take("|") { branches.append(try sequence()) }
    return branches.count == 1 ? branches[0] : .alternation(branches)
  }

  private mutating func sequence() throws(PatternError) -> PatternNode {
    var nodes: [PatternNode] = []
    var lastLiteral: UInt32?
    while let scalar = peek, scalar != UInt32(ascii: "|"), scalar != UInt32(ascii: ")") {
      let atom = try atom()
      if ignoresCase { try refuseFolding(lastLiteral, before: atom) }
      lastLiteral = Self.literal(atom)
      nodes.append(try quantified(atom))
    }
    return nodes.count == 1 ? nodes[0] : nodes.isEmpty ? .empty : .sequence(nodes)
  }

  /// Without regard to case, some pairs of letters also match one ligature; that is not supported.
  private func refuseFolding(
    _ last: UInt32?, before atom: PatternNode
  ) throws(PatternError) {
    guard let last, let next = Self.literal(atom) else { return }
    let pair = String(String.UnicodeScalarView([last, next].compactMap(Unicode.Scalar.init)))
    if ["ss", "ff", "fi", "fl", "st"].contains(pair) {
      throw PatternError(description: "\"\(pair)\" without regard to case is not supported")
    }
  }

  private static func literal(_ node: PatternNode) -> UInt32? {
    guard case .set(let set) = node else { return nil }
    return set.ranges.first?.lowerBound
  }

  private mutating func quantified(_ atom: PatternNode) throws(PatternError) -> PatternNode {
    var node = atom
    while let (minimum, maximum, isInterval) = try quantifier() {
      var greed = PatternNode.Greed.greedy
      if take("?") {
        greed = .lazy
        if isInterval, minimum == maximum {
          throw PatternError(description: "\"?\" after an exact number is not supported")
        }
      } else if !isInterval, take("+") {
        // After an interval, a plus repeats once more.
        greed = .possessive
      }
      if maximum == nil, node.canBeEmpty {
        throw PatternError(
          description: "an endless repetition of something that can be empty is not supported")
      }
      guard minimum <= 256, maximum ?? 0 <= 256 else {
        throw PatternError(description: "more than 256 repetitions are not supported")
      }
      node = .repetition(node, minimum: minimum, maximum: maximum, greed)
    }
    return node
  }

  /// The next quantifier, if there is one.
  private mutating func quantifier() throws(PatternError) -> (Int, Int?, isInterval: Bool)? {
    if take("*") { return (0, nil, false) }
    if take("+") { return (1, nil, false) }
    if take("?") { return (0, 1, false) }
    guard peek == UInt32(ascii: "{") else { return nil }
    // Braces that hold no interval stand for themselves.
    let start = position
    position += 1
    let minimum = number()
    var maximum = minimum
    let isOpen = take(",")
    if isOpen { maximum = number() }
    guard take("}"), minimum != nil || maximum != nil else {
      position = start
      return nil
    }
    if let minimum, let maximum, minimum > maximum {
      throw PatternError(description: "an interval runs backwards")
    }
    return (minimum ?? 0, maximum, true)
  }

  private mutating func number() -> Int? {
    var value: Int?
    while let scalar = peek, (0x30...0x39).contains(scalar), value ?? 0 < 100_000 {
      value = (value ?? 0) * 10 + Int(scalar - 0x30)
      position += 1
    }
    return value
  }

  // MARK: Atoms

  private mutating func atom() throws(PatternError) -> PatternNode {
    guard let scalar = peek else { return .empty }
    switch Unicode.Scalar(scalar) {
    case "(": return try group()
    case "[":
      position += 1
      return .set(try characterClass())
    case ".":
      position += 1
      return .set(dotMatchesNewline ? .everything : CharacterClass.scalar(0x0A).negated)
    case "^":
      position += 1
      return .assertion(.lineStart)
    case "$":
      position += 1
      return .assertion(.lineEnd)
    case "*", "+", "?":
      throw PatternError(description: "a quantifier has nothing to repeat")
    case "\\":
      position += 1
      return try escape()
    default:
      position += 1
      return .set(try folded(.scalar(scalar)))
    }
  }

  private mutating func escape() throws(PatternError) -> PatternNode {
    switch peek.flatMap(Unicode.Scalar.init) {
    case "b": return assertion(.wordBoundary)
    case "B": return assertion(.noWordBoundary)
    case "A": return assertion(.textStart)
    case "z": return assertion(.textEnd)
    case "Z": return assertion(.textEndBeforeNewline)
    default: return .set(try folded(try escapedClass()))
    }
  }

  private mutating func assertion(_ assertion: PatternNode.Assertion) -> PatternNode {
    position += 1
    return .assertion(assertion)
  }

  private mutating func group() throws(PatternError) -> PatternNode {
    position += 1
    let node: PatternNode
    if take("?:") {
      node = try alternation()
    } else if take("?>") {
      node = .atomic(try alternation())
    } else if take("?=") {
      node = .lookahead(try alternation(), isNegative: false)
    } else if take("?!") {
      node = .lookahead(try alternation(), isNegative: true)
    } else if take("?<=") {
      node = try lookbehind(isNegative: false)
    } else if take("?<!") {
      node = try lookbehind(isNegative: true)
    } else if take("?<") {
      // Names only matter to references, which there are none.
      while try next() != UInt32(ascii: ">") {}
      node = try alternation()
    } else if take("?") {
      node = try options()
    } else {
      node = try alternation()
    }
    guard take(")") else { throw PatternError(description: "a group has no end") }
    return node
  }

  private mutating func lookbehind(isNegative: Bool) throws(PatternError) -> PatternNode {
    let node = try alternation()
    guard let length = node.fixedLength else {
      throw PatternError(description: "a look-behind of varying length is not supported")
    }
    return .lookbehind(node, scalars: length, isNegative: isNegative)
  }

  /// `(?i)` to the end of the group, `(?i:...)` for a group.
  private mutating func options() throws(PatternError) -> PatternNode {
    let (wasIgnoringCase, wasDot) = (ignoresCase, dotMatchesNewline)
    var value = true
    while let scalar = peek, scalar != UInt32(ascii: ":"), scalar != UInt32(ascii: ")") {
      switch Unicode.Scalar(scalar) {
      case "-": value = false
      case "i": ignoresCase = value
      case "m": dotMatchesNewline = value
      case let other:
        let name = other.map(String.init) ?? ""
        throw PatternError(description: "the group \"(?\(name)\" is not supported")
      }
      position += 1
    }
    guard take(":") else { return .empty }
    defer { (ignoresCase, dotMatchesNewline) = (wasIgnoringCase, wasDot) }
    return try alternation()
  }

  // MARK: Pieces

  var peek: UInt32? { position < scalars.count ? scalars[position] : nil }

  mutating func next() throws(PatternError) -> UInt32 {
    guard let scalar = peek else { throw PatternError(description: "it ends too early") }
    position += 1
    return scalar
  }

  mutating func take(_ text: StaticString) -> Bool {
    let expected = "\(text)".unicodeScalars.map(\.value)
    guard scalars[position...].starts(with: expected) else { return false }
    position += expected.count
    return true
  }

  /// A class, and where case does not matter the other cases of its members.
  func folded(_ set: CharacterClass) throws(PatternError) -> CharacterClass {
    ignoresCase ? try set.withAllCases() : set
  }
}
