/// The plots of a page.
enum Plots {
  /// Curves of one name over the steps of training.
  static func curves(_ name: String, _ curves: [Curve]) -> String {
    let drawn = curves.filter { !$0.steps.isEmpty && $0.steps.count == $0.values.count }.prefix(4)
      .map { thinned($0) }
    let steps = drawn.flatMap(\.steps)
    let values = drawn.flatMap(\.values)
    guard let firstStep = steps.min(), let lastStep = steps.max(), let lowest = values.min(),
      let highest = values.max()
    else { return "" }
    let plot = Plot(
      // Training begins at step 0, whatever the first step that was told.
      horizontal: .init(
        firstStep * 20 < lastStep ? 0 : Double(firstStep), Double(lastStep), isTight: true),
      vertical: .init(lowest, highest), horizontalName: "step", verticalName: name)
    var marks: [String] = []
    for (place, curve) in drawn.enumerated() {
      let points = zip(curve.steps, curve.values).map {
        (x: plot.x(Double($0)).coordinate, y: plot.y($1).coordinate)
      }
      let path = points.map { "\($0.x) \($0.y)" }.joined(separator: " L")
      marks.append("<path class=\"curve series-\(place)\" d=\"M\(path)\"/>")
      guard points.count <= 40 else { continue }
      for (number, point) in points.enumerated() {
        let value = EvaluationReport.shown(curve.values[number])
        let meaning = "\(curve.series), step \(curve.steps[number]): \(value)"
        marks.append(
          "<circle class=\"point-\(place)\" cx=\"\(point.x)\" cy=\"\(point.y)\" r=\"3\">"
            + "<title>\(HTML.escaped(meaning))</title></circle>")
      }
    }
    let legend = drawn.enumerated().map { place, curve in
      "<li><svg viewBox=\"0 0 32 12\" aria-hidden=\"true\"><path class=\"curve series-\(place)\""
        + " d=\"M1 6H31\"/></svg>\(HTML.isolated(curve.series))</li>\n"
    }
    return "<ul class=\"legend\">\n\(legend.joined())</ul>\n"
      + plot.drawing("\(name) in the course of training", marks.joined(separator: "\n"))
  }

  /// The curve with at most 300 points, since a drawing has no room for more.
  ///
  /// Neighbours become their mean.
  private static func thinned(_ curve: Curve) -> Curve {
    let most = 300
    guard curve.steps.count > most else { return curve }
    let points = (0..<most).map { place in
      let range = curve.steps.count * place / most..<curve.steps.count * (place + 1) / most
      let mean = curve.values[range].reduce(0, +) / Double(range.count)
      return (step: curve.steps[range.upperBound - 1], value: mean)
    }
    return Curve(name: curve.name, series: curve.series, points: points)
  }

  /// Confidence against the share of right answers, and below how many answers there are.
  static func reliability(_ calibration: CalibrationReport) -> String {
    let plot = Plot(
      horizontal: .init(0, 1), vertical: .init(0, 1), horizontalName: "confidence",
      verticalName: "share of right answers")
    var marks: [String] = []
    for bin in calibration.bins where bin.rows > 0 {
      let accuracy = bin.accuracy ?? 0
      let confidence = bin.confidence ?? 0
      let left = plot.x(bin.lower) + 1
      let width = plot.x(bin.upper) - plot.x(bin.lower) - 2
      let meaning =
        "\(bin.rows) answers of \(bin.lower.fixed(2)) to \(bin.upper.fixed(2)): confidence"
        + " \(confidence.fixed(3)), right \(accuracy.fixed(3))"
      let lower = plot.y(min(accuracy, confidence))
      let upper = plot.y(max(accuracy, confidence))
      marks.append(
        Plot.box(
          "bar", x: left, y: lower, width: width, height: plot.y(0) - lower, meaning: meaning))
      marks.append(
        Plot.box("gap", x: left, y: upper, width: width, height: lower - upper, meaning: meaning))
      marks.append(
        "<path class=\"level\" d=\"M\(left.coordinate) \(plot.y(accuracy).coordinate)"
          + "h\(width.coordinate)\"/>")
    }
    marks.append(
      "<path class=\"guide\" d=\"M\(plot.x(0).coordinate) \(plot.y(0).coordinate)"
        + "L\(plot.x(1).coordinate) \(plot.y(1).coordinate)\"/>")
    return plot.drawing("Reliability diagram", marks.joined(separator: "\n"))
  }

