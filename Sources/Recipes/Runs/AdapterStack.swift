internal import Adapters
internal import Foundation
internal import Layers
internal import Models
internal import Torch

/// Adapters at work on a model that can be folded into its weights.
protocol MergeableAdapters {
  /// Folds them in; the model computes without them from then on.
  func merge() throws
  /// Takes what is left of them out of the model.
  func detach()
}

extension Tuning: MergeableAdapters {
  func merge() throws { try attached.merge() }
}

/// Several adapters whose changes add up, each times its weight.
struct AdapterStack: MergeableAdapters {
  private let set: AdapterSet
  private let store: ParameterStore

  /// Puts adapters to work in place of the one that is attached; heads are those of the first.
  ///
  /// - Throws: `AdaptersError` when one does not belong to the model, or they cannot be stacked.
  init(
    _ folders: [(url: URL, weight: Double)], inPlaceOf tuning: Tuning,
    _ configuration: ConfigurationFile
  ) throws {
    tuning.detach()
    store = tuning.store
    set = AdapterSet(
      store, of: tuning.scope.family, configuration: configuration, options: tuning.options)
    var parts: [AdapterSet.Part] = []
    for (number, folder) in folders.enumerated() {
      let name = "\(number + 1)"
      try set.load(folder.url, as: name)
      parts.append(AdapterSet.Part(name, weight: folder.weight))
    }
    try set.activate(parts)
  }

  func merge() throws {
    for layer in store.modules.linears {
      guard let adapter = layer.adapter else { continue }
      let merged = try layer.merged(adapter.update(of: layer))
      try layer.weight.assign(merged.weight)
      if let bias = merged.bias { try layer.bias?.assign(bias) }
      layer.adapter = nil
    }
    for table in store.modules.embeddings {
      guard let adapter = table.adapter else { continue }
      try table.weight.assign(adapter.merged(table))
      table.adapter = nil
    }
  }

  func detach() { store.detach(store.parameters.filter(\.isAttached)) }
}
