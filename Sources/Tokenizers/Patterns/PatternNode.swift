/// A pattern as a tree.
indirect enum PatternNode: Sendable, Equatable {
  /// Matches without taking anything.
  case empty
  /// One scalar of a class.
  case set(CharacterClass)
  case sequence([PatternNode])
  /// The first that lets the whole match counts.
  case alternation([PatternNode])
  case repetition(PatternNode, minimum: Int, maximum: Int?, Greed)
  /// Once matched, is not tried otherwise.
  case atomic(PatternNode)
  /// Whether a pattern matches from here on, or fails to.
  case lookahead(PatternNode, isNegative: Bool)
  /// Whether a pattern of so many scalars matches up to here, or fails to.
  case lookbehind(PatternNode, scalars: Int, isNegative: Bool)
  case assertion(Assertion)

  /// How a repetition chooses between more and less.
  enum Greed: Sendable {
    /// As often as possible, then less.
    case greedy
    /// As rarely as possible, then more.
    case lazy
    /// As often as possible, and no less.
    case possessive
  }

  /// A condition on a place that takes nothing.
  enum Assertion: Sendable {
    case lineStart, lineEnd, textStart, textEnd, textEndBeforeNewline
    case wordBoundary, noWordBoundary
  }

  /// Whether the pattern can match without taking anything.
  var canBeEmpty: Bool {
    switch self {
    case .empty, .lookahead, .lookbehind, .assertion: true
    case .set: false
    case .sequence(let nodes): nodes.allSatisfy(\.canBeEmpty)
    case .alternation(let nodes): nodes.contains(where: \.canBeEmpty)
    case .repetition(let node, let minimum, _, _): minimum == 0 || node.canBeEmpty
    case .atomic(let node): node.canBeEmpty
    }
  }

  /// The number of scalars that every match takes; nil if that varies.
  var fixedLength: Int? {
    switch self {
    case .empty, .lookahead, .lookbehind, .assertion: return 0
    case .set: return 1
    case .atomic(let node): return node.fixedLength
    case .sequence(let nodes):
      return nodes.reduce(0) { sum, node in
        sum.flatMap { sum in node.fixedLength.map { sum + $0 } }
      }
    case .alternation(let nodes):
      let lengths = nodes.map(\.fixedLength)
      return lengths.allSatisfy { $0 == lengths.first } ? lengths.first ?? nil : nil
    case .repetition(let node, let minimum, let maximum, _):
      return minimum == maximum ? node.fixedLength.map { $0 * minimum } : nil
    }
  }

  /// What a match can begin with.
  struct Beginning {
    /// By byte, of ASCII.
    var ascii = [Bool](repeating: false, count: 128)
    /// Whether a match can begin with a scalar beyond ASCII.
    var others = false
    /// Whether a match can take nothing.
    var empty = false

    mutating func formUnion(_ other: Beginning) {
      for byte in 0..<128 where other.ascii[byte] { ascii[byte] = true }
      others = others || other.others
    }
  }

  var beginning: Beginning {
    var result = Beginning()
    switch self {
    case .empty, .lookahead, .lookbehind, .assertion: result.empty = true
    case .set(let set):
      for byte in 0..<UInt32(128) where set.contains(byte) { result.ascii[Int(byte)] = true }
      result.others = set.onlyScalar.map { $0 >= 0x80 } ?? true
    case .sequence(let nodes):
      result.empty = true
      for node in nodes {
        let next = node.beginning
        result.formUnion(next)
        guard next.empty else {
          result.empty = false
          break
        }
      }
    case .alternation(let nodes):
      for node in nodes {
        let next = node.beginning
        result.formUnion(next)
        result.empty = result.empty || next.empty
      }
    case .repetition(let node, let minimum, _, _):
      result = node.beginning
      result.empty = result.empty || minimum == 0
    case .atomic(let node): result = node.beginning
    }
    return result
  }
}
