import Evaluation
import Testing

struct NotesTests {
  @Test func divisionsByZeroAreSaid() throws {
    var evaluation = try ClassificationEvaluation(labels: ["a", "b", "c", "d"], kind: .multiclass)
    try evaluation.update(predictions: [0, 0, 2], references: [0, 1, 0])
    let notes = try evaluation.report(bootstrap: nil).notes
    #expect(notes.contains("class 'b' has no predicted sample: its precision is set to 0"))
    #expect(notes.contains("class 'c' has no true sample: its recall is set to 0"))
    #expect(
      notes.contains(
        "class 'd' occurs neither in the rows nor in the predictions: the averages leave it out, as"
          + " scikit-learn does"))
  }

  @Test func manyClassesAreNotAllNamed() throws {
    let labels = (0..<40).map { "c\($0)" }
    var evaluation = try ClassificationEvaluation(labels: labels, kind: .multiclass)
    try evaluation.update(
      predictions: [Int](repeating: 0, count: 40), references: Array(0..<40))
    let note = try evaluation.report(bootstrap: nil).notes.first
    #expect(note?.contains("'c10' and 29 more have no predicted sample: their precision") == true)
  }

  @Test func rowsWithoutLabelsAreSaid() throws {
    var evaluation = try ClassificationEvaluation(labels: ["a", "b"], kind: .multilabel)
    try evaluation.update(predictions: [[], [0, 1]], references: [[0], [1]])
    let notes = try evaluation.report(bootstrap: nil).notes
    #expect(
      notes.contains(
        "1 of 2 rows have no predicted label: their precision counts as 0 in the samples average"))
  }

  @Test func aSingleClassLeavesTheAreaUnderTheCurveOut() throws {
    var evaluation = try ClassificationEvaluation(labels: ["no", "yes"], kind: .binary)
    try evaluation.update(logits: [0, 1, 1, 0], references: [1, 1])
    let report = try evaluation.report(bootstrap: nil)
    #expect(report.scores["roc_auc"] == nil)
    #expect(report.notes.contains("ROC-AUC is not defined: every row is 'yes'"))
  }
}
