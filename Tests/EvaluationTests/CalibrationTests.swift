import Evaluation
import TestSupport
import Testing

struct CalibrationTests {
  private struct Input: Encodable {
    var confidences: [Float] = []
    var correct: [Bool] = []
    let bins = 15
    var logits: [Float] = []
    var references: [Int] = []
    let classes = 4
  }

  private struct Expected: Decodable {
    struct Fit: Decodable { let temperature, before, after: Double }
    let expected, adaptive, maximum, brier, errorBefore, errorAfter: Double
    let counts: [Int]
    let exclusive, independent: Fit
  }

  /// Confidences with ties and ends, and logits that are too sure of themselves.
  private static let input: Input = {
    var numbers = TestNumbers(seed: 5)
    var input = Input()
    for row in 0..<1001 {
      let confidence = row % 10 == 0 ? Float(row % 11) / 10 : Float(numbers.next())
      input.confidences.append(confidence)
      input.correct.append(numbers.next() < Double(confidence) * 0.8)
    }
    for _ in 0..<400 {
      let truth = numbers.next(below: 4)
      let logits = (0..<4).map { Float(8 * numbers.next() + ($0 == truth ? 2 : 0) - 6) }
      input.logits += logits
      input.references.append(truth)
    }
    return input
  }()

  private static let expected = Result {
    try PythonOracle("evaluation_calibration").run(input, returning: Expected.self)
  }

  @Test func errorsAreThoseOfTheDefinition() throws {
    let expected = try Self.expected.get()
    var calibration = CalibrationEvaluation()
    for (confidence, isCorrect) in zip(Self.input.confidences, Self.input.correct) {
      try calibration.add(confidence: Double(confidence), isCorrect: isCorrect)
    }
    let report = try calibration.report()
    #expect(report.bins.map(\.rows) == expected.counts)
    #expect(abs(report.expectedError - expected.expected) < 1e-12)
    #expect(abs((report.adaptiveError ?? .nan) - expected.adaptive) < 1e-12)
    #expect(abs(report.maximumError - expected.maximum) < 1e-12)
    #expect(abs(report.brier - expected.brier) < 1e-12)
  }

  @Test func temperatureIsThatOfScipy() throws {
    let expected = try Self.expected.get()
    var scaling = TemperatureScaling(classes: 4)
    try scaling.update(logits: Self.input.logits, references: Self.input.references)
    let fit = try scaling.fit()
    // scipy stops where the loss, flat to 1e-16 there, no longer tells 1e-8 of the temperature.
    #expect(abs(fit.temperature / expected.exclusive.temperature - 1) < 1e-6)
    #expect(fit.temperature > 1.5)
    #expect(abs(fit.lossBefore - expected.exclusive.before) < 1e-12)
    #expect(abs(fit.lossAfter - expected.exclusive.after) < 1e-12)
    #expect(abs(fit.errorBefore - expected.errorBefore) < 1e-9)
    // Confidences within 1e-6 of a bin's end may fall to its other side.
    #expect(abs(fit.errorAfter - expected.errorAfter) < 1e-3)
    #expect(fit.notes.isEmpty)
  }

  @Test func temperatureOfIndependentLabelsIsThatOfScipy() throws {
    let expected = try Self.expected.get().independent
    var scaling = TemperatureScaling(classes: 4, activation: .independent)
    try scaling.update(logits: Self.input.logits, references: Self.input.references.map { [$0] })
    let fit = try scaling.fit()
    #expect(abs(fit.temperature / expected.temperature - 1) < 1e-6)
    #expect(abs(fit.lossBefore - expected.before) < 1e-12)
    #expect(abs(fit.lossAfter - expected.after) < 1e-12)
  }

  @Test func answersThatAreAllRightHaveNoBestTemperature() throws {
    var scaling = TemperatureScaling(classes: 2)
    try scaling.update(logits: [1, 0, 0, 1], references: [0, 1])
    let fit = try scaling.fit()
    #expect(abs(fit.temperature - 0.01) < 1e-12)
    #expect(fit.notes.first?.contains("whatever the temperature") == true)
    var flat = TemperatureScaling(classes: 2)
    try flat.update(logits: [1, 1, 1, 1], references: [0, 1])
    #expect(try flat.fit().temperature == 1)
  }

  @Test func keepsASampleOfManyLogits() throws {
    var scaling = TemperatureScaling(classes: 4, keptLogits: 800)
    try scaling.update(logits: Self.input.logits, references: Self.input.references)
    let fit = try scaling.fit()
    #expect(fit.rows == 200)
    #expect(fit.notes == ["fitted to 200 of 400 rows, a uniform sample"])
    #expect(abs(fit.temperature / (try Self.expected.get().exclusive.temperature) - 1) < 0.5)
  }

  @Test func confidencesBeyondTheLimitLeaveTheAdaptiveErrorOut() throws {
    var calibration = CalibrationEvaluation(bins: 5, keptRows: 1)
    try calibration.add(RowOutcome(confidence: 0.9, isCorrect: true))
    try calibration.add(RowOutcome(confidence: 0.7))
    #expect(try calibration.report().adaptiveError != nil)
    try calibration.add(RowOutcome(confidence: 0.7, isCorrect: false))
    let report = try calibration.report()
    #expect(report.adaptiveError == nil)
    #expect(report.rows == 2)
    #expect(report.accuracy == 0.5)
  }

  @Test func refusesWhatIsNoProbabilityAndNoLogit() throws {
    var calibration = CalibrationEvaluation()
    #expect(throws: EvaluationError.self) { try calibration.report() }
    for confidence in [Double.nan, -0.1, 1.1] {
      let error = #expect(throws: EvaluationError.self) {
        try calibration.add(confidence: confidence, isCorrect: true)
      }
      #expect(error?.code == .notProbabilities)
    }
    var scaling = TemperatureScaling(classes: 2)
    #expect(throws: EvaluationError.self) { try scaling.fit() }
    #expect(throws: EvaluationError.self) { try scaling.update(logits: [1], references: [0]) }
    #expect(throws: EvaluationError.self) { try scaling.update(logits: [1, 2], references: [2]) }
    #expect(throws: EvaluationError.self) { try scaling.update(logits: [1, 2], references: [[1]]) }
    let error = #expect(throws: EvaluationError.self) {
      try scaling.update(logits: [1, 2, .infinity, 2], references: [0, 0])
    }
    #expect(error?.description.contains("row 2") == true)
  }
}
