/// How one parameter is moved where it is not like all others: what PyTorch calls a parameter
/// group.
public struct ParameterSettings: Sendable, Equatable {
  /// What the learning rate of every step is multiplied with, 0 or more; 1 by default.
  public var rateFactor: Double
  /// Share of the weight that is taken away, times the learning rate; nil, the default, is the
  /// optimiser's for matrices and 0 for biases and the weights of norms.
  public var weightDecay: Double?

  /// Makes the settings; those of all other parameters by default.
  public init(rateFactor: Double = 1, weightDecay: Double? = nil) {
    self.rateFactor = rateFactor
    self.weightDecay = weightDecay
  }
}
