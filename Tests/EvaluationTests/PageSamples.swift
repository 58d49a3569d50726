import Evaluation

/// Reports with everything in them, of texts that are hard to show.
enum PageSamples {
  static let hardLabels = [
    "<script>alert(1)</script>", "a & \"b\" 'c'", "非常好的评价", "🙂 emoji", "مرحبا بالعالم",
    "a rather long label that has to be cut somewhere",
  ]

  /// An evaluation of random answers, most of them right.
  static func report(labels: [String], rows: Int, share: Double = 0.85) throws -> EvaluationReport {
    var numbers = TestNumbers(seed: 17)
    var evaluation = try ClassificationEvaluation(
      labels: labels, kind: labels.count == 2 ? .binary : .multiclass)
    var analysis = OutcomeAnalysis(columns: ["topic"], hardest: 8)
    for row in 0..<rows {
      let truth = numbers.next(below: labels.count)
      let isRight = numbers.next() < share
      let predicted = isRight ? truth : numbers.next(below: labels.count)
      try evaluation.update(predictions: [predicted], references: [truth])
      let outcome = RowOutcome(
        loss: isRight ? numbers.next() : 1 + 4 * numbers.next(), expected: labels[truth],
        predicted: labels[predicted], confidence: 0.5 + numbers.next() / 2)
      let text =
        "Row \(row): <b>\(labels[truth])</b> & \"some\" text\nthat goes on for long"
        + String(repeating: " and on", count: row % 20)
      try analysis.add(
        outcome, text: text, length: 5 + row * 7 % 90 + row % 13, limit: 80,
        values: ["topic": "topic \(row % 7 % 3)"], file: "data/test.csv", line: row + 2)
    }
    var report = try evaluation.report(bootstrap: .init(resamples: 100))
    analysis.describe(&report)
    return report
  }

  /// The same with curves, mistakes and a temperature.
  static func full(labels: [String] = hardLabels, rows: Int = 600) throws -> EvaluationReport {
    var report = try report(labels: labels, rows: rows)
    var numbers = TestNumbers(seed: 18)
    report.curves = [
      Curve(
        name: "loss", series: "train",
        points: (1...2000).map { ($0, 2 / (1 + Double($0) / 200) + numbers.next() * 0.3) }),
      Curve(
        name: "loss", series: "validation",
        points: (1...10).map { ($0 * 200, 2 / (1 + Double($0)) + 0.2) }),
      Curve(
        name: "accuracy", series: "validation",
        points: (1...10).map { ($0 * 200, 0.9 - 0.3 / Double($0)) }),
    ]
    report.errors = ErrorBreakdown(
      unit: "entities", total: 400,
      kinds: [
        .init(
          name: "wrong boundary", count: 31, meaning: "The right type, another beginning or end.",
          examples: ["<New> York", "北京 市"]),
        .init(name: "missed", count: 12),
      ])
    var scaling = TemperatureScaling(classes: 2)
    try scaling.update(logits: [4, 0, 0, 4, 4, 0, 3, 0], references: [0, 1, 1, 0])
    report.calibration?.temperature = try scaling.fit()
    return report
  }

  /// Runs that answer more and more rows right.
  static func comparison(runs: [String], rows: Int = 400) throws -> ComparisonReport {
    var numbers = TestNumbers(seed: 19)
    var comparison = try PairedComparison(
      names: runs, settings: .init(resamples: 200, permutations: 500))
    for _ in 0..<rows {
      let labels = ["yes", "no"]
      let truth = labels[numbers.next(below: 2)]
      let luck = numbers.next()
      let outcomes = runs.indices.map { run in
        let isRight = luck < 0.8 + Double(run % 2) * 0.08 + (numbers.next() - 0.5) * 0.1
        return RowOutcome(
          loss: isRight ? 0.1 : 1.5 - Double(run) / 10, expected: truth,
          predicted: isRight ? truth : truth == "yes" ? "no" : "yes", confidence: nil,
          positive: "yes")
      }
      try comparison.add(outcomes)
    }
    return try comparison.report()
  }
}
