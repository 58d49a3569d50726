internal import Adapters
internal import Foundation
internal import Layers
internal import Optimizers
internal import Tasks
internal import Torch

extension Trainer {
  /// One optimiser step: forward and backward of each micro-batch, clipping, the update, and what the
  /// method of tuning does after it.
  func makeStep(_ window: [[Int]]) throws -> StepRecord {
    let clock = ContinuousClock()
    let start = clock.now
    let batches = window.map { places in places.map { training[$0] } }
    // Known before the first backward pass, so that the loss is a mean over the whole window.
    let total = try batches.reduce(0) { try $0 + task.lossWeight($1) }
    // Rows whose classes all have the weight 0 teach nothing, and are no division by zero either.
    let weight = total == 0 ? 1 : total
    let term = try tuning?.regularization()
    let gradients = GradientWindow(
      optimizer.parameters, microbatches: batches.count + (term == nil ? 0 : 1))
    let regularization = try addRegularization(term, to: gradients, batches)
    var loss = 0.0
    for batch in batches {
      beginMicrobatch()
      let sum = try task.loss(batch).sum
      let value = try sum.item()
      guard value.isFinite else {
        throw notFinite("The loss is \(value.isNaN ? "NaN" : "infinite")", batch)
      }
      try (sum / weight).backward()
      try gradients.add()
      loss += value
    }
    let norm = try GradientNorm(gradients.gradients())
    guard norm.value.isFinite else {
      throw notFinite("The gradients are not finite", batches.flatMap(\.self))
    }
    let rate = schedule.rate(at: state.step)
    let scale = norm.factor(clippingTo: configuration.maximumGradientNorm)
    try optimizer.step(gradients: gradients.gradients(), learningRate: rate, scale: scale)
    if let tuning {
      try gradients.giveBack(to: tuning.parameters, scale: scale)
      try tuning.stepEnded(state.step + 1, of: plan.totalSteps)
    }
    try gradients.clear()

    let seconds = Double(start.duration(to: clock.now) / .nanoseconds(1)) / 1e9
    let step = state.step
    advance(by: seconds)
    return StepRecord(
      step: step + 1, totalSteps: plan.totalSteps, epoch: plan.epochs(after: step),
      loss: loss / weight, regularization: regularization, learningRate: rate,
      gradientNorm: norm.value,
      tokens: batches.reduce(0) { $0 + $1.reduce(0) { $0 + $1.tokenCount } },
      examples: batches.reduce(0) { $0 + $1.count }, seconds: seconds)
  }

  /// The backward pass of the method's own term of the loss, which counts once for a step however
  /// many micro-batches that has.
  ///
  /// - Returns: The term's value; nil for a method without one.
  private func addRegularization(
    _ term: Tensor?, to gradients: GradientWindow, _ batches: [[Work.Example]]
  ) throws -> Double? {
    guard let term else { return nil }
    let value = try term.item()
    guard value.isFinite else {
      throw notFinite("The method's term of the loss is not finite", batches.flatMap(\.self))
    }
    try term.backward()
    try gradients.add()
    return value
  }

  /// Refuses to keep weights that the latest step broke: a loss would tell only at the next one.
  func requireFiniteWeights() throws {
    let isFinite = { (parameters: [Parameter]) in
      try sumOfSquares(parameters.map(\.master)).isFinite
    }
    guard state.step > 0, try !isFinite(optimizer.parameters) else { return }
    let broken = try optimizer.parameters.filter { try !isFinite([$0]) }.map(\.name)
    var windows = plan.windows()
    let rows = try windows.window(of: state.step - 1).flatMap { places in
      places.map { training[$0] }
    }
    throw notFinite(
      "\(broken.first ?? "A weight") is not finite after the update", rows, step: state.step - 1)
  }

  /// Names the batch that broke a run: its step and its rows.
  private func notFinite(
    _ what: String, _ batch: [Work.Example], step: Int? = nil
  ) -> TrainingError {
    let step = step ?? state.step
    let rows = batch.prefix(16).map { "\($0.location)" }.joined(separator: ", ")
    let more = batch.count > 16 ? " and \(batch.count - 16) more" : ""
    return TrainingError(
      .notFinite,
      "\(what) at step \(step + 1) (epoch \(plan.epoch(of: step) + 1)). The batch holds "
        + "the rows \(rows)\(more). The weights of the last stored state are whole. Try a lower "
        + "learning rate, a longer warm-up, or --precision fp32.")
  }
}
