internal import Layers
internal import Torch

/// How much each element of AdaLoRA's matrices matters, and which singular values are left: section
/// 3.2 of the paper, as PEFT's allocator computes it.
final class RankAllocation {
  private let settings: AdaLoRASettings
  private let layers: [AdaLoRALayer]
  /// Smoothed sensitivity and its smoothed uncertainty, of each parameter in the order of the layers'
  /// parts; nil before the first step.
  private var moments: [(sensitivity: Tensor, uncertainty: Tensor)]?
  /// Which values of each layer are left; nil before ranks were shared out.
  private(set) var kept: [[Bool]]?

  init(_ settings: AdaLoRASettings, _ layers: [AdaLoRALayer]) {
    self.settings = settings
    self.layers = layers
  }

  private var parameters: [Parameter] { layers.flatMap { $0.parts.map(\.parameter) } }
  private var initialBudget: Int { settings.initialRank * layers.count }
  private var targetBudget: Int { settings.targetRank * layers.count }

  /// What happens after a step of `total`.
  func stepEnded(_ step: Int, of total: Int) throws {
    try settings.checkSchedule(of: total)
    let last = total - settings.finalSteps
    try withoutGradients {
      if step < last {
        try measure()
        if let budget = budget(step, of: total) { try mask(to: budget) }
      } else if step == last {
        try mask(to: budget(step, of: total) ?? targetBudget)
        moments = nil
      } else {
        try maskAgain()
      }
    }
  }

  /// How many singular values may be left after a step, falling with the cube of what is to go; nil
  /// where they are not shared out now.
  private func budget(_ step: Int, of total: Int) -> Int? {
    guard step > settings.warmupSteps else { return nil }
    let span = Double(total - settings.finalSteps - settings.warmupSteps)
    let left = 1 - Double(step - settings.warmupSteps) / span
    let budget =
      Double(initialBudget - targetBudget) * (left * left * left) + Double(targetBudget)
    return step.isMultiple(of: settings.interval) || step == total - settings.finalSteps
      ? Int(budget) : nil
  }

  /// Smooths |parameter · gradient|, and how far it is from its mean.
  private func measure() throws {
    let found = try parameters.map { parameter in
      let gradient = try parameter.value.gradient ?? Tensor.zeros(parameter.shape)
      return try (parameter.master * gradient.to(.float32)).absolute()
    }
    let before =
      try moments ?? found.map { (try Tensor.zeros($0.shape), try Tensor.zeros($0.shape)) }
    moments = try zip(before, found).map { before, now in
      let sensitivity =
        try before.sensitivity * settings.beta1 + now * (1 - settings.beta1)
      let change = try (now - sensitivity).absolute()
      return (
        sensitivity, try before.uncertainty * settings.beta2 + change * (1 - settings.beta2)
      )
    }
  }

  /// Sets the singular values to zero that matter least, so that no more than the budget are left.
  private func mask(to budget: Int) throws {
    guard let moments else { return }
    let lost = initialBudget - budget
    let scores = try layers.indices.map { try score(of: $0, moments) }
    if lost > 0 {
      let all = try Tensor.concatenated(scores).sorted(along: 0).values
      let threshold = try all.select(0, min(lost, all.count) - 1).item()
      kept = try scores.map { try $0.values(as: Float.self).map { Double($0) > threshold } }
    } else {
      kept = layers.map { Array(repeating: true, count: $0.values.shape[0]) }
    }
    try maskAgain()
  }

  /// The score of each triplet of a layer, `[rank]`: its value's, and the means of its two vectors'.
  private func score(
    of index: Int, _ moments: [(sensitivity: Tensor, uncertainty: Tensor)]
  ) throws -> Tensor {
    let products = try moments[3 * index..<3 * index + 3].map {
      try $0.sensitivity * $0.uncertainty
    }
    let right = try products[0].mean([1])
    let left = try products[2].mean([0])
    return try products[1].reshaped([-1]) + (right + left)
  }

  /// Holds the masked values at zero.
  func maskAgain() throws {
    guard let kept else { return }
    for (layer, mask) in zip(layers, kept) where mask.contains(false) {
      let factors = try Tensor(mask.map { $0 ? Float(1) : 0 }, shape: [mask.count, 1])
      try layer.values.assign(layer.values.master.to(.float32) * factors)
    }
  }

  // MARK: State

  private func names(_ kind: String) -> [String] {
    layers.flatMap { layer in layer.parts.map { "\(layer.name).\($0.ending).\(kind)" } }
  }

  /// Everything that the next step needs.
  func state() throws -> [(name: String, tensor: Tensor)] {
    var state: [(name: String, tensor: Tensor)] = []
    if let moments {
      state += zip(names("sensitivity"), moments.map(\.sensitivity)).map { ($0, $1) }
      state += zip(names("uncertainty"), moments.map(\.uncertainty)).map { ($0, $1) }
    }
    if let kept {
      state += try zip(layers, kept).map { layer, mask in
        ("\(layer.name).kept", try Tensor(mask.map { $0 ? Int64(1) : 0 }))
      }
    }
    return state
  }

  func restore(_ source: any WeightSource) throws {
    let (first, second) = (names("sensitivity"), names("uncertainty"))
    moments =
      try first.first.map(source.contains) == true
      ? zip(first, second).map {
        (try source.tensor($0).clone(), try source.tensor($1).clone())
      } : nil
    kept =
      try layers.first.map { source.contains("\($0.name).kept") } == true
      ? layers.map { try source.tensor("\($0.name).kept").values(as: Int64.self).map { $0 != 0 } }
      : nil
  }

  /// Takes over which values a stored adapter has left.
  func adopt(_ kept: [[Bool]]?) { self.kept = kept }
}
