internal import Adapters
internal import Foundation
internal import Layers
internal import Optimizers
internal import Tasks

extension Trainer {
  /// What of the model is trained: at the end of the run, when layers join in one after another.
  public var trainableShare: TrainableShare {
    TrainableShare(task.store) { [freezing] parameter in
      freezing.map { $0.stage(of: parameter) != nil } ?? parameter.isTrainable
    }
  }

  /// Lets the layers join in whose turn came by a step.
  func thaw(for step: Int) throws {
    guard let freezing else { return }
    let due = freezing.stage(at: step, of: plan)
    while stage < due {
      stage += 1
      let first = freezing.firstStep(of: stage, of: plan) ?? step
      try optimizer.add(freezing.thaw(stage, of: task.store), after: first)
      // A stage that a resumed run begins again was told when it first began.
      guard first == state.step else { continue }
      let record = ThawRecord(
        step: first, stage: stage, stageCount: freezing.stageCount,
        share: TrainableShare(task.store))
      for callback in callbacks { try callback.layersThawed(record) }
    }
  }

  /// The method's ranks; nil for a method without.
  func ranks() throws -> [ModuleRank]? {
    try tuning?.ranks()?.map { ModuleRank(module: $0.module, rank: $0.rank) }
  }

  /// Tells the method's ranks when they are not what was told.
  func tellRanks() throws {
    guard let ranks = try ranks(), ranks != toldRanks else { return }
    toldRanks = ranks
    for callback in callbacks {
      try callback.ranksChanged(RankRecord(step: state.step, ranks: ranks))
    }
  }
}

extension Trainer.Setup {
  /// The freezing of a run over a model; nil for none.
  func plannedFreezing(of store: ParameterStore) throws -> FreezingPlan? {
    guard let freezing, !freezing.isEmpty else { return nil }
    guard tuning == nil else {
      throw TrainingError(
        .setting,
        "A method of tuning freezes the model itself: freezing cannot be set beside it. Leave out "
          + "the one or the other.")
    }
    return try FreezingPlan(freezing, store)
  }

  /// How each parameter is moved: at the rate of its layer, and that of its place in the method.
  func parameterSettings(for store: ParameterStore) throws -> (Parameter) -> ParameterSettings {
    var layers: ModelLayers?
    if optimizer.layerDecay != nil {
      layers = ModelLayers(store)
      try layers?.requireLayers(for: "optimizer.layerDecay")
    }
    return { [optimizer, tuning, layers] parameter in
      let own = tuning?.rateFactor(of: parameter) ?? 1
      let ofLayer = optimizer.layerDecay.flatMap { decay in
        layers?.rateFactor(of: parameter.name, decay: decay)
      }
      return ParameterSettings(rateFactor: own * (ofLayer ?? 1))
    }
  }

  /// ``fingerprint`` with the method and what it trains, so that no run goes on from the state of
  /// another method.
  func wholeFingerprint(_ trained: [Parameter]) throws -> String {
    guard let tuning else { return fingerprint }
    let encoder = JSONEncoder()
    encoder.outputFormatting = .sortedKeys
    let settings = try encoder.encode(tuning.configuration())
    let parameters = trained.map { "\($0.name)\($0.shape)" }.joined(separator: "\n")
    // FNV-1a.
    let hash = (Array(settings) + Array(parameters.utf8)).reduce(0xcbf2_9ce4_8422_2325 as UInt64) {
      ($0 ^ UInt64($1)) &* 0x100_0000_01b3
    }
    return "\(fingerprint) \(tuning.kind) \(String(hash, radix: 16))"
  }
}
