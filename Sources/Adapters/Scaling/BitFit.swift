public import Layers
internal import Models
internal import Torch

/// BitFit at work on a model: nothing is added, the model's own biases are trained.
final class BitFit: AttachedMethod {
  let kind = "BITFIT"
  let parameters: [Parameter] = []
  let trainedInPlace: [(name: String, parameter: Parameter)]
  let mergeRefusal: String? = nil
  private let pattern: String?

  init(_ settings: BitFitSettings, _ store: ParameterStore, _ scope: AttachmentScope) throws {
    pattern = settings.pattern
    let wanted = try settings.pattern.map {
      try WholeNamePattern($0, key: "pattern", of: BitFitSettings.title)
    }
    let all = try BiasTraining.all.attach(to: store, scope, changed: [])
    trainedInPlace = all.filter { wanted?.matches($0.name) ?? true }
    for (_, parameter) in all where !trainedInPlace.contains(where: { $0.parameter === parameter })
    {
      try parameter.setTrainable(false)
    }
    guard !trainedInPlace.isEmpty else {
      let near = NearNames.of(settings.pattern ?? "bias", among: all.map(\.name))
      let there = near.isEmpty ? "it has none" : "those it has are: \(near.joined(separator: ", "))"
      throw AdaptersError(
        .target, "BitFit trains biases, and no bias of this model is meant; \(there).")
    }
  }

  func stored() throws -> [(name: String, tensor: Tensor)] { [] }
  func load(_ source: any WeightSource) throws {}
  func fillSlots() throws {}
  func emptySlots() {}
  func merge() throws {}

  func configuration() throws -> [String: JSONValue] {
    ["pattern": pattern.map { .string($0) } ?? .null]
  }
}

extension BitFitSettings {
  /// Lets training change the biases.
  public func attach(
    to store: ParameterStore, scope: AttachmentScope
  ) throws -> any AttachedMethod {
    try BitFit(self, store, scope)
  }
}
