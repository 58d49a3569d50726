import Foundation

/// Finds the one temperature by which logits are to be divided so that probabilities fit best.
///
/// Guo et al., On Calibration of Modern Neural Networks (2017), section 4.2. The temperature
/// minimises the negative log-likelihood of the true labels; predictions do not change.
///
/// Memory: four bytes a logit. Beyond ``keptLogits`` a uniform sample of the rows is kept
/// (reservoir sampling, the same rows at every run).
public struct TemperatureScaling: Sendable {
  /// How a row's logits become probabilities.
  public enum Activation: String, Codable, Sendable {
    /// One label of several: softmax.
    case exclusive
    /// Each label for itself: the logistic function.
    case independent
  }

  /// The number of logits of a row.
  public let classes: Int
  /// How a row's logits become probabilities.
  public let activation: Activation
  /// The most logits kept.
  public let keptLogits: Int
  private var logits: [Float] = []
  /// The true class of each row kept, or a 0 or 1 for each of its logits.
  private var truths: [Int32] = []
  private var rows = 0

  /// Makes an empty collection.
  ///
  /// - Parameters:
  ///   - classes: The number of logits of a row.
  ///   - activation: How a row's logits become probabilities.
  ///   - keptLogits: The most logits kept, four bytes each.
  public init(
    classes: Int, activation: Activation = .exclusive, keptLogits: Int = 25_000_000
  ) {
    self.classes = max(1, classes)
    self.activation = activation
    self.keptLogits = max(self.classes, keptLogits)
  }

  /// Adds rows with one true label each.
  ///
  /// - Parameters:
  ///   - logits: `[rows × classes]`, row after row.
  ///   - references: The true class of each row.
  /// - Throws: ``EvaluationError`` that names the row; nothing is added then.
  public mutating func update(logits: [Float], references: [Int]) throws(EvaluationError) {
    guard activation == .exclusive else {
      throw EvaluationError(.wrongKind, "independent labels take a list of labels for each row")
    }
    try check(logits, rows: references.count)
    for (row, label) in references.enumerated() where !(0..<classes).contains(label) {
      throw EvaluationError(
        .labelOutOfRange,
        "the true label of row \(rows + row + 1) is number \(label), but there are \(classes)"
          + " labels, numbered from 0")
    }
    for (row, label) in references.enumerated() {
      keep(logits[row * classes..<(row + 1) * classes], [Int32(label)])
    }
  }

  /// Adds rows with any number of true labels.
  ///
  /// - Parameters:
  ///   - logits: `[rows × classes]`, row after row.
  ///   - references: The true labels of each row.
  /// - Throws: ``EvaluationError`` that names the row; nothing is added then.
  public mutating func update(logits: [Float], references: [[Int]]) throws(EvaluationError) {
    guard activation == .independent else {
      throw EvaluationError(.wrongKind, "exclusive labels take one label for each row, not a list")
    }
    try check(logits, rows: references.count)
    for (row, labels) in references.enumerated() {
      for label in labels where !(0..<classes).contains(label) {
        throw EvaluationError(
          .labelOutOfRange,
          "a true label of row \(rows + row + 1) is number \(label), but there are \(classes)"
            + " labels, numbered from 0")
      }
    }
    for (row, labels) in references.enumerated() {
      var flags = [Int32](repeating: 0, count: classes)
      for label in labels { flags[label] = 1 }
      keep(logits[row * classes..<(row + 1) * classes], flags)
    }
  }

  /// The temperature that fits best, and what it changes.
  ///
  /// - Parameter bins: The bins of the calibration error.
  /// - Returns: The temperature, with loss and calibration error before and after.
  /// - Throws: ``EvaluationError`` when no row was added.
  public func fit(bins: Int = 15) throws(EvaluationError) -> TemperatureFit {
    guard rows > 0 else {
      throw EvaluationError(.nothingEvaluated, "there are no logits to fit a temperature to")
    }
    let likelihood = LogitLikelihood(
      logits: logits, truths: truths, classes: classes, isExclusive: activation == .exclusive)
    let (inverse, isBounded) = likelihood.bestInverseTemperature()
    var notes: [String] = []
    if isBounded {
      notes.append(
        inverse > 1
          ? "the answers are right whatever the temperature: the likelihood grows without end as it"
            + " falls, and \((1 / inverse).fixed(3)) is where the search stops"
          : "the logits do not tell the answers: the flatter the probabilities, the better")
    }
    let kept = logits.count / classes
    if kept < rows {
      notes.append("fitted to \(kept) of \(rows) rows, a uniform sample")
    }
    return TemperatureFit(
      temperature: 1 / inverse, rows: kept, lossBefore: likelihood.at(1).loss,
      lossAfter: likelihood.at(inverse).loss,
      errorBefore: try likelihood.calibrationError(1, bins: bins),
      errorAfter: try likelihood.calibrationError(inverse, bins: bins), notes: notes)
  }

  private func check(_ logits: [Float], rows count: Int) throws(EvaluationError) {
    guard logits.count == count * classes else {
      throw EvaluationError(
        .mismatchedShapes,
        "there are \(logits.count) logits for \(count) rows of \(classes) classes;"
          + " \(count * classes) are expected")
    }
    for (place, logit) in logits.enumerated() where !logit.isFinite {
      throw EvaluationError(
        .nonFiniteScore,
        "a logit of row \(rows + place / classes + 1) is \(logit); the model's numbers have"
          + " overflowed")
    }
  }

  private mutating func keep(_ row: ArraySlice<Float>, _ truth: [Int32]) {
    rows += 1
    let capacity = keptLogits / classes
    guard rows > capacity else {
      logits.append(contentsOf: row)
      truths.append(contentsOf: truth)
      return
    }
    // Vitter's algorithm R (1985).
    let slot = CounterRandom(seed: 42, purpose: 7, stream: 0).integer(below: rows, at: rows)
    guard slot < capacity else { return }
    logits.replaceSubrange(slot * classes..<(slot + 1) * classes, with: row)
    truths.replaceSubrange(slot * truth.count..<(slot + 1) * truth.count, with: truth)
  }
}

/// What dividing logits by one temperature does.
public struct TemperatureFit: Codable, Sendable, Equatable {
  /// The temperature: above 1 the model was too sure, below 1 too unsure.
  public var temperature: Double
  /// The rows it was fitted to.
  public var rows: Int
  /// The negative log-likelihood of the true labels before, a row (or a row and label).
  public var lossBefore: Double
  /// The same with the temperature.
  public var lossAfter: Double
  /// The expected calibration error before.
  public var errorBefore: Double
  /// The same with the temperature.
  public var errorAfter: Double
  /// What a reader has to know.
  public var notes: [String]
}
