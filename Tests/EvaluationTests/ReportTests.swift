import Evaluation
import Foundation
import TestSupport
import Testing

struct ReportTests {
  private func report(_ labels: [String]) throws -> EvaluationReport {
    var evaluation = try ClassificationEvaluation(labels: labels, kind: .binary)
    try evaluation.update(
      logits: [2, 0, 0, 1, 1, 0, 0, 3, 0, 1], references: [0, 1, 1, 1, 0])
    return try evaluation.report()
  }

  @Test func columnsStayStraightUnderWideCharacters() throws {
    let report = try report(["差评", "非常好的评价"])
    let lines = report.classificationText().split(separator: "\n").map(String.init)
    #expect(Set(lines.map(\.displayWidth)).count == 1)
    let matrix = try #require(report.confusion).text.split(separator: "\n").map(String.init)
    #expect(Set(matrix.map(\.displayWidth)).count == 1)
  }

  @Test func jsonIsReadBack() throws {
    let report = try report(["neg", "pos"])
    #expect(try EvaluationReport(json: report.json()) == report)
  }

  @Test func textShowsScoresIntervalsAndMatrix() throws {
    let text = try report(["neg", "pos"]).text
    #expect(text.contains("              precision    recall  f1-score   support\n"))
    #expect(text.contains("true \\ predicted  neg  pos\n             neg    1    1\n"))
    #expect(text.contains("5 rows, in brackets the 95% interval"))
    #expect(text.contains("accuracy"))
    #expect(text.contains("0.6000  ["))
  }

  @Test func markdownEscapesLabels() throws {
    let markdown = try report(["a|b", "c*d"]).markdown
    #expect(markdown.contains("| a\\|b | 0."))
    #expect(markdown.contains("## Confusion matrix"))
  }

  @Test func manyLabelsShowTheMistakesInsteadOfTheMatrix() throws {
    let labels = (0..<30).map { "label \($0)" }
    var evaluation = try ClassificationEvaluation(labels: labels, kind: .multiclass)
    try evaluation.update(predictions: [3, 3, 5, 0], references: [2, 2, 4, 0])
    let matrix = try #require(evaluation.report(bootstrap: nil).confusion)
    #expect(matrix.text == "2  label 2  taken for  label 3\n1  label 4  taken for  label 5\n")
  }

  @Test func wideCharactersAreThoseOfUnicode() throws {
    struct Widths: Decodable { let wide, narrow: [UInt32] }
    let data = try PythonOracle("evaluation_width").run()
    let widths = try JSONDecoder().decode(Widths.self, from: data)
    func misjudged(_ codes: [UInt32], _ width: Int) -> [UInt32] {
      codes.filter { code in
        Unicode.Scalar(code).map { String($0).displayWidth != width } ?? true
      }
    }
    #expect(misjudged(widths.wide, 2) == [])
    #expect(misjudged(widths.narrow, 1) == [])
  }
}
