public import Optimizers
public import Tasks

/// How a model learns: how long, in which batches, how often it is looked at and stored.
public struct TrainingConfiguration: CheckedConfiguration {
  /// How long the run goes on; 3 passes over the training rows by default.
  public var length: RunLength
  /// How many rows make one micro-batch; 16 sequences by default.
  public var batch: BatchLimit
  /// How many rows are evaluated at once; nil, the default, takes ``batch``.
  ///
  /// Scores do not depend on it.
  public var evaluationBatch: BatchLimit?
  /// Micro-batches whose gradients add up to one optimiser step; 1 by default.
  ///
  /// The loss is the mean over the whole window, so that splitting a batch changes nothing.
  public var gradientAccumulation: Int
  /// Gradients are scaled down to this joint norm; 1 by default, nil leaves them.
  public var maximumGradientNorm: Double?
  /// The type of number that the model computes in; `auto` by default.
  public var precision: Precision
  /// Whether each layer is computed again in the backward pass instead of keeping what it needs;
  /// false by default.
  ///
  /// Much less memory for long batches, about a third more work, the same weights bit for bit.
  public var checkpointActivations: Bool
  /// Seeds dropout, the order of rows, new heads and splits; 42 by default, 0 or more.
  public var seed: Int
  /// Replaces every dropout rate of the model, 0..<1; nil, the default, keeps the model's own.
  public var dropout: Double?
  /// Share of the target that is spread over all classes, 0..<1; 0 by default.
  public var labelSmoothing: Double
  /// How much each class counts in the loss; the same for each by default.
  public var classWeights: ClassWeights
  /// When validation data are scored during the run; after each epoch by default.
  ///
  /// They are scored once more after the last step whenever that has not just been done.
  public var evaluateEvery: Interval
  /// The score that tells which weights are best, by its name in Evaluation, which also knows
  /// whether higher is better; nil, the default, takes the task's: `accuracy` for one label a row,
  /// `f1_micro` for several, `mse` for a number.
  public var metricForBest: String?
  /// Whether the run folder ends with the weights that were best on the validation data; true by
  /// default.
  ///
  /// False ends with the last weights, and so does a run without validation data.
  public var keepBest: Bool
  /// Evaluations without a better score after which the run stops; nil, the default, never stops.
  public var earlyStoppingPatience: Int?
  /// The order in which rows are seen; shuffled anew for each epoch by default.
  public var order: Order
  /// Optimiser steps between two records of the loss in the metrics file; 10 by default.
  public var logEverySteps: Int
  /// When what a resume needs is stored; every 500 steps by default.
  ///
  /// An interrupt (Ctrl-C) stores it whatever this says.
  public var saveEvery: Interval
  /// How many stored states to resume from are kept, the newest; 1 by default.
  public var keepCheckpoints: Int
  /// Processor threads; nil, the default, takes every core.
  ///
  /// The same count gives the same bits.
  public var threads: Int?
  /// Where the model computes; `auto` by default.
  public var device: Device

  /// Makes a configuration; every value left out has its documented default.
  public init(
    length: RunLength = .epochs(3), batch: BatchLimit = .sequences(16),
    evaluationBatch: BatchLimit? = nil, gradientAccumulation: Int = 1,
    maximumGradientNorm: Double? = 1, precision: Precision = .automatic,
    checkpointActivations: Bool = false, seed: Int = 42,
    dropout: Double? = nil, labelSmoothing: Double = 0, classWeights: ClassWeights = .none,
    evaluateEvery: Interval = .epoch, metricForBest: String? = nil,
    keepBest: Bool = true, earlyStoppingPatience: Int? = nil, order: Order = .shuffled,
    logEverySteps: Int = 10,
    saveEvery: Interval = .steps(500), keepCheckpoints: Int = 1, threads: Int? = nil,
    device: Device = .automatic
  ) {
    self.length = length
    self.batch = batch
    self.evaluationBatch = evaluationBatch
    self.gradientAccumulation = gradientAccumulation
    self.maximumGradientNorm = maximumGradientNorm
    self.precision = precision
    self.checkpointActivations = checkpointActivations
    self.seed = seed
    self.dropout = dropout
    self.labelSmoothing = labelSmoothing
    self.classWeights = classWeights
    self.evaluateEvery = evaluateEvery
    self.metricForBest = metricForBest
    self.keepBest = keepBest
    self.earlyStoppingPatience = earlyStoppingPatience
    self.order = order
    self.logEverySteps = logEverySteps
    self.saveEvery = saveEvery
    self.keepCheckpoints = keepCheckpoints
    self.threads = threads
    self.device = device
  }
}
