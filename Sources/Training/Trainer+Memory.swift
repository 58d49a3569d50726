internal import Layers
internal import Optimizers
internal import Tasks
internal import Torch

extension Trainer {
  /// The memory that the run is going to need, found out by passes over a few examples.
  ///
  /// Activations grow in proportion to tokens, so two small forward passes tell those of the largest
  /// micro-batch; a backward pass tells which gradients there are. Where layers join in during the
  /// run, the figures are those of the end, when all have. Nothing that decides the run's course is
  /// changed.
  ///
  /// - Throws: What the task throws for the examples.
  public func memoryEstimate() throws -> MemoryEstimate {
    let forward = task.store.forwardState
    let before = (forward.isTraining, forward.checkpointsActivations, forward.seed)
    forward.isTraining = true
    forward.checkpointsActivations = configuration.checkpointActivations
    forward.seed = UInt64(clamping: configuration.seed)
    defer { (forward.isTraining, forward.checkpointsActivations, forward.seed) = before }

    let waiting = try thawAll()
    defer { for parameter in waiting { try? parameter.setTrainable(false) } }
    let trained = optimizer.parameters + waiting
    let lengths = training.map(\.tokenCount)
    let tokens = try plan.largestMicrobatch(lengths)
    // The backward pass first: what is made once for all passes is there when they are counted.
    let gradients = try gradientBytes(trained, tokens: tokens)
    let adds =
      configuration.gradientAccumulation > 1 && trained.contains(where: \.hasComputeCopy)
    let bytes = { (parameters: [Parameter]) in parameters.reduce(0) { $0 + $1.byteCount } }
    return MemoryEstimate(
      parameters: bytes(task.store.parameters),
      frozen: bytes(task.store.parameters.filter { !$0.isTrainable }),
      moments: try momentBytes(waiting),
      gradientSums: adds ? gradients.sums : 0, gradients: gradients.own,
      activations: try activationBytes(tokens: tokens), tokens: tokens)
  }

  /// Makes the parameters trainable whose turn comes later.
  private func thawAll() throws -> [Parameter] {
    guard let freezing, stage + 1 < freezing.stageCount else { return [] }
    return try (stage + 1..<freezing.stageCount).flatMap { later in
      freezing.firstStep(of: later, of: plan) == nil
        ? [] : try freezing.thaw(later, of: task.store)
    }
  }

  /// Bytes of the optimiser's memory, with that of parameters that join in later.
  private func momentBytes(_ waiting: [Parameter]) throws -> Int {
    let later = try Optimizer(optimizer.configuration, parameters: waiting)
    return (optimizer.state() + later.state()).reduce(0) { $0 + $1.tensor.byteCount }
  }

  /// Bytes of the gradients of a micro-batch, and of their sums in fp32.
  private func gradientBytes(
    _ trained: [Parameter], tokens: Int
  ) throws -> (own: Int, sums: Int) {
    try task.loss(Array(training.prefix(1))).sum.backward()
    defer { try? task.store.clearGradients() }
    var own = 0, sums = 0
    for parameter in trained {
      guard let gradient = parameter.value.accumulatedGradient else { continue }
      var count = parameter.count
      if gradient.holdsRows, let rows = parameter.shape.first, rows > 0 {
        count = count / rows * min(rows, tokens)
      }
      own += count * gradient.dataType.size
      sums += count * DataType.float32.size
    }
    return (own, sums)
  }

  /// Bytes that a forward pass over so many tokens keeps: a line through those of two small batches.
  private func activationBytes(tokens: Int) throws -> Int {
    let few = try heldBytes(training.prefix(1)), more = try heldBytes(training.prefix(4))
    guard more.tokens > few.tokens else { return few.bytes * tokens / max(1, few.tokens) }
    let slope = Double(more.bytes - few.bytes) / Double(more.tokens - few.tokens)
    return max(0, few.bytes + Int(slope * Double(tokens - few.tokens)))
  }

  private func heldBytes(_ examples: ArraySlice<Work.Example>) throws -> (tokens: Int, bytes: Int) {
    let counted = try CountedMemory.of { try task.loss(Array(examples)).sum }
    return (examples.reduce(0) { $0 + $1.tokenCount }, counted.memory.held)
  }
}
