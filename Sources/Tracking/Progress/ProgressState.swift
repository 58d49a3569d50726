/// How far a piece of work is, and its latest numbers.
public struct ProgressState: Sendable, Equatable {
  /// The steps done, those of an interrupted run included.
  public var step: Int
  /// The epochs done, as a fraction.
  public var epoch: Double?
  /// The latest loss.
  public var loss: Double?
  /// The latest learning rate.
  public var learningRate: Double?
  /// The tokens worked on since the reporter was made.
  public var tokens: Int?

  /// Makes a state; only the step is needed.
  public init(
    step: Int, epoch: Double? = nil, loss: Double? = nil, learningRate: Double? = nil,
    tokens: Int? = nil
  ) {
    self.step = step
    self.epoch = epoch
    self.loss = loss
    self.learningRate = learningRate
    self.tokens = tokens
  }
}
