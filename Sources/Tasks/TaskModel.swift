public import Foundation
public import Datasets
public import Evaluation
public import Layers
public import Torch

/// A sum of losses and what it has to be divided by for a mean: so losses of many batches add up
/// exactly.
public struct SummedLoss {
  /// The sum, rank 0, fp32, differentiable.
  public let sum: Tensor
  /// Examples, label tokens, or whatever the task's loss is a mean over.
  public let weight: Double

  /// Pairs a sum with its weight.
  public init(sum: Tensor, weight: Double) {
    self.sum = sum
    self.weight = weight
  }
}

/// An example as a task sees it: tokens and what is to be learned from them.
public protocol TaskExample: Sendable {
  /// Tokens, special ones included.
  var tokenCount: Int { get }
  /// Where the example comes from, for messages.
  var location: RowLocation { get }
  /// Adds tokens and target to a hash: two examples that teach the same add the same.
  func feed(_ hash: inout StableHash)
}

/// What a model is for: how examples become a loss, outputs, and scores.
///
/// The trainer, the evaluator and the predictor know a task by this protocol alone.
public protocol TaskModel<Example> {
  /// What ``loss(_:)`` takes, prepared once.
  associatedtype Example: TaskExample
  /// What ``predict(_:)`` gives for one example.
  associatedtype Output: Sendable
  /// Scores in the making, in constant or compact memory.
  associatedtype Scoring

  /// The model's parameters.
  var store: ParameterStore { get }
  /// What evaluations of this task score.
  var evaluationKind: EvaluationKind { get }
  /// The score that says which checkpoint is best when the user names none.
  var defaultMetric: String { get }

  /// What the loss of these examples is divided by for a mean.
  func lossWeight(_ examples: [Example]) throws -> Double

  /// The summed loss of a batch, in fp32.
  func loss(_ examples: [Example]) throws -> SummedLoss

  /// The model's outputs for a batch, one for each example, in its order.
  func predict(_ examples: [Example]) throws -> [Output]

  /// The summed loss of outputs that were computed, for evaluation.
  func loss(of outputs: [Output], _ examples: [Example]) throws -> (sum: Double, weight: Double)

  /// An empty scoring.
  func makeScoring() throws -> Scoring

  /// Counts a batch of outputs.
  func score(_ outputs: [Output], _ examples: [Example], into scoring: inout Scoring) throws

  /// What one row adds to the scores: for slices, the hardest rows and comparisons with other runs.
  func outcome(of output: Output, _ example: Example) throws -> RowOutcome

  /// Closes a scoring; confidence intervals are made as `bootstrap` says, nil makes none.
  func report(_ scoring: Scoring, bootstrap: BootstrapSettings?) throws -> EvaluationReport

  /// Puts back the weights that ``save(to:)`` wrote.
  func reload(from folder: URL) throws

  /// Writes the model, with everything that is needed to load it again, into a folder in Hugging
  /// Face's layout.
  func save(to folder: URL) throws
}
