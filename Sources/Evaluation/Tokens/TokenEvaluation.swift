/// Compares predicted with expected tags, sentence by sentence: entities as seqeval and conlleval
/// count them, and words.
///
/// ```swift
/// var evaluation = try TokenEvaluation(tags: ["O", "B-PER", "I-PER", "B-LOC", "I-LOC"])
/// try evaluation.update(expected: ["B-PER", "I-PER", "O"], predicted: ["B-PER", "O", "O"])
/// let report = try evaluation.report()
/// report.scores["f1"]          // seqeval's default: micro average over the entities
/// report.scores["f1_strict"]   // seqeval's strict mode in the scheme of the tags
/// ```
///
/// Tags without letters for a scheme (parts of speech) give the share of right words and a table by
/// tag instead. Sentences are not kept: what stays in memory are counts, and for the intervals how
/// often each combination of counts occurred in a sentence.
public struct TokenEvaluation: Sendable {
  /// The tags that may occur.
  public let tags: [String]
  /// The scheme of the tags; nil for tags that mark no entities, such as parts of speech.
  public let scheme: TagScheme?
  /// The sentences counted so far.
  public private(set) var rows = 0
  /// What the rows of the report's table stand for: the types of entities, or the tags.
  let classes: [String]

  var sums: TokenSums
  var tally: RowTally
  var givenLoss = WeightedMean()
  private let numbers: [String: Int]
  private let parsed: [ParsedTag]
  private let classNumbers: [String: Int]

  /// Makes an empty evaluation.
  ///
  /// - Parameters:
  ///   - tags: The tags that may occur, such as a model's labels.
  ///   - scheme: The scheme of the strict mode; nil takes the one that the letters of the tags show.
  ///   - readsEntities: Whether the tags mark entities where their letters show a scheme; false takes
  ///     them for plain names, whatever their letters.
  ///   - keptSums: The most numbers to keep for the intervals, four bytes each; beyond it, or with 0,
  ///     the intervals are left out, and a note says so.
  /// - Throws: ``EvaluationError`` for no, empty or doubled tags, and for tags that are none of the
  ///   scheme given.
  public init(
    tags: [String], scheme: TagScheme? = nil, readsEntities: Bool = true,
    keptSums: Int = 20_000_000
  ) throws(EvaluationError) {
    let found = readsEntities ? scheme ?? TagScheme.detected(fromTags: tags) : nil
    let parsed = try Self.check(tags, found)
    self.tags = tags
    self.scheme = found
    self.parsed = parsed
    numbers = Dictionary(uniqueKeysWithValues: zip(tags, tags.indices))
    let types = parsed.filter { !$0.isOutside }.map(\.type)
    classes = found == nil ? tags : Set(types).sorted()
    classNumbers = Dictionary(uniqueKeysWithValues: zip(classes, classes.indices))
    sums = TokenSums(classes: classes.count)
    tally = RowTally(limit: keptSums)
  }

  /// Counts a sentence.
  ///
  /// - Parameters:
  ///   - expected: The true tag of each word.
  ///   - predicted: The predicted tag of each word.
  /// - Throws: ``EvaluationError`` that names the sentence when it has no words, when the numbers of
  ///   tags differ, or for a tag that is not one of ``tags``; the sentence is not counted then.
  public mutating func update(expected: [String], predicted: [String]) throws(EvaluationError) {
    let row = try contribution(expected, predicted).numbers
    sums.add(row, times: 1)
    tally.add(row)
    rows += 1
  }

  /// Counts a batch of sentences.
  ///
  /// - Throws: ``EvaluationError`` that names the sentence; the sentences before it are counted.
  public mutating func update(expected: [[String]], predicted: [[String]]) throws(EvaluationError) {
    guard expected.count == predicted.count else {
      throw EvaluationError(
        .mismatchedShapes,
        "there are \(predicted.count) predicted sentences for \(expected.count) expected ones; they"
          + " must match")
    }
    for (wanted, given) in zip(expected, predicted) {
      try update(expected: wanted, predicted: given)
    }
  }

  /// What a sentence contributes to slices and to the comparison of runs: the entities by type as
  /// seqeval's default mode counts them, or for tags without letters the words by tag, of which
  /// `f1_micro` is the share of right words; it is correct where every tag is right.
  ///
  /// - Throws: ``EvaluationError`` as ``update(expected:predicted:)`` does.
  public func outcome(expected: [String], predicted: [String]) throws(EvaluationError)
    -> RowOutcome
  {
    let row = try contribution(expected, predicted)
    var together = MatchCounts()
    var byName: [String: MatchCounts] = [:]
    for (number, counts) in row.classes {
      together.add(counts)
      byName[classes[number]] = counts
    }
    return RowOutcome(
      counts: scheme == nil ? nil : together, classes: byName,
      isCorrect: row.rightWords == row.words)
  }

