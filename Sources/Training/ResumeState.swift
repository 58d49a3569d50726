internal import Foundation

/// Where a run is, beside its weights and its optimiser: `resume/state.json`.
public struct ResumeState: Codable, Sendable, Equatable {
  /// The best evaluation so far.
  public struct Best: Codable, Sendable, Equatable {
    /// Its score.
    public var value: Double
    /// The steps made before it.
    public var step: Int
  }

  /// What wrote the file, to refuse ones of other versions.
  public var format = 1
  /// Optimiser steps made.
  public var step = 0
  /// Micro-batches begun: with the seed it names the next dropout masks.
  public var microbatch: UInt64 = 0
  /// The best evaluation so far.
  public var best: Best?
  /// Evaluations since the best one.
  public var evaluationsWithoutBest = 0
  /// Whether the evaluation after ``step`` is still to be made.
  public var evaluationIsDue = false
  /// The steps made before the latest evaluation.
  public var evaluatedStep: Int?
  /// Seconds of training before this state.
  public var seconds = 0.0
  /// Whether the run has ended, and why when early.
  public var ended: String?
  /// What decides the run's course: data, model and settings, as one hash.
  public var fingerprint = ""
  /// The folder beside this file that holds weights and optimiser.
  public var weights = ""

  /// The state of a run that has not begun.
  public init() {}
}
