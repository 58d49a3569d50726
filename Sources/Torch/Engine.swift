internal import CTorch

/// What the whole process shares of libtorch: its version, its threads, what the processor can do.
public enum Engine {
  /// libtorch's version, such as "2.13.0".
  public static var version: String { unsafe String(cString: ct_version()) }

  /// The vector instructions that libtorch's kernels use here, such as "AVX512", "AVX2" or
  /// "DEFAULT".
  public static var processorCapability: String { unsafe String(cString: ct_cpu_capability()) }

  /// Whether the processor multiplies bf16 matrices natively (AVX512-BF16 and its like).
  ///
  /// Without it, bf16 saves memory and costs time.
  public static var hasFastBFloat16: Bool { ct_cpu_has_bfloat16_products() }

  /// How many threads an operation may use.
  public static var threadCount: Int { Int(ct_thread_count()) }

  /// Sets how many threads an operation may use, for this thread and those that have not computed
  /// yet.
  ///
  /// Call it before the first operation: OpenMP keeps the number a thread, so one that has computed
  /// already goes on with what it began with.
  ///
  /// Sums over many threads may round differently from sums over few: runs are bit-identical only
  /// with the same number.
  ///
  /// - Throws: ``TorchError`` when the number is not positive.
  public static func setThreadCount(_ count: Int) throws(TorchError) {
    try check(ct_set_thread_count(Int32(clamping: count)))
  }

  /// Refuses operations whose result could differ from run to run.
  public static func setDeterministic(_ value: Bool) throws(TorchError) {
    try check(ct_set_deterministic(value))
  }

  /// Bytes of GPU memory in use and at their peak, for a progress line.
  public static func gpuMemory(_ device: Device) throws(TorchError) -> (used: Int, peak: Int) {
    guard case .cuda(let index) = device else {
      throw TorchError(.device, "\(device) is not a GPU.")
    }
    var used: Int64 = 0
    var peak: Int64 = 0
    try check(unsafe ct_cuda_memory(Int32(clamping: index), &used, &peak))
    return (Int(used), Int(peak))
  }
}
