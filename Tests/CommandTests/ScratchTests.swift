import Foundation
import TestSupport
import Testing

/// `--model lstm`: a model without any pre-trained weights, and its vocabulary from the data.
@Suite struct ScratchTests {
  let desk: Desk

  init() throws {
    desk = try TunedRun.shared.get().desk
  }

  private func train(_ output: String, _ more: [String] = []) throws -> Program.Outcome {
    try desk.program.run(
      [
        "train", "--model", "lstm", "--task", "text-classification", "--train", "train.csv",
        "--test", "test.csv", "--epochs", "6", "--learning-rate", "1e-2", "--set",
        "lstm.hiddenSize=16", "--set", "lstm.embeddingSize=16", "--output", output,
      ] + more)
  }

  @Test("An LSTM is trained from scratch, evaluated, and predicts; its folder says what it is")
  func trainsAnLSTMFromScratch() throws {
    let outcome = try train("runs/lstm")
    #expect(outcome.status == 0, "\(outcome.error)")
    let evaluated = try desk.program.run("evaluate", "runs/lstm", "test.csv")
    #expect(evaluated.status == 0, "\(evaluated.error)")
    let predicted = try desk.program.run(
      ["predict", "runs/lstm"],
      input: Data("the film is good and lovely film\nthe film is bad and dull film\n".utf8))
    let labels = try JSON.lines(predicted.output).map { $0["label"] as? String }
    #expect(labels == ["positive", "negative"])
    let inspected = try desk.program.run("inspect", "runs/lstm")
    for part in ["a lstm model", "hidden_size: 16", "LSTMForSequenceClassification"] {
      #expect(inspected.output.contains(part))
    }
  }

  @Test("Sizes of an LSTM are refused for another model, by name")
  func refusesSizesForAnotherModel() throws {
    let outcome = try desk.program.run(
      "train", "--model", "model", "--task", "text-classification", "--train", "train.csv",
      "--output", "runs/refused", "--set", "lstm.hiddenSize=16")
    #expect(outcome.status != 0)
    #expect(
      outcome.error.contains(
        "lstm is set, but the model is 'model'; set model to lstm, or leave the section out"))
  }
}
