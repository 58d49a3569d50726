import Foundation
import Testing

/// Bad input of every kind: one clear sentence, exit status 1, nothing written.
@Suite struct RefusalTests {
  let desk: Desk

  init() throws {
    desk = try Desk()
  }

  private func expectRefusal(_ outcome: Program.Outcome, _ parts: String...) {
    #expect(outcome.status == 1)
    #expect(outcome.output.isEmpty)
    #expect(outcome.sentence.hasPrefix("finetune: "))
    for part in parts { #expect(outcome.sentence.contains(part), "\(outcome.sentence)") }
    #expect(!desk.holds("run"))
  }

  private func train(_ flags: String...) throws -> Program.Outcome {
    try desk.program.run(Desk.training + ["--epochs", "1", "--output", "run"] + flags)
  }

  @Test func aFileThatIsNotThere() throws {
    expectRefusal(try train("--train", "none.csv"), "There is no file none.csv")
  }

  @Test func aColumnThatIsNotThere() throws {
    expectRefusal(
      try train("--text-column", "txt"), "no column 'txt'", "did you mean 'text'",
      "'id', 'text', 'label'")
  }

  @Test func anEmptyFile() throws {
    try desk.write("empty.csv", "")
    expectRefusal(try train("--train", "empty.csv"), "empty.csv is empty")
    try desk.write("header.csv", "text,label\n")
    expectRefusal(try train("--train", "header.csv"), "no rows")
  }

  @Test func aLabelThatTrainingNeverSaw() throws {
    try desk.write("other.csv", "text,label\ngood,positive\nwell,neutral\n")
    expectRefusal(
      try train("--test", "other.csv"), "other.csv, line 3", "'neutral'", "'negative', 'positive'")
    expectRefusal(try train("--validation", "other.csv"), "other.csv, line 3", "'neutral'")
  }

  @Test func aSingleClass() throws {
    try desk.write("one.csv", "text,label\ngood,a\nfine,a\n")
    expectRefusal(try train("--train", "one.csv"), "have the label 'a'", "two classes")
  }

  @Test func aRowWithTooManyFields() throws {
    try desk.write("fields.csv", "text,label\ngood,a\nfine,b,c\n")
    expectRefusal(try train("--train", "fields.csv"), "fields.csv, line 3", "3 fields")
  }

  @Test func bytesThatAreNotUTF8() throws {
    try desk.write("latin.csv", Data("text,label\ngood,a\ncaf".utf8) + [0xE9] + Data(",b\n".utf8))
    expectRefusal(try train("--train", "latin.csv"), "latin.csv, line 3", "not UTF-8")
  }

  @Test func weightsThatAreCutShort() throws {
    try desk.copyModel("damaged")
    try desk.write(
      "damaged/model.safetensors", try desk.data("model/model.safetensors").prefix(50_000))
    expectRefusal(try train("--model", "damaged"), "cut short")
  }

  @Test func weightsThatAreSomethingElse() throws {
    try desk.copyModel("damaged")
    try desk.write("damaged/model.safetensors", "hello, I am a text")
    expectRefusal(try train("--model", "damaged"), "not a safetensors file")
  }

  @Test func weightsThatAreMissing() throws {
    try desk.copyModel("damaged")
    try FileManager.default.removeItem(at: desk.url("damaged/model.safetensors"))
    expectRefusal(try train("--model", "damaged"), "has no weights", "model.safetensors")
  }

  @Test func anArchitectureThatIsNotKnown() throws {
    try desk.copyModel("damaged")
    let config = try desk.text("model/config.json")
      .replacingOccurrences(of: "\"bert\"", with: "\"zebra\"")
    try desk.write("damaged/config.json", config)
    expectRefusal(try train("--model", "damaged"), "\"zebra\" is not supported", "bert")
  }

  @Test func aVocabularyThatDoesNotFitTheEmbedding() throws {
    try desk.copyModel("damaged")
    var file = try JSON.object(desk.text("model/tokenizer.json"))
    var model = file["model"] as? [String: Any] ?? [:]
    var vocabulary = model["vocab"] as? [String: Int] ?? [:]
    for extra in 0..<20 { vocabulary["extra\(extra)"] = vocabulary.count }
    model["vocab"] = vocabulary
    file["model"] = model
    try desk.write("damaged/tokenizer.json", try JSONSerialization.data(withJSONObject: file))
    expectRefusal(try train("--model", "damaged"), "do not belong together")
  }

  @Test func aModelWithoutTokenizer() throws {
    try desk.copyModel("damaged")
    try FileManager.default.removeItem(at: desk.url("damaged/tokenizer.json"))
    expectRefusal(try train("--model", "damaged"), "tokenizer")
  }

  @Test func aModelThatIsNotThere() throws {
    expectRefusal(
      try train("--model", "bert-base-uncased"), "There is no model folder bert-base-uncased")
  }

  @Test func aConfigurationThatIsNotJSON() throws {
    try desk.copyModel("damaged")
    try desk.write("damaged/config.json", "{\"model_type\": ")
    expectRefusal(try train("--model", "damaged"), "config.json")
  }

  @Test func aLengthBeyondThePositionsOfTheModel() throws {
    expectRefusal(try train("--max-length", "65"), "65", "64 positions")
  }

  @Test func aTextThatIsTooLongWhereNoneMayBeCut() throws {
    expectRefusal(
      try train("--max-length", "12", "--truncation", "none"), "train.csv, line", "12 allowed",
      "more rows are too long")
  }

  @Test func aMetricThatTheTaskDoesNotHave() throws {
    let outcome = try train("--validation", "0.1", "--metric", "f2")
    #expect(outcome.status == 1)
    #expect(outcome.error.contains("f2"))
  }

  @Test func aShareOfCutTextsAboveTheLimitStopsBeforeTraining() throws {
    let outcome = try train("--max-length", "12")
    #expect(outcome.status == 1)
    #expect(outcome.sentence.contains("cuts") && outcome.sentence.contains("--max-truncated-share"))
    #expect(outcome.sentence.contains("run/preflight.json"))
    #expect(desk.holds("run/preflight.json") && !desk.holds("run/metrics.jsonl"))
    #expect(try train("--max-length", "12", "--max-truncated-share", "1").status == 0)
  }

  @Test func numbersThatAreNotFiniteNameTheBatch() throws {
    let outcome = try train("--learning-rate", "1e30", "--save-every", "1")
    #expect(outcome.status == 1)
    #expect(outcome.error.contains("at step 2 (epoch 1)"))
    #expect(outcome.error.contains("train.csv"))
    let state = try JSON.object(desk.text("run/resume/state.json"))
    #expect(state["step"] as? Int == 1)
    #expect(desk.holds("run/resume/step-1/weights.safetensors"))
  }
}
