/// Counts of words and entities, of one sentence or of all.
struct TokenSums: Sendable {
  var words = 0
  var rightWords = 0
  var strict = MatchCounts()
  var conlleval = MatchCounts()
  /// By type of entity, as seqeval's default mode reads them, or by tag.
  var classes: ClassCounts

  init(classes: Int) { self.classes = ClassCounts(classes: classes) }

  /// What a sentence contributes.
  struct Row {
    var words: Int
    var rightWords = 0
    var strict = MatchCounts()
    var conlleval = MatchCounts()
    var classes: [Int: MatchCounts] = [:]

    init(words: Int) { self.words = words }

    /// Eight sums, then four numbers for each class that occurs, in the order of the classes.
    var numbers: [Float] {
      var numbers = [words, rightWords]
      for counts in [strict, conlleval] {
        numbers += [counts.found, counts.predicted, counts.expected]
      }
      for (number, counts) in classes.sorted(by: { $0.key < $1.key }) {
        numbers += [number, counts.found, counts.predicted, counts.expected]
      }
      return numbers.map { Float($0) }
    }
  }

  mutating func add(_ row: [Float], times: Int) {
    let numbers = row.map { Int($0) }
    words += numbers[0] * times
    rightWords += numbers[1] * times
    strict.add(Self.counts(numbers, at: 2), times: times)
    conlleval.add(Self.counts(numbers, at: 5), times: times)
    for place in stride(from: 8, to: numbers.count, by: 4) {
      let counts = Self.counts(numbers, at: place + 1)
      classes.truePositives[numbers[place]] += counts.found * times
      classes.predicted[numbers[place]] += counts.predicted * times
      classes.support[numbers[place]] += counts.expected * times
    }
  }

  mutating func add(_ other: TokenSums) {
    words += other.words
    rightWords += other.rightWords
    strict.add(other.strict)
    conlleval.add(other.conlleval)
    for number in classes.support.indices {
      classes.truePositives[number] += other.classes.truePositives[number]
      classes.predicted[number] += other.classes.predicted[number]
      classes.support[number] += other.classes.support[number]
    }
  }

  /// The scores by name; those of entities where there are any to count.
  func scores(ofEntities: Bool) -> [String: Double] {
    var scores = ["accuracy": words == 0 ? 0 : Double(rightWords) / Double(words)]
    func add(_ more: [String: Double]) { scores.merge(more) { $1 } }
    add(classes.macro(over: classes.occurring).named("_macro"))
    add(classes.weighted(over: classes.occurring).named("_weighted"))
    guard ofEntities else { return scores }
    add(classes.micro.named(""))
    add(strict.scores.named("_strict"))
    add(conlleval.scores.named("_conlleval"))
    return scores
  }

  private static func counts(_ numbers: [Int], at place: Int) -> MatchCounts {
    MatchCounts(
      found: numbers[place], predicted: numbers[place + 1], expected: numbers[place + 2])
  }
}
