import Foundation
import Testing

/// `finetune compare`, and the pages that reports are written as.
@Suite struct CompareTests {
  let desk: Desk

  init() throws {
    desk = try Desk()
    for (name, epochs) in [("short", "1"), ("long", "6")] {
      let outcome = try desk.train(
        "--test", "test.csv", "--epochs", epochs, "--learning-rate", "2e-3", "--output", name)
      #expect(outcome.status == 0, "\(outcome.error)")
    }
  }

  @Test func runsAreComparedRowByRow() throws {
    let outcome = try desk.program.run(
      "compare", "short", "long", "--score", "accuracy", "--json", "c.json", "--markdown", "c.md",
      "--html", "c.html")
    #expect(outcome.status == 0, "\(outcome.error)")
    #expect(outcome.output.hasPrefix("40 rows\n"))
    #expect(outcome.output.contains("points of accuracy"))
    #expect(try JSON.object(desk.text("c.json"))["rows"] as? Int == 40)
    #expect(try desk.text("c.md").contains("accuracy"))
    #expect(try desk.text("c.html").contains("</html>"))
    let itself = try desk.program.run("compare", "long", "./long", "--score", "accuracy")
    #expect(itself.output.contains("within noise"))
  }

  @Test func runsOnOtherRowsAreRefused() throws {
    let other = try desk.program.run(
      "evaluate", "long", "validation.csv", "--predictions", "other.jsonl", "--no-intervals",
      "--threads", "1")
    #expect(other.status == 0, "\(other.error)")
    let refused = try desk.program.run("compare", "long", "other.jsonl", "--html", "c.html")
    #expect(refused.status == 1)
    #expect(refused.sentence.contains("the runs were not evaluated on the same rows: line 1 of"))
    #expect(!desk.holds("c.html"))
    let missing = try desk.program.run("compare", "long", "nowhere")
    #expect(missing.sentence.contains("nowhere cannot be read"))
    #expect(try desk.program.run("compare", "long").status == 64)
  }

  @Test func anEvaluationIsAPageWithSlicesAndHardestRows() throws {
    let outcome = try desk.program.run(
      "evaluate", "long", "test.csv", "--html", "report.html", "--json", "report.json",
      "--slice-by", "id", "--hardest", "3", "--threads", "1")
    #expect(outcome.status == 0, "\(outcome.error)")
    for part in ["By length in tokens", "By label", "By id", "Calibration", "Rows of highest loss"]
    {
      #expect(outcome.output.contains(part), "\(part)")
    }
    #expect((try JSON.object(desk.text("report.json"))["hardest"] as? [Any])?.count == 3)
    let page = try desk.text("report.html")
    #expect(page.contains("long on test.csv") && page.contains("<svg") && !page.contains("http://"))
    // The run's own page has the curves of its training too.
    #expect(try desk.text("long/evaluation.html").contains("</html>"))
    let unknown = try desk.program.run("evaluate", "long", "test.csv", "--slice-by", "topic")
    #expect(unknown.sentence.contains("has no column 'topic'"))
    let fewer = try desk.program.run("evaluate", "long", "test.csv", "--hardest=-1")
    #expect(fewer.status == 64)
    #expect(fewer.error.contains("--hardest is -1; give the number of rows, 0 for none."))
  }
}