  /// Adds a loss that was computed elsewhere; the score `loss` is the mean of all that was added.
  public mutating func addLoss(sum: Double, weight: Double) {
    givenLoss.add(sum: sum, weight: weight)
  }

  /// Adds what another accumulator counted.
  ///
  /// - Throws: ``EvaluationError`` when tags or scheme differ; nothing is added then.
  public mutating func merge(_ other: TokenEvaluation) throws(EvaluationError) {
    guard tags == other.tags, scheme == other.scheme else {
      throw EvaluationError(
        .cannotMerge, "two evaluations can only be merged when their tags and scheme are the same")
    }
    rows += other.rows
    sums.add(other.sums)
    tally.add(other.tally)
    givenLoss.add(other.givenLoss)
  }

  private func contribution(_ expected: [String], _ predicted: [String]) throws(EvaluationError)
    -> TokenSums.Row
  {
    guard expected.count == predicted.count else {
      throw EvaluationError(
        .mismatchedShapes,
        "sentence \(rows + 1) has \(expected.count) expected tags and \(predicted.count) predicted"
          + " ones; each word has one of both")
    }
    guard !expected.isEmpty else {
      throw EvaluationError(.nothingEvaluated, "sentence \(rows + 1) has no words")
    }
    let truth = try parse(expected, "expected")
    let prediction = try parse(predicted, "predicted")
    var row = TokenSums.Row(words: expected.count)
    row.rightWords = zip(truth, prediction).count { $0.text == $1.text }
    if let scheme {
      row.strict = try counts(truth, prediction, .strict(scheme))
      row.conlleval = try counts(truth, prediction, .conlleval)
      let wanted = try EntityRules.seqeval.entities(in: truth)
      let given = try EntityRules.seqeval.entities(in: prediction)
      add(wanted: wanted, given: given, to: &row)
    } else {
      for (wanted, given) in zip(truth, prediction) {
        add(wanted.text, to: &row) { $0.expected += 1 }
        add(given.text, to: &row) { $0.predicted += 1 }
        if wanted.text == given.text { add(wanted.text, to: &row) { $0.found += 1 } }
      }
    }
    return row
  }

  private func counts(_ truth: [ParsedTag], _ prediction: [ParsedTag], _ rules: EntityRules)
    throws(EvaluationError) -> MatchCounts
  {
    MatchCounts(
      expected: try rules.entities(in: truth), predicted: try rules.entities(in: prediction))
  }

  private func add(wanted: [EntitySpan], given: [EntitySpan], to row: inout TokenSums.Row) {
    let expected = Set(wanted)
    for entity in wanted { add(entity.type, to: &row) { $0.expected += 1 } }
    for entity in given {
      add(entity.type, to: &row) {
        $0.predicted += 1
        $0.found += expected.contains(entity) ? 1 : 0
      }
    }
  }

  private func add(
    _ name: String, to row: inout TokenSums.Row, _ change: (inout MatchCounts) -> Void
  ) {
    guard let number = classNumbers[name] else { return }
    change(&row.classes[number, default: MatchCounts()])
  }

  private func parse(_ tags: [String], _ role: String) throws(EvaluationError) -> [ParsedTag] {
    var result: [ParsedTag] = []
    result.reserveCapacity(tags.count)
    for (word, tag) in tags.enumerated() {
      guard let number = numbers[tag] else {
        throw EvaluationError(
          .invalidTag,
          "the \(role) tag '\(tag)' of word \(word + 1) in sentence \(rows + 1) is not one of the"
            + " \(self.tags.count) tags given")
      }
      result.append(parsed[number])
    }
    return result
  }

  private static func check(_ tags: [String], _ scheme: TagScheme?) throws(EvaluationError)
    -> [ParsedTag]
  {
    guard !tags.isEmpty else {
      throw EvaluationError(.invalidLabels, "token evaluation needs at least one tag")
    }
    var parsed: [ParsedTag] = []
    var seen: Set<String> = []
    for tag in tags {
      guard let found = ParsedTag(tag) else {
        throw EvaluationError(.invalidLabels, "a tag is empty; words outside of entities have 'O'")
      }
      guard seen.insert(tag).inserted else {
        throw EvaluationError(.invalidLabels, "the tag '\(tag)' is named twice")
      }
      if let scheme, scheme.role(of: found) == nil {
        throw EvaluationError(
          .invalidTag, "the tag '\(tag)' is none of the scheme \(scheme.title)")
      }
      parsed.append(found)
    }
    return parsed
  }
}
