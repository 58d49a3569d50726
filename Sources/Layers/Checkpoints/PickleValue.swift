import Torch

/// What a pickle of tensors can hold.
///
/// Nothing of it runs: a class or function is only a name.
enum PickleValue {
  case none
  case bool(Bool)
  case integer(Int)
  case number(Double)
  case text(String)
  case bytes
  /// Elements at an index of ``Pickle/sequences``.
  case tuple(Int)
  case list(Int)
  /// Keys and values at an index of ``Pickle/dictionaries``.
  case dictionary(Int)
  /// A class or function by its full name.
  case global(String)
  case storage(PickledStorage)
  case tensor(PickledTensor)
  /// Something that only Python could make, by the name of its class or function.
  case object(String)

  /// The kind of value in words, for messages.
  var kind: String {
    switch self {
    case .none: "None"
    case .bool: "a truth value"
    case .integer, .number: "a number"
    case .text: "a text"
    case .bytes: "bytes"
    case .tuple: "a tuple"
    case .list: "a list"
    case .dictionary: "a dictionary"
    case .global(let name), .object(let name): "a Python object (\(name))"
    case .storage: "a bare storage"
    case .tensor: "a tensor"
    }
  }
}

/// A tensor's memory in an archive: the part `data/<key>`.
struct PickledStorage {
  let key: String
  /// The class of the storage, such as `torch.FloatStorage`; it tells the element type.
  let type: String
  /// Elements, or bytes of an `UntypedStorage`.
  let count: Int
}

/// A view of a storage.
struct PickledTensor {
  let storage: PickledStorage
  /// The element type; nil for one that is not read, which ``typeName`` names.
  let dataType: DataType?
  let typeName: String
  /// Elements before the first.
  let offset: Int
  let shape: [Int]
  let strides: [Int]
}

/// The values of one pickle.
///
/// Containers refer to each other by index: values that hold themselves, or nest a million deep,
/// are no danger.
struct Pickle {
  var root: PickleValue = .none
  var sequences: [[PickleValue]] = []
  var dictionaries: [[(key: PickleValue, value: PickleValue)]] = []

  /// The elements of a tuple or list; nil for other values.
  func elements(_ value: PickleValue) -> [PickleValue]? {
    switch value {
    case .tuple(let index), .list(let index): sequences[index]
    default: nil
    }
  }

  /// The elements of a tuple or list of integers that are 0 or more; nil for other values.
  func sizes(_ value: PickleValue) -> [Int]? {
    guard let elements = elements(value) else { return nil }
    var sizes: [Int] = []
    for element in elements {
      guard case .integer(let size) = element, size >= 0 else { return nil }
      sizes.append(size)
    }
    return sizes
  }
}
