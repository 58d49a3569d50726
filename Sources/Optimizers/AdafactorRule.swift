internal import Foundation
internal import Layers
internal import Torch

/// Adafactor (Shazeer and Stern 2018, arXiv:1804.04235), as Transformers computes it: second
/// moments of a matrix are kept as the means of its rows and of its columns.
final class AdafactorRule: UpdateRule {
  private let options: AdafactorConfiguration
  private var memories: [Memory] = []

  /// What is remembered of one parameter.
  private struct Memory {
    /// Rows' and columns' means of a matrix; nil for a vector.
    let rows, columns: Tensor?
    /// Second moments of a vector; nil for a matrix.
    let squares: Tensor?
    /// The mean of updates, when one is kept.
    let updates: Tensor?
  }

  init(_ configuration: OptimizerConfiguration) {
    options = configuration.adafactor
  }

  func add(_ parameters: [Parameter]) throws {
    let keepsUpdates = options.beta1 != nil
    memories += try parameters.map { parameter in
      let shape = parameter.shape
      let isFactored = shape.count >= 2
      return Memory(
        rows: isFactored ? try parameter.zeroState(Array(shape.dropLast())) : nil,
        columns: isFactored
          ? try parameter.zeroState(shape.dropLast(2) + [shape[shape.count - 1]]) : nil,
        squares: isFactored ? nil : try parameter.zeroState(),
        updates: keepsUpdates ? try parameter.zeroState() : nil)
    }
  }

  func update(_ moves: [Move], _ step: UpdateStep) throws {
    for move in moves { try update(move, step) }
  }

  private func update(_ move: Move, _ step: UpdateStep) throws {
    let memory = memories[move.index]
    let weights = move.parameter.master
    let count = step.count - move.stepsBefore
    let rate = try learningRate(of: weights, step, count) * move.rateFactor
    let decay = 1 - pow(Double(count), options.decayRate)
    let scaled = try move.gradient.dense().to(.float32) * step.scale
    let squares = try scaled.squared() + options.squaredGradientEpsilon

    let update = try normalized(scaled, squares, memory, decay)
    let excess = try rootMeanSquare(update) / options.clipThreshold
    try update.multiply(by: rate / max(1, excess))
    var change = update
    if let mean = memory.updates, let beta1 = options.beta1 {
      try mean.multiply(by: beta1)
      try mean.add(update, scale: 1 - beta1)
      change = mean
    }
    if move.weightDecay != 0 { try weights.multiply(by: 1 - move.weightDecay * rate) }
    try weights.add(change, scale: -1)
    if let copy = move.parameter.copyToWrite { try copy.castCopy(from: weights) }
  }

  /// The gradient over the root of its second moments.
  private func normalized(
    _ gradient: Tensor, _ squares: Tensor, _ memory: Memory, _ decay: Double
  ) throws -> Tensor {
    if let rows = memory.rows, let columns = memory.columns {
      try rows.interpolate(towards: squares.mean([-1]), by: 1 - decay)
      try columns.interpolate(towards: squares.mean([-2]), by: 1 - decay)
      let byRow = try (rows / rows.mean([-1], keepsDimensions: true)).reciprocalSquareRoot()
      let byColumn = try columns.reciprocalSquareRoot()
      return try byRow.unsqueezed(-1) * byColumn.unsqueezed(-2) * gradient
    }
    guard let moments = memory.squares else { return gradient }
    try moments.interpolate(towards: squares, by: 1 - decay)
    return try moments.reciprocalSquareRoot() * gradient
  }

  private func learningRate(
    of weights: Tensor, _ step: UpdateStep, _ count: Int
  ) throws -> Double {
    var rate = step.learningRate
    if options.relativeStep {
      let limit = options.warmupInit ? 1e-6 * Double(count) : 1e-2
      rate = min(limit, 1 / Double(count).squareRoot())
    }
    guard options.scaleParameter else { return rate }
    return try rate * max(options.parameterScaleEpsilon, rootMeanSquare(weights))
  }

  private func rootMeanSquare(_ tensor: Tensor) throws -> Double {
    try tensor.norm().item() / Double(max(1, tensor.count)).squareRoot()
  }

  func state(_ parameters: [Parameter]) -> [(name: String, tensor: Tensor)] {
    zip(parameters, memories).flatMap { parameter, memory in
      [
        ("exp_avg_sq_row", memory.rows), ("exp_avg_sq_col", memory.columns),
        ("exp_avg_sq", memory.squares), ("exp_avg", memory.updates),
      ].compactMap { key, tensor in tensor.map { ("\(parameter.name).\(key)", $0) } }
    }
  }
}
