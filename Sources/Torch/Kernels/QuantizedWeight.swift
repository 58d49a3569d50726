internal import CTorch

/// How the weights of a frozen dense layer are kept in few bits.
public enum WeightFormat: String, Sendable, CaseIterable {
  /// A signed byte an element; the largest magnitude of each row stands for 127.
  case int8
  /// Half a byte an element: a normal float times the largest magnitude of a block of 64, the
  /// magnitudes themselves in bytes (Dettmers et al., "QLoRA", 2023). It is bitsandbytes' `nf4` with
  /// compressed statistics, bit for bit; 4.13 bits an element in all.
  case nf4

  var cValue: ct_weight_format {
    switch self {
    case .int8: CT_WEIGHT_INT8
    case .nf4: CT_WEIGHT_NF4
    }
  }
}

/// A weight matrix in few bits.
///
/// Dense products make numbers of it for the time of one product, and
/// again for the gradient of their input; it has no gradient itself.
@safe public final class QuantizedWeight {
  /// How it is kept.
  public let format: WeightFormat
  /// `[out, in]`.
  public let shape: [Int]
  /// Bytes that it takes.
  public let byteCount: Int
  let handle: OpaquePointer

  /// Quantises a weight `[out, in]` of a floating type on the CPU.
  ///
  /// - Throws: ``TorchError`` when it is no such matrix, or holds NaN or infinity.
  public init(_ weight: Tensor, _ format: WeightFormat) throws {
    guard let made = unsafe ct_quantize(weight.handle, format.cValue) else {
      throw TorchError.pending(in: #function)
    }
    unsafe handle = unsafe made
    self.format = format
    shape = weight.shape
    byteCount = try unsafe Self.parts(of: made, format).reduce(0) { $0 + $1.byteCount }
  }

  deinit { unsafe ct_quantized_free(handle) }

  /// The weight as numbers of a type, `[out, in]`.
  ///
  /// - Throws: ``TorchError`` when memory runs out.
  public func values(_ type: DataType = .float32) throws -> Tensor {
    try unsafe Tensor(adopting: ct_dequantize(handle, type.code))
  }

  /// What is kept, as bitsandbytes names and orders it: the codes; their scales; and for `nf4` the
  /// scales of the scales and their offset.
  ///
  /// - Throws: ``TorchError`` when memory runs out.
  public func parts() throws -> [Tensor] { try unsafe Self.parts(of: handle, format) }

  private static func parts(of handle: OpaquePointer, _ format: WeightFormat) throws -> [Tensor] {
    let kinds =
      format == .int8
      ? [CT_PART_CODES, CT_PART_SCALES]
      : [CT_PART_CODES, CT_PART_SCALES, CT_PART_BLOCK_SCALES, CT_PART_OFFSET]
    return try kinds.map { try unsafe Tensor(adopting: ct_quantized_part(handle, $0)) }
  }
}
