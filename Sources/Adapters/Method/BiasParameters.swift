internal import Layers

extension BiasTraining {
  /// The model's own biases that are trained, by their names in PEFT's files, and lets training
  /// change them.
  ///
  /// PEFT wraps the layers that a method changes: their own biases have `base_layer` in their names.
  func attach(
    to store: ParameterStore, _ scope: AttachmentScope, changed layers: [Linear]
  ) throws -> [(name: String, parameter: Parameter)] {
    let wrapped = Set(layers.compactMap(\.bias).map(ObjectIdentifier.init))
    var found: [(name: String, parameter: Parameter)] = []
    for parameter in store.parameters where !parameter.isAttached {
      let name = scope.moduleName(parameter.name)
      guard name == "bias" || name.hasSuffix(".bias"), !scope.isSaved(String(name.dropLast(5)))
      else { continue }
      if wrapped.contains(ObjectIdentifier(parameter)) {
        guard self != .none else { continue }
        found.append((name.dropLast(4) + "base_layer.bias", parameter))
      } else if self == .all {
        found.append((name, parameter))
      }
    }
    for (_, parameter) in found where store.options.isTrainable {
      try parameter.setTrainable(true)
    }
    return found
  }
}
