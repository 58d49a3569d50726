public import Models
public import Torch

/// The loss of a classifier of texts: cross-entropy, binary cross-entropy or squared error, in
/// fp32.
public struct ClassificationLoss: Sendable {
  /// What one row's answer is.
  public let problem: ClassificationLabels.Problem
  /// The share of the target that is spread over all classes; cross-entropy only.
  public var smoothing: Double
  /// One weight a class: of the rows of a class, or of the positive rows of a label.
  ///
  /// nil weighs all alike.
  public var weights: [Double]?

  /// Makes a loss.
  public init(
    _ problem: ClassificationLabels.Problem, smoothing: Double = 0, weights: [Double]? = nil
  ) {
    self.problem = problem
    self.smoothing = smoothing
    self.weights = weights
  }

  /// What the summed loss is divided by: rows, rows times labels, or the weights of the rows'
  /// classes.
  ///
  /// - Throws: ``TasksError`` when an example has no target of this problem's kind.
  public func weight(_ examples: [ClassificationExample], labels: Int) throws -> Double {
    switch problem {
    case .singleLabel:
      guard let weights else { return Double(examples.count) }
      return try classes(examples).reduce(0) { $0 + weights[$1] }
    case .multiLabel: return Double(examples.count * labels)
    case .regression: return Double(examples.count)
    }
  }

  /// The sum over a batch of logits `[N, labels]`; rank 0.
  ///
  /// - Throws: ``TasksError`` when an example has no target of this problem's kind.
  public func sum(_ logits: Tensor, _ examples: [ClassificationExample]) throws -> Tensor {
    let scores = try logits.to(.float32)
    let device = scores.device
    let weightTensor = try weights.map { try Tensor($0.map(Float.init)).to(device) }
    switch problem {
    case .singleLabel:
      let target = try Tensor(classes(examples).map(Int64.init)).to(device)
      return try scores.crossEntropy(
        target, weight: weightTensor, reduction: .sum, smoothing: smoothing)
    case .multiLabel:
      let width = scores.size(-1)
      var target = [Float](repeating: 0, count: examples.count * width)
      for (row, example) in examples.enumerated() {
        guard case .labels(let places) = example.target else { throw lacksTarget(example) }
        for place in places { target[row * width + place] = 1 }
      }
      return try scores.binaryCrossEntropy(
        Tensor(target, shape: [examples.count, width]).to(device), positiveWeight: weightTensor,
        reduction: .sum)
    case .regression:
      let target = try Tensor(values(examples).map(Float.init), shape: [examples.count, 1])
      return try scores.meanSquaredError(target.to(device), reduction: .sum)
    }
  }

  func classes(_ examples: [ClassificationExample]) throws -> [Int] {
    try examples.map { example in
      guard case .label(let place) = example.target else { throw lacksTarget(example) }
      return place
    }
  }

  func values(_ examples: [ClassificationExample]) throws -> [Double] {
    try examples.map { example in
      guard case .value(let value) = example.target else { throw lacksTarget(example) }
      return value
    }
  }

  private func lacksTarget(_ example: ClassificationExample) -> TasksError {
    TasksError(
      .example, "\(example.location): the row has no label of the kind that this task learns.")
  }
}
