public import Layers
internal import Optimizers

/// ``FreezingSettings`` laid over a model: in which stage of a run each parameter begins to be
/// trained.
///
/// Without gradual unfreezing there is one stage. The stage of a step follows from the step alone,
/// so a resumed run has the stages of one that was not interrupted.
public struct FreezingPlan {
  /// Stages of a run that is long enough.
  public let stageCount: Int
  private let stages: [String: Int]
  private let every: Interval

  /// Lays settings over a model, and changes nothing of it.
  ///
  /// - Throws: `ConfigurationError` for values that are no settings, ``TrainingError`` for patterns
  ///   that match nothing, more layers than there are, and for a model without numbered layers.
  public init(_ settings: FreezingSettings, _ store: ParameterStore) throws {
    try settings.validate()
    let layers = ModelLayers(store)
    if let top = settings.topLayers {
      try layers.requireLayers(for: "freezing.topLayers")
      guard top <= layers.count else {
        throw TrainingError(
          .setting,
          "freezing.topLayers is \(top); the model has \(layers.count) layers. Choose fewer, or "
            + "leave it out to train all and the embeddings.")
      }
    }
    if settings.gradual != nil { try layers.requireLayers(for: "freezing.gradual") }
    let choice = try Choice(settings, store, layers)
    var stages: [String: Int] = [:]
    for parameter in store.parameters {
      stages[parameter.name] = choice.stage(of: parameter)
    }
    self.stages = stages
    stageCount = 1 + (stages.values.max() ?? 0)
    every = settings.gradual?.every ?? .never
    guard stages.values.contains(0) else {
      throw TrainingError(
        .nothingToDo,
        stages.isEmpty
          ? "freezing leaves no parameter of the model trainable. Freeze less."
          : "freezing.gradual leaves nothing to train at the start, since nothing follows the last "
            + "layer. Set freezing.gradual.startLayers to 1 or more.")
    }
  }

  /// The stage in which a parameter begins to be trained; nil when it never is.
  public func stage(of parameter: Parameter) -> Int? { stages[parameter.name] }

  /// The stage of a step, counted from 0.
  func stage(at step: Int, of plan: TrainingPlan) -> Int {
    let passed =
      switch every {
      case .never: 0
      case .epoch: plan.epoch(of: step)
      case .steps(let count): step / count
      }
    return min(passed, stageCount - 1)
  }

  /// The first step of a stage; nil when the run ends before.
  func firstStep(of stage: Int, of plan: TrainingPlan) -> Int? {
    switch every {
    case .never: stage == 0 ? 0 : nil
    case .epoch: stage < plan.firstSteps.count ? plan.firstSteps[stage] : nil
    case .steps(let count): stage * count < plan.totalSteps ? stage * count : nil
    }
  }

  /// Makes the parameters of the first stage trainable, and no others.
  public func begin(_ store: ParameterStore) throws {
    try store.setTrainable { stages[$0] == 0 }
  }

  /// Makes the parameters of a stage trainable.
  ///
  /// - Returns: Those parameters, in the store's order.
  func thaw(_ stage: Int, of store: ParameterStore) throws -> [Parameter] {
    let further = store.parameters.filter { stages[$0.name] == stage }
    for parameter in further { try parameter.setTrainable(true) }
    return further
  }
}

/// Which parameters settings mean.
private struct Choice {
  let settings: FreezingSettings
  let layers: ModelLayers
  let frozen, trainable: [ParameterPattern]

  init(_ settings: FreezingSettings, _ store: ParameterStore, _ layers: ModelLayers) throws {
    self.settings = settings
    self.layers = layers
    let names = store.parameters.map(\.name)
    let patterns = { (texts: [String], key: String) in
      try texts.map { text in
        let pattern = try ParameterPattern(text)
        guard names.contains(where: { pattern.matches($0, layers) }) else {
          throw ParameterPattern.meansNothing(text, of: key, among: names)
        }
        return pattern
      }
    }
    frozen = try patterns(settings.frozen, "freezing.frozen")
    trainable = try patterns(settings.trainable, "freezing.trainable")
  }

  func stage(of parameter: Parameter) -> Int? {
    let name = parameter.name
    let means = { (patterns: [ParameterPattern]) in
      patterns.contains { $0.matches(name, layers) }
    }
    if means(trainable) { return 0 }
    if means(frozen) { return nil }
    // Nothing else would ever give it values.
    if parameter.origin == .initialized, layers.place(of: name) == .head { return 0 }
    if settings.topLayers == nil, settings.frozen.isEmpty, !settings.trainable.isEmpty {
      return nil
    }
    return stage(of: layers.place(of: name))
  }

  private func stage(of place: ModelLayers.Place) -> Int? {
    switch place {
    case .head: 0
    case .embeddings: settings.topLayers == nil ? stage(ofLayer: layers.count) : nil
    case .layer(let fromTop):
      fromTop < settings.topLayers ?? .max ? stage(ofLayer: fromTop) : nil
    }
  }

  /// The stage in which the layer of this distance from the top joins in.
  private func stage(ofLayer fromTop: Int) -> Int {
    guard let gradual = settings.gradual else { return 0 }
    let later = fromTop + 1 - min(gradual.startLayers, fromTop + 1)
    return (later + gradual.layers - 1) / gradual.layers
  }
}
