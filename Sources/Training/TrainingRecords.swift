public import Evaluation

/// What one optimiser step did.
public struct StepRecord: Sendable {
  /// Steps made so far, this one counted.
  public let step: Int
  /// Steps of the whole run.
  public let totalSteps: Int
  /// How far into the run, in epochs.
  public let epoch: Double
  /// The mean training loss of the step's examples, before the update.
  public let loss: Double
  /// What a method of tuning added to the loss, such as AdaLoRA's orthogonality; nil for none.
  public let regularization: Double?
  /// The learning rate of the step.
  public let learningRate: Double
  /// The norm of all gradients before clipping.
  public let gradientNorm: Double
  /// Tokens of the step's examples.
  public let tokens: Int
  /// Examples of the step.
  public let examples: Int
  /// Seconds that the step took.
  public let seconds: Double
}

/// What an evaluation during the run found.
public struct EvaluationRecord: Sendable {
  /// Steps made so far.
  public let step: Int
  /// How far into the run, in epochs.
  public let epoch: Double
  /// All scores.
  public let report: EvaluationReport
  /// The score that tells which weights are best.
  public let metric: MetricName
  /// The value of ``metric``.
  public let value: Double
  /// Whether it is the best so far.
  public let isBest: Bool
}

/// The rank that a method of tuning gives one dense layer.
public struct ModuleRank: Sendable, Equatable {
  /// The layer, by its name in Transformers.
  public let module: String
  /// Singular values that are not 0.
  public let rank: Int
}

/// How a method of tuning shares ranks out over the layers: at the start, and when it changed.
public struct RankRecord: Sendable, Equatable {
  /// Steps made so far.
  public let step: Int
  /// Every layer of the method, in the model's order.
  public let ranks: [ModuleRank]
}

/// Layers that join in during the run.
public struct ThawRecord: Sendable, Equatable {
  /// Steps made before.
  public let step: Int
  /// The stage that begins, counted from 0, which is that of the start.
  public let stage: Int
  /// Stages of a run that is long enough.
  public let stageCount: Int
  /// What is trained from here on.
  public let share: TrainableShare
}

/// Whether a run goes on.
public enum TrainingFlow: Sendable, Equatable {
  /// It does.
  case proceed
  /// It ends here, and why.
  case stop(reason: String)
}

/// Watches a run: receives values, never the trainer; what it throws ends the run.
public protocol TrainingCallback {
  /// An optimiser step was made.
  func stepEnded(_ record: StepRecord) throws -> TrainingFlow
  /// A method of tuning has shared out ranks.
  func ranksChanged(_ record: RankRecord) throws
  /// Layers join in.
  func layersThawed(_ record: ThawRecord) throws
  /// An evaluation has scored this many of all its examples.
  func evaluationProceeded(_ done: Int, of total: Int) throws
  /// The validation data were scored.
  func evaluationEnded(_ record: EvaluationRecord) throws -> TrainingFlow
  /// The state for a resume is about to be stored: what was recorded until now has to be on the
  /// disk, for a run that goes on from the state does not record it again.
  func stateWillBeStored(step: Int) throws
  /// The state for a resume was stored.
  func stateStored(step: Int) throws
}

extension TrainingCallback {
  /// Goes on.
  public func stepEnded(_ record: StepRecord) throws -> TrainingFlow { .proceed }
  /// Does nothing.
  public func ranksChanged(_ record: RankRecord) throws {}
  /// Does nothing.
  public func layersThawed(_ record: ThawRecord) throws {}
  /// Does nothing.
  public func evaluationProceeded(_ done: Int, of total: Int) throws {}
  /// Goes on.
  public func evaluationEnded(_ record: EvaluationRecord) throws -> TrainingFlow { .proceed }
  /// Does nothing.
  public func stateWillBeStored(step: Int) throws {}
  /// Does nothing.
  public func stateStored(step: Int) throws {}
}