  /// How many answers have which confidence.
  static func confidences(_ calibration: CalibrationReport) -> String {
    let most = calibration.bins.map(\.rows).max() ?? 0
    let plot = Plot(
      horizontal: .init(0, 1), vertical: .init(0, Double(most)), horizontalName: "confidence",
      verticalName: "answers")
    let marks = calibration.bins.filter { $0.rows > 0 }.map { bin in
      Plot.box(
        "bar", x: plot.x(bin.lower) + 1, y: plot.y(Double(bin.rows)),
        width: plot.x(bin.upper) - plot.x(bin.lower) - 2,
        height: plot.y(0) - plot.y(Double(bin.rows)),
        meaning: "\(bin.rows) answers of \(bin.lower.fixed(2)) to \(bin.upper.fixed(2))")
    }
    return plot.drawing("Confidences of the answers", marks.joined(separator: "\n"))
  }

  /// How many rows have which length.
  static func lengths(_ lengths: LengthHistogram) -> String {
    guard let first = lengths.bins.first, let last = lengths.bins.last else { return "" }
    // The last bin holds all longer rows; it is drawn as wide as the others.
    let width = first.upper - first.lower + 1
    let end = lengths.bins.count == 1 ? first.upper + 1 : last.lower + width
    let plot = Plot(
      horizontal: .init(Double(first.lower), Double(end), ticks: 7, isTight: true),
      vertical: .init(0, Double(lengths.bins.map(\.rows).max() ?? 0)),
      horizontalName: "\(lengths.unit) (the last bar: all longer rows)", verticalName: "rows")
    var marks = lengths.bins.enumerated().filter { $1.rows > 0 }.map { place, bin in
      let right = place == lengths.bins.count - 1 ? Double(end) : Double(bin.upper + 1)
      return Plot.box(
        "bar", x: plot.x(Double(bin.lower)) + 0.5, y: plot.y(Double(bin.rows)),
        width: plot.x(right) - plot.x(Double(bin.lower)) - 1,
        height: plot.y(0) - plot.y(Double(bin.rows)),
        meaning: "\(bin.rows) rows of \(bin.lower) to \(bin.upper) \(lengths.unit)")
    }
    if let limit = lengths.limit, Double(limit) > plot.horizontal.lower, limit < end {
      let place = plot.x(Double(limit))
      marks.append(
        "<path class=\"guide\" d=\"M\(place.coordinate) \(Plot.top.coordinate)"
          + "V\(plot.y(0).coordinate)\"/>")
      let isRight = place > Plot.width * 0.7
      marks.append(
        Plot.text(
          "cut at \(limit)", place + (isRight ? -6 : 6), Plot.top + 12,
          anchor: isRight ? "end" : "start", style: "name"))
    }
    return plot.drawing("Lengths of the rows", marks.joined(separator: "\n"))
  }

  /// Where a score and its interval lie between 0 and 1.
  static func range(_ value: Double, _ interval: ConfidenceInterval) -> String {
    func place(_ share: Double) -> String { (2 + min(1, max(0, share)) * 140).coordinate }
    return "<svg class=\"range\" viewBox=\"0 0 144 12\" aria-hidden=\"true\">"
      + "<line class=\"grid\" x1=\"2\" x2=\"142\" y1=\"6\" y2=\"6\"/>"
      + "<line class=\"curve series-0\" x1=\"\(place(interval.lower))\""
      + " x2=\"\(place(interval.upper))\" y1=\"6\" y2=\"6\"/>"
      + "<circle class=\"point-0\" cx=\"\(place(value))\" cy=\"6\" r=\"3.5\"/></svg>"
  }
}
