/// A pattern as instructions for ``Pattern``'s matcher.
struct PatternProgram: Sendable {
  /// One step of a match; places are indices of instructions.
  enum Instruction: Sendable {
    /// Takes one byte of ASCII.
    case byte(UInt8)
    /// Takes one scalar of a class.
    case set(Int)
    /// Takes as many scalars of a class as there are, at most so many, and gives back one at a
    /// time down to the minimum.
    case loop(set: Int, minimum: Int, maximum: Int)
    /// Takes as many scalars of a class as there are and gives none back.
    case possessiveLoop(set: Int, minimum: Int, maximum: Int)
    /// Tries one place, then the other.
    case split(Int, Int)
    case jump(Int)
    /// Runs what follows as a match of its own, which the next `accept` ends; goes on at `next`.
    case lookahead(next: Int, isNegative: Bool)
    case lookbehind(next: Int, scalars: Int, isNegative: Bool)
    case atomic(next: Int)
    case assertion(PatternNode.Assertion)
    case accept
  }

  private(set) var instructions: [Instruction] = []
  private(set) var classes: [CompiledClass] = []
  /// The same classes as they were written.
  private(set) var sources: [CharacterClass] = []
  /// Where each alternative of the whole pattern starts.
  private(set) var starts: [Int] = []
  /// By first byte, bits of the alternatives that can match there; the last for the text's end.
  private(set) var candidates = [UInt64](repeating: 0, count: 257)

  init(_ node: PatternNode) throws(PatternError) {
    var branches = [node]
    if case .alternation(let nodes) = node { branches = nodes }
    guard branches.count <= 64 else {
      throw PatternError(description: "more than 64 alternatives are not supported")
    }
    for (index, branch) in branches.enumerated() {
      starts.append(instructions.count)
      try emit(branch)
      instructions.append(.accept)
      let beginning = branch.beginning
      for byte in 0..<257 {
        let isPossible =
          beginning.empty || (byte < 128 ? beginning.ascii[byte] : byte < 256 && beginning.others)
        if isPossible { candidates[byte] |= 1 << UInt64(index) }
      }
    }
  }

  private mutating func emit(_ node: PatternNode) throws(PatternError) {
    guard instructions.count < 20_000 else {
      throw PatternError(description: "it is too large")
    }
    switch node {
    case .empty: break
    case .set(let set):
      if let scalar = set.onlyScalar, scalar < 0x80 {
        instructions.append(.byte(UInt8(scalar)))
      } else {
        instructions.append(.set(index(of: set)))
      }
    case .sequence(let nodes): for node in nodes { try emit(node) }
    case .alternation(let nodes): try emitAlternation(nodes)
    case .repetition(let node, let minimum, let maximum, let greed):
      try emitRepetition(node, minimum, maximum, greed)
    case .atomic(let node):
      try emitNested(node) { .atomic(next: $0) }
    case .lookahead(let node, let isNegative):
      try emitNested(node) { .lookahead(next: $0, isNegative: isNegative) }
    case .lookbehind(let node, let scalars, let isNegative):
      try emitNested(node) { .lookbehind(next: $0, scalars: scalars, isNegative: isNegative) }
    case .assertion(let assertion): instructions.append(.assertion(assertion))
    }
  }

  private mutating func emitNested(
    _ node: PatternNode, _ instruction: (_ next: Int) -> Instruction
  ) throws(PatternError) {
    let place = instructions.count
    instructions.append(.accept)
    try emit(node)
    instructions.append(.accept)
    instructions[place] = instruction(instructions.count)
  }

  private mutating func emitAlternation(_ nodes: [PatternNode]) throws(PatternError) {
    var jumps: [Int] = []
    for node in nodes.dropLast() {
      let split = instructions.count
      instructions.append(.accept)
      try emit(node)
      jumps.append(instructions.count)
      instructions.append(.accept)
      instructions[split] = .split(split + 1, instructions.count)
    }
    if let last = nodes.last { try emit(last) }
    for jump in jumps { instructions[jump] = .jump(instructions.count) }
  }

  private mutating func emitRepetition(
    _ node: PatternNode, _ minimum: Int, _ maximum: Int?, _ greed: PatternNode.Greed
  ) throws(PatternError) {
    if case .set(let set) = node, greed != .lazy {
      let (set, maximum) = (index(of: set), maximum ?? .max)
      instructions.append(
        greed == .greedy
          ? .loop(set: set, minimum: minimum, maximum: maximum)
          : .possessiveLoop(set: set, minimum: minimum, maximum: maximum))
      return
    }
    if greed == .possessive {
      return try emit(
        .atomic(.repetition(node, minimum: minimum, maximum: maximum, .greedy)))
    }
    for _ in 0..<minimum { try emit(node) }
    func split(_ body: Int, _ rest: Int) -> Instruction {
      greed == .greedy ? .split(body, rest) : .split(rest, body)
    }
    guard let maximum else {
      let start = instructions.count
      instructions.append(.accept)
      try emit(node)
      instructions.append(.jump(start))
      instructions[start] = split(start + 1, instructions.count)
      return
    }
    var splits: [Int] = []
    for _ in minimum..<maximum {
      splits.append(instructions.count)
      instructions.append(.accept)
      try emit(node)
    }
    for place in splits { instructions[place] = split(place + 1, instructions.count) }
  }

  private mutating func index(of set: CharacterClass) -> Int {
    if let known = sources.firstIndex(of: set) { return known }
    classes.append(CompiledClass(set))
    sources.append(set)
    return classes.count - 1
  }
}
