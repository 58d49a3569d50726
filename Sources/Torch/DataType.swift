internal import CTorch

/// The element type of a tensor.
public enum DataType: String, Sendable, Hashable, CaseIterable, Codable {
  /// IEEE single precision, 4 bytes.
  case float32
  /// IEEE half precision, 2 bytes.
  case float16
  /// The upper half of a single: 8 bits of exponent, 7 of mantissa; 2 bytes.
  case bfloat16
  /// IEEE double precision, 8 bytes.
  case float64
  /// Signed 64-bit integers, what libtorch's indices are.
  case int64
  /// Signed 32-bit integers.
  case int32
  /// Signed 16-bit integers.
  case int16
  /// Signed 8-bit integers.
  case int8
  /// Unsigned 8-bit integers.
  case uint8
  /// True and false, 1 byte each.
  case bool

  /// Bytes of one element.
  public var size: Int {
    switch self {
    case .float64, .int64: 8
    case .float32, .int32: 4
    case .float16, .bfloat16, .int16: 2
    case .int8, .uint8, .bool: 1
    }
  }

  /// Whether the type holds fractions, and can so have gradients.
  public var isFloatingPoint: Bool {
    switch self {
    case .float16, .bfloat16, .float32, .float64: true
    default: false
    }
  }

  var code: Int32 {
    let type =
      switch self {
      case .float32: ct_float32
      case .float16: ct_float16
      case .bfloat16: ct_bfloat16
      case .float64: ct_float64
      case .int64: ct_int64
      case .int32: ct_int32
      case .int16: ct_int16
      case .int8: ct_int8
      case .uint8: ct_uint8
      case .bool: ct_bool
      }
    return Int32(type.rawValue)
  }

  init?(code: Int32) {
    guard let match = Self.allCases.first(where: { $0.code == code }) else { return nil }
    self = match
  }
}

/// A Swift type whose values a tensor's memory can be copied to and from as they are.
public protocol TensorElement: BitwiseCopyable, Sendable {
  /// The element type of tensors made from such values.
  static var dataType: DataType { get }
}

extension Float: TensorElement {
  /// Single precision.
  public static var dataType: DataType { .float32 }
}
extension Double: TensorElement {
  /// Double precision.
  public static var dataType: DataType { .float64 }
}
extension Int64: TensorElement {
  /// 64-bit integers.
  public static var dataType: DataType { .int64 }
}
extension Int32: TensorElement {
  /// 32-bit integers.
  public static var dataType: DataType { .int32 }
}
extension UInt8: TensorElement {
  /// Unsigned bytes.
  public static var dataType: DataType { .uint8 }
}
extension Bool: TensorElement {
  /// True and false.
  public static var dataType: DataType { .bool }
}
