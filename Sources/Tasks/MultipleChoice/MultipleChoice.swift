public import Datasets
public import Evaluation
public import Foundation
public import Layers
public import Models
public import Tokenizers
public import Torch

/// A question with its choices as tokens, and which one is right.
public struct ChoiceExample: TaskExample {
  /// The question with each of its choices.
  public let choices: [TokenSequence]
  /// The place of the right one; nil where it is not known.
  public let answer: Int?
  /// Where the row comes from.
  public let location: RowLocation

  /// Makes an example.
  public init(choices: [TokenSequence], answer: Int?, location: RowLocation) {
    self.choices = choices
    self.answer = answer
    self.location = location
  }

  /// Tokens of all choices, special ones included.
  public var tokenCount: Int { choices.reduce(0) { $0 + $1.ids.count } }

  /// Adds tokens and answer to a hash.
  public func feed(_ hash: inout StableHash) {
    for choice in choices { choice.feed(&hash) }
    hash.add("\(answer.map(String.init) ?? "none")")
  }
}

/// Multiple choice: each choice of a question gets a score, and a softmax over a question's choices
/// says how probable each is.
public struct MultipleChoice: TaskModel {
  /// The model with its weights.
  public let pretrained: PretrainedModel<any SequenceClassifier>
  /// The tokenizer that the model was trained with.
  public let tokenizer: PretrainedTokenizer

  /// Joins a model and its tokenizer to a task.
  ///
  /// - Throws: ``TasksError`` when the tokenizer has tokens for which the model has no embedding.
  public init(
    _ pretrained: PretrainedModel<any SequenceClassifier>, tokenizer: PretrainedTokenizer
  ) throws {
    try pretrained.model.requireFitting(tokenizer)
    self.pretrained = pretrained
    self.tokenizer = tokenizer
  }

  /// The model's parameters.
  public var store: ParameterStore { pretrained.store }
  /// Choices.
  public var evaluationKind: EvaluationKind { .choice }
  /// Accuracy.
  public var defaultMetric: String { "accuracy" }

  /// Scores of all choices of all questions, one after another, `[C, 1]`.
  public func logits(_ examples: [ChoiceExample]) throws -> Tensor {
    try pretrained.model(RaggedBatch(examples.flatMap(\.choices), on: store.options.device))
  }

  /// The number of questions.
  public func lossWeight(_ examples: [ChoiceExample]) -> Double { Double(examples.count) }

  /// The summed cross-entropy of the right choices.
  public func loss(_ examples: [ChoiceExample]) throws -> SummedLoss {
    SummedLoss(sum: try summed(logits(examples), examples), weight: lossWeight(examples))
  }

  private func summed(_ logits: Tensor, _ examples: [ChoiceExample]) throws -> Tensor {
    let answers = try examples.map { example in
      guard let answer = example.answer, example.choices.indices.contains(answer) else {
        throw TasksError(
          .example, "\(example.location): the row does not say which of its choices is right.")
      }
      return Int64(answer)
    }
    let scores = try RaggedScores(logits, counts: examples.map(\.choices.count)).padded()
    return try scores.crossEntropy(Tensor(answers).to(scores.device), reduction: .sum)
  }

  /// The scores of each question's choices.
  public func predict(_ examples: [ChoiceExample]) throws -> [ClassificationOutput] {
    try RowNumbers.split(
      logits(examples).values(as: Float.self), counts: examples.map(\.choices.count),
      examples.map(\.location)
    ).map(ClassificationOutput.init(logits:))
  }

  /// The summed loss of scores that were computed.
  public func loss(
    of outputs: [ClassificationOutput], _ examples: [ChoiceExample]
  ) throws -> (sum: Double, weight: Double) {
    let logits = try Tensor(outputs.flatMap(\.logits))
    let sum = try withoutGradients { try summed(logits, examples).item() }
    return (sum, lossWeight(examples))
  }

  /// An empty scoring.
  public func makeScoring() -> ChoiceEvaluation { ChoiceEvaluation() }

  /// Counts a batch of outputs.
  public func score(
    _ outputs: [ClassificationOutput], _ examples: [ChoiceExample],
    into scoring: inout ChoiceEvaluation
  ) throws {
    let loss = try loss(of: outputs, examples)
    for (output, example) in zip(outputs, examples) {
      try scoring.update(scores: output.logits, answer: example.answer ?? 0)
    }
    scoring.addLoss(sum: loss.sum, weight: loss.weight)
  }

  /// The loss, whether the choice is right, and how sure it is.
  public func outcome(
    of output: ClassificationOutput, _ example: ChoiceExample
  ) throws -> RowOutcome {
    guard let answer = example.answer else { return RowOutcome() }
    return try ChoiceEvaluation().outcome(scores: output.logits, answer: answer)
  }

  /// Closes a scoring.
  public func report(
    _ scoring: ChoiceEvaluation, bootstrap: BootstrapSettings?
  ) throws -> EvaluationReport {
    try scoring.report(bootstrap: bootstrap)
  }

  /// Puts back the weights of a folder.
  public func reload(from folder: URL) throws { try pretrained.reload(from: folder) }

  /// Writes configuration, weights and tokenizer as Transformers' `AutoModelForMultipleChoice` reads
  /// them.
  public func save(to folder: URL) throws {
    try pretrained.save(to: folder)
    try tokenizer.save(to: folder)
  }
}
