/// The differences of runs from the first one and their intervals, score by score on one axis.
struct DifferencePlot {
  private static let left = 12.0
  private static let headingHeight = 30.0
  private static let lineHeight = 42.0

  let report: ComparisonReport
  /// What is drawn: differences of scores that are told in points.
  let drawn: [ComparisonReport.Difference]

  var html: String {
    var ends: [Double] = [0]
    for found in drawn {
      ends += [found.difference, found.interval?.lower ?? 0, found.interval?.upper ?? 0]
    }
    let axis = Plot.Axis((ends.min() ?? 0) * 100, (ends.max() ?? 0) * 100, ticks: 5)
    var marks: [String] = []
    var y = 0.0
    for (place, found) in drawn.enumerated() {
      if place == 0 || drawn[place - 1].score != found.score {
        marks.append(
          Plot.text(
            found.score.shortened(toWidth: 50), 2, y + 20, anchor: "start", style: "heading"))
        y += Self.headingHeight
      }
      marks.append(mark(found, at: y, axis))
      y += Self.lineHeight
    }
    let grid = axis.ticks.map { tick in
      let place = Self.x(tick, axis)
      return "<line class=\"grid\" x1=\"\(place.coordinate)\" x2=\"\(place.coordinate)\" y1=\"6\""
        + " y2=\"\(y.coordinate)\"/>\n"
        + Plot.text(axis.text(tick), place, y + 17, anchor: "middle")
    }
    let zero = Self.x(0, axis).coordinate
    let guide = "<path class=\"guide\" d=\"M\(zero) 6V\(y.coordinate)\"/>"
    let first = (report.runs.first?.name ?? "").shortened(toWidth: 40)
    let name = Plot.text("points from \(first)", Plot.width / 2, y + 38, anchor: "middle")
    return HTML.figure(
      Plot.svg(
        "Differences and their intervals", width: Plot.width, height: y + 46,
        (grid + [guide] + marks + [name]).joined(separator: "\n")),
      caption: "Each line is the \(report.intervalTitle) of a difference; grey ones are within"
        + " noise.")
  }

  private static func x(_ points: Double, _ axis: Plot.Axis) -> Double {
    let share = (points - axis.lower) / (axis.upper - axis.lower)
    return left + share * (Plot.width - 2 * left)
  }

  private func mark(
    _ found: ComparisonReport.Difference, at top: Double, _ axis: Plot.Axis
  ) -> String {
    let y = top + 26
    let style = found.verdict.rawValue
    var parts = [
      Plot.text(
        found.run.shortened(toWidth: 54), 14, top + 12, anchor: "start", style: "name outlined")
    ]
    if let interval = found.interval {
      parts.append(
        "<line class=\"\(style)\" stroke-width=\"2.5\""
          + " x1=\"\(Self.x(interval.lower * 100, axis).coordinate)\""
          + " x2=\"\(Self.x(interval.upper * 100, axis).coordinate)\" y1=\"\(y.coordinate)\""
          + " y2=\"\(y.coordinate)\"/>")
    }
    parts.append(
      "<circle class=\"\(style)\" cx=\"\(Self.x(found.difference * 100, axis).coordinate)\""
        + " cy=\"\(y.coordinate)\" r=\"4.5\"><title>\(HTML.escaped(found.sentence))</title>"
        + "</circle>")
    return parts.joined(separator: "\n")
  }
}
