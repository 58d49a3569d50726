internal import CTorch

/// One moment of Adam's of one parameter, as it is stored.
///
/// In float32; in bfloat16, rounded up or down by chance so that small changes count in the mean; or
/// in 8 bits, as codes of a dynamic code in blocks of 256 elements with a scale each (Dettmers et
/// al., "8-bit Optimizers via Block-wise Quantization", 2021, arXiv:2110.02861).
public struct AdamMoment {
  /// float32, bfloat16, or the codes as uint8; of the parameter's shape.
  public let values: Tensor
  /// The blocks' scales, float32 `[blocks]`; nil but for codes.
  public let scales: Tensor?

  /// A moment of tensors that are there.
  public init(_ values: Tensor, scales: Tensor? = nil) {
    self.values = values
    self.scales = scales
  }

  /// A moment that is all zeros.
  ///
  /// - Parameters:
  ///   - shape: The parameter's.
  ///   - type: float32, bfloat16, or uint8 for codes.
  ///   - device: The parameter's.
  /// - Throws: ``TorchError`` when there is not the memory.
  public init(zeros shape: [Int], _ type: DataType = .float32, on device: Device = .cpu) throws {
    values = try Tensor.zeros(shape, type, on: device)
    let blocks = Int(ct_moment_scales(Int64(values.count)))
    scales = type == .uint8 ? try Tensor.zeros([blocks], .float32, on: device) : nil
  }
}
