internal import Layers
internal import Torch

/// A method that changes dense layers and tables, and whose parameters have one name each in its
/// files.
protocol LayerMethod: AttachedMethod {
  /// The parameters by their names in files, without ``AttachedMethod/modulePrefix``.
  var named: [(name: String, parameter: Parameter)] { get }
}

extension LayerMethod {
  var parameters: [Parameter] { named.map(\.parameter) }
  var mergeRefusal: String? { nil }

  func stored() throws -> [(name: String, tensor: Tensor)] {
    named.map { (modulePrefix + $0.name, $0.parameter.master) }
  }

  func load(_ source: any WeightSource) throws {
    for (name, parameter) in named { try parameter.load(modulePrefix + name, from: source) }
  }

  func fillSlots() throws {
    for (layer, _) in linearAdapters where layer.adapter != nil { throw taken(layer.name) }
    for (table, _) in embeddingAdapters where table.adapter != nil { throw taken(table.name) }
    for (layer, adapter) in linearAdapters { layer.adapter = adapter }
    for (table, adapter) in embeddingAdapters { table.adapter = adapter }
  }

  private func taken(_ name: String) -> AdaptersError {
    AdaptersError(
      .target,
      "\(name) is changed by another adapter already; two methods at once exclude each other. "
        + "Combine adapters of one method as an AdapterSet.")
  }

  func emptySlots() {
    for (layer, _) in linearAdapters { layer.adapter = nil }
    for (table, _) in embeddingAdapters { table.adapter = nil }
  }

  func merge() throws {
    if let mergeRefusal { throw AdaptersError(.target, mergeRefusal) }
    try withoutGradients {
      for (layer, adapter) in linearAdapters { try layer.merge(adapter.update(of: layer)) }
      for (table, adapter) in embeddingAdapters {
        try table.weight.assign(adapter.merged(table))
      }
    }
    emptySlots()
  }
}

extension Linear {
  /// Puts a change into the weights themselves; those in few bits are rounded again.
  fileprivate func merge(_ update: LinearUpdate) throws {
    let result = try merged(update)
    try weight.assign(result.weight)
    if let bias, let values = result.bias { try bias.assign(values) }
  }
}

extension Parameter {
  /// Takes the values that a file has under a name.
  ///
  /// - Throws: ``AdaptersError`` when the name is not there or its shape is another one.
  func load(_ name: String, from source: any WeightSource) throws {
    guard let found = source.shape(of: name) else {
      throw AdaptersError(.folder, "\(source.origin) holds no tensor \(name).")
    }
    guard found == shape else { throw AdaptersError.otherShape(name, found, shape, source.origin) }
    try assign(source.tensor(name))
  }
}

extension AdaptersError {
  static func otherShape(
    _ name: String, _ found: [Int], _ wanted: [Int], _ origin: String
  ) -> AdaptersError {
    AdaptersError(
      .folder,
      "\(origin): \(name) is \(found) there and \(wanted) in this model; the adapter belongs to "
        + "another base, or to other settings.")
  }
}
