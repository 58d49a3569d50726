import Torch

// The few functions that PyTorch's own pickles call, by name (torch/_utils.py, torch/_tensor.py).
extension Pickle {
  /// What a call gives; an opaque object for every function but those that make dictionaries and
  /// tensors.
  mutating func called(_ function: PickleValue, with arguments: PickleValue) -> PickleValue {
    guard case .global(let name) = function else { return .object(function.kind) }
    let values = elements(arguments) ?? []
    let made: PickleValue? =
      switch name {
      case "collections.OrderedDict": orderedDictionary(values)
      case "torch._utils._rebuild_tensor_v2", "torch._utils._rebuild_tensor": tensor(values)
      case "torch._utils._rebuild_tensor_v3": untypedTensor(values)
      case "torch._utils._rebuild_parameter", "torch._utils._rebuild_parameter_with_state":
        values.first
      case "torch._tensor._rebuild_from_type_v2":
        rebuilt(values)
      default: nil
      }
    return made ?? .object(name)
  }

  /// The storage that a persistent identifier names: `("storage", class, key, location, count)`.
  func storage(_ identifier: PickleValue) -> PickleValue? {
    guard let parts = elements(identifier), parts.count >= 5,
      case .text("storage") = parts[0], case .global(let type) = parts[1],
      case .text(let key) = parts[2], case .integer(let count) = parts[4], count >= 0
    else { return nil }
    return .storage(PickledStorage(key: key, type: type, count: count))
  }

  /// `OrderedDict()`, or from a list of pairs.
  private mutating func orderedDictionary(_ arguments: [PickleValue]) -> PickleValue? {
    var items: [(key: PickleValue, value: PickleValue)] = []
    if let first = arguments.first {
      guard let pairs = elements(first) else { return nil }
      for pair in pairs {
        guard let both = elements(pair), both.count == 2 else { return nil }
        items.append((both[0], both[1]))
      }
    }
    dictionaries.append(items)
    return .dictionary(dictionaries.count - 1)
  }

  /// `(storage, offset, shape, strides, …)`: the storage's class tells the element type.
  private func tensor(_ values: [PickleValue]) -> PickleValue? {
    guard let first = values.first, case .storage(let storage) = first else { return nil }
    return view(storage, values, DataType(storageName: storage.type), storage.type)
  }

  /// `(storage, offset, shape, strides, gradient, hooks, dtype, …)`.
  private func untypedTensor(_ values: [PickleValue]) -> PickleValue? {
    guard values.count > 6, case .storage(let storage) = values[0],
      case .global(let name) = values[6]
    else { return nil }
    let type = DataType.allCases.first { "torch.\($0.rawValue)" == name }
    return view(storage, values, type, name)
  }

  private func view(
    _ storage: PickledStorage, _ values: [PickleValue], _ type: DataType?, _ typeName: String
  ) -> PickleValue? {
    guard values.count > 3, case .integer(let offset) = values[1], offset >= 0,
      let shape = sizes(values[2]), let strides = sizes(values[3]), shape.count == strides.count
    else { return nil }
    return .tensor(
      PickledTensor(
        storage: storage, dataType: type, typeName: typeName, offset: offset, shape: shape,
        strides: strides))
  }

  /// `(function, class, arguments, state)` of a subclass of tensor, such as a parameter.
  private mutating func rebuilt(_ values: [PickleValue]) -> PickleValue? {
    // One level only: a call that rebuilds a rebuilding could go on without end.
    guard values.count > 2, case .global(let name) = values[0],
      name != "torch._tensor._rebuild_from_type_v2"
    else { return nil }
    return called(values[0], with: values[2])
  }
}

extension DataType {
  /// The element type of a storage's class, such as `torch.FloatStorage`.
  fileprivate init?(storageName: String) {
    switch storageName {
    case "torch.FloatStorage": self = .float32
    case "torch.HalfStorage": self = .float16
    case "torch.BFloat16Storage": self = .bfloat16
    case "torch.DoubleStorage": self = .float64
    case "torch.LongStorage": self = .int64
    case "torch.IntStorage": self = .int32
    case "torch.ShortStorage": self = .int16
    case "torch.CharStorage": self = .int8
    case "torch.ByteStorage": self = .uint8
    case "torch.BoolStorage": self = .bool
    default: return nil
    }
  }
}
