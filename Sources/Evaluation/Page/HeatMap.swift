/// A confusion matrix as a heat map: blue where right, orange where wrong, stronger for a larger
/// share of the true class.
struct HeatMap {
  /// With more classes than this there are no numbers in the cells.
  static let mostNumbers = 16
  /// With more classes than this there are no names at the edges.
  static let mostNames = 60

  let matrix: ConfusionMatrix
  private let sums: [Int]

  init(_ matrix: ConfusionMatrix) {
    self.matrix = matrix
    sums = matrix.rows.map { $0.reduce(0, +) }
  }

  var html: String {
    if matrix.labels.count <= Self.mostNumbers { return table }
    return matrix.labels.count <= Self.mostNames ? namedDrawing : smallDrawing
  }

  /// How strong a cell is: mistakes are rare, so that their root is shown.
  private func strength(_ truth: Int, _ predicted: Int) -> Double {
    let count = matrix.rows[truth][predicted]
    guard count > 0, sums[truth] > 0 else { return 0 }
    let share = Double(count) / Double(sums[truth])
    return 0.1 + 0.9 * (truth == predicted ? share : share.squareRoot())
  }

  private var table: String {
    let isTurned = matrix.labels.count > 5 && matrix.labels.contains { $0.displayWidth > 6 }
    let names = matrix.labels.map { label in
      let text = HTML.isolated(label.shortened(toWidth: 24))
      return "<th scope=\"col\" title=\"\(HTML.escaped(label))\">"
        + "<span\(isTurned ? " class=\"turned\"" : "")>\(text)</span></th>"
    }
    let lines = matrix.labels.indices.map { truth in
      let cells = matrix.labels.indices.map { cell(truth, $0) }
      let name = HTML.isolated(matrix.labels[truth].shortened(toWidth: 40))
      return "<tr><th scope=\"row\">\(name)</th>" + cells.joined() + "</tr>\n"
    }
    return HTML.scrolling(
      "Confusion matrix",
      "<table class=\"heat\">\n<thead><tr><th scope=\"col\" class=\"quiet\">true \\ predicted</th>"
        + names.joined() + "</tr></thead>\n<tbody>\n" + lines.joined() + "</tbody>\n</table>\n")
  }

  private func cell(_ truth: Int, _ predicted: Int) -> String {
    let count = matrix.rows[truth][predicted]
    let strength = strength(truth, predicted)
    guard strength > 0 else { return "<td class=\"quiet\">\(count)</td>" }
    let color = truth == predicted ? "--right" : "--wrong"
    // Below this strength dark letters read better on a light ground.
    let style = strength >= 0.8 ? " class=\"strong\"" : ""
    return "<td\(style) style=\"background: rgb(var(\(color)) / \(strength.fixed(2)))\""
      + " title=\"\(HTML.escaped(meaning(truth, predicted)))\">\(count)</td>"
  }

  private func meaning(_ truth: Int, _ predicted: Int) -> String {
    let count = matrix.rows[truth][predicted]
    let share = sums[truth] == 0 ? 0 : Double(count) / Double(sums[truth]) * 100
    return "\(matrix.labels[truth]) → \(matrix.labels[predicted]): \(count) (\(share.fixed(1))%)"
  }

  private func cells(_ size: Double, left: Double, top: Double) -> String {
    var parts: [String] = []
    for truth in matrix.labels.indices {
      for predicted in matrix.labels.indices where matrix.rows[truth][predicted] > 0 {
        parts.append(
          Plot.box(
            truth == predicted ? "right" : "wrong", x: left + Double(predicted) * size,
            y: top + Double(truth) * size, width: size, height: size,
            meaning: meaning(truth, predicted), opacity: strength(truth, predicted)))
      }
    }
    return parts.joined(separator: "\n")
  }

  /// Cells of a fixed size with names at the edges, in a box that scrolls.
  private var namedDrawing: String {
    let size = 15.0
    let edge = 150.0
    let side = edge + Double(matrix.labels.count) * size + 8
    var parts = [frame(left: edge, top: edge, side: Double(matrix.labels.count) * size)]
    parts.append(cells(size, left: edge, top: edge))
    for (place, label) in matrix.labels.enumerated() {
      let middle = edge + (Double(place) + 0.5) * size
      let name = label.shortened(toWidth: 20)
      parts.append(Plot.text(name, edge - 6, middle + 4.5, anchor: "end", style: "name"))
      parts.append(
        "<text class=\"name\" text-anchor=\"start\" transform=\"translate(\((middle + 4.5).coordinate)"
          + " \((edge - 6).coordinate)) rotate(-90)\">\(HTML.escaped(name))</text>")
    }
    parts.append(Plot.text("true ↓", edge - 6, 16, anchor: "end"))
    parts.append(Plot.text("predicted →", edge - 6, 34, anchor: "end"))
    return HTML.scrolling(
      "Confusion matrix",
      "<svg class=\"fixed\" width=\"\(side.coordinate)\" height=\"\(side.coordinate)\" role=\"img\""
        + " aria-label=\"Confusion matrix\">\n\(parts.joined(separator: "\n"))\n</svg>\n")
  }

  /// Cells that share the width there is, with numbers of the classes at the edges.
  private var smallDrawing: String {
    let edge = 44.0
    let side = 600.0
    let count = Double(matrix.labels.count)
    let size = side / count
    var parts = [frame(left: edge, top: edge, side: side)]
    parts.append(cells(size, left: edge, top: edge))
    for tick in Plot.Axis(0, count, ticks: 8, isTight: true).ticks {
      let number = max(1, Int(tick))
      guard number <= matrix.labels.count else { continue }
      let middle = edge + (Double(number) - 0.5) * size
      parts.append(Plot.text("\(number)", edge - 6, middle + 4.5, anchor: "end"))
      parts.append(Plot.text("\(number)", middle, edge - 6, anchor: "middle"))
    }
    parts.append(Plot.text("predicted class →", edge + side / 2, 14, anchor: "middle"))
    parts.append(
      "<text transform=\"translate(12 \((edge + side / 2).coordinate)) rotate(-90)\""
        + " text-anchor=\"middle\">← true class</text>")
    return HTML.figure(
      Plot.svg(
        "Confusion matrix", width: side + edge + 8, height: side + edge + 8,
        parts.joined(separator: "\n")),
      caption: "Classes are numbered in the order of the labels: 1 is"
        + " \(HTML.isolated(matrix.labels.first ?? "")), \(matrix.labels.count) is"
        + " \(HTML.isolated(matrix.labels.last ?? "")).", isWide: true)
  }

  private func frame(left: Double, top: Double, side: Double) -> String {
    "<path class=\"axis\" d=\"M\(left.coordinate) \(top.coordinate)h\(side.coordinate)"
      + "v\(side.coordinate)h-\(side.coordinate)z\"/>"
  }
}
