/// Tables of scores by slice, each slice's difference from all rows below its score.
struct SlicesSection {
  let tables: [SliceTable]

  var html: String {
    let parts = tables.map { table in
      let remarks = table.notes.map { "<p class=\"quiet\">\(HTML.isolated($0))</p>\n" }
      return "<h3>By \(HTML.isolated(table.name))</h3>\n" + html(table) + remarks.joined()
    }
    return parts.joined() + "<p class=\"quiet\">\(HTML.escaped(SliceTable.legend))</p>\n"
  }

  private func html(_ table: SliceTable) -> String {
    let names = table.shownScores
    var rows = [
      ["<em>all rows</em>", "\(table.whole.rows)"]
        + names.map { EvaluationReport.shown(table.whole.scores[$0]) }
    ]
    for slice in table.slices {
      let small = slice.isSmall ? "<span class=\"tag\">small</span>" : ""
      rows.append(
        [HTML.isolated(slice.name) + small, "\(slice.rows)"] + names.map { cell(slice, $0) })
    }
    let columns =
      [(title: "slice", isNumber: false), (title: "rows", isNumber: true)]
      + names.map { (title: $0, isNumber: true) }
    return HTML.table(
      "Scores by \(table.name)", columns: columns, rows: rows, isTall: rows.count > 24)
  }

  private func cell(_ slice: SliceTable.Slice, _ name: String) -> String {
    guard let score = slice.scores[name] else { return "–" }
    let difference = slice.differences[name] ?? 0
    var below = difference.signed(4)
    if let mark = slice.mark(name) {
      let isGood = (difference > 0) == MetricName.isHigherBetter(name)
      below = "<span class=\"\(isGood ? "good" : "bad")\">\(mark) \(below)</span>"
    }
    return EvaluationReport.shown(score) + "<span class=\"difference\">\(below)</span>"
  }
}
