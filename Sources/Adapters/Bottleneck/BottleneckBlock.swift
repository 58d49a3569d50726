internal import Layers
internal import Torch

/// One adapter after a part of a layer: down to the bottleneck, a non-linearity, and up again.
///
/// The order of sums and norms is that of the `adapters` library, version 1.3.
final class BottleneckBlock: SublayerAdapter {
  /// A norm of the adapter's own, with PyTorch's epsilon.
  struct Norm {
    let weight, bias: Parameter

    func callAsFunction(_ input: Tensor) throws -> Tensor {
      try residualNorm(.layer, input, weight: weight.value, bias: bias.value, epsilon: 1e-5)
    }
  }

  /// The scope of the layer that it belongs to.
  let slot: SublayerSlot
  let downWeight, downBias, upWeight, upBias: Parameter
  let normBefore, normAfter: Norm?
  /// `[1]` or `[width]` where it is trained.
  let scale: Parameter?
  private let settings: BottleneckSettings
  private let dropout: Dropout

  var parameters: [Parameter] {
    [downWeight, downBias, upWeight, upBias]
      + [normBefore, normAfter].flatMap { $0.map { [$0.weight, $0.bias] } ?? [] }
      + (scale.map { [$0] } ?? [])
  }

  init(
    _ settings: BottleneckSettings, layer: Int, at slot: SublayerSlot, in store: ParameterStore,
    _ scope: AttachmentScope
  ) throws {
    self.settings = settings
    self.slot = slot
    let width = slot.width
    let bottleneck = max(1, Int(Double(width) / settings.reductionFactor(ofLayer: layer)))
    let name = "\(slot.name).\(slot.kind.rawValue).adapter"
    func parameter(_ part: String, _ shape: [Int], _ initial: Initializer) throws -> Parameter {
      try scope.attach("\(name).\(part)", initial, shape, to: store)
    }
    func norm(_ part: String) throws -> Norm {
      Norm(
        weight: try parameter("\(part).weight", [width], .ones),
        bias: try parameter("\(part).bias", [width], .zeros))
    }
    normBefore = settings.normBefore ? try norm("norm_before") : nil
    downWeight = try parameter(
      "down.weight", [bottleneck, width], settings.start.down(inputSize: width))
    downBias = try parameter("down.bias", [bottleneck], .zeros)
    upWeight = try parameter("up.weight", [width, bottleneck], settings.start.up)
    upBias = try parameter("up.bias", [width], .zeros)
    normAfter = settings.normAfter ? try norm("norm_after") : nil
    scale =
      switch settings.scaling {
      case .constant: nil
      case .learned: try parameter("scaling", [1], .ones)
      case .channels: try parameter("scaling", [width], .ones)
      }
    dropout = store.root.dropout(settings.dropout)
    if settings.start == .houlsby {
      for weight in [downWeight, upWeight] { try weight.redraw(beyond: 2e-2, seed: scope.seed) }
    }
  }

  /// The stream after the part.
  func callAsFunction(_ part: SublayerResult) throws -> Tensor {
    settings.isParallel ? try beside(part) : try after(part)
  }

  private func after(_ part: SublayerResult) throws -> Tensor {
    var (read, residual) = (part.output, part.output)
    if settings.originalNormBefore {
      let sum = try part.output + part.residual
      read = try part.norm?(sum) ?? sum
      switch settings.residual {
      case .beforeSum: break
      case .afterSum: residual = sum
      case .afterNorm: residual = read
      }
    }
    var result = try bottleneck(read)
    if settings.addsBeforeNorm { result = try result + residual }
    if let normAfter { result = try normAfter(result) }
    if !settings.addsBeforeNorm { result = try result + residual }
    return try added(result, to: part)
  }

  private func beside(_ part: SublayerResult) throws -> Tensor {
    var result = try bottleneck(part.residual)
    if let normAfter { result = try normAfter(result) }
    return try added(result + part.output, to: part)
  }

  private func added(_ result: Tensor, to part: SublayerResult) throws -> Tensor {
    guard settings.originalNormAfter else { return result }
    let sum = try result + part.residual
    return try part.norm?(sum) ?? sum
  }

  /// `[T, width]` to `[T, width]`, scaled and dropped out.
  private func bottleneck(_ input: Tensor) throws -> Tensor {
    let read = try normBefore?(input) ?? input
    let hidden = try biasActivation(
      read.linear(weight: downWeight.value), bias: downBias.value,
      function: settings.activation.function)
    var result = try hidden.linear(weight: upWeight.value, bias: upBias.value)
    if let scale {
      result = try result * scale.value
    } else if case .constant(let factor) = settings.scaling, factor != 1 {
      result = try result * factor
    }
    return try dropout(result)
  }
}

extension Parameter {
  /// Draws numbers that lie too far from zero again, until none does.
  fileprivate func redraw(beyond bound: Double, seed: UInt64) throws {
    var values = try master.clone()
    var round = 0
    while try values.absolute().maximum().item() > bound {
      round += 1
      let others = try Initializer.normal(deviation: bound / 2)(
        shape, name: "\(name) \(round)", seed: seed)
      values = try values.absolute().isGreater(than: bound).choose(
        others.to(values.device), otherwise: values)
    }
    try assign(values)
  }
}

extension BottleneckSettings.Start {
  /// Of the layer into the bottleneck.
  fileprivate func down(inputSize: Int) -> Initializer {
    switch self {
    case .bert: .normal(deviation: 0.02)
    case .mam: .uniform(bound: 1 / Double(inputSize).squareRoot())
    case .houlsby: .normal(deviation: 0.01)
    }
  }

  /// Of the layer back.
  fileprivate var up: Initializer {
    switch self {
    case .bert: .normal(deviation: 0.02)
    case .mam: .zeros
    case .houlsby: .normal(deviation: 0.01)
    }
  }
}
