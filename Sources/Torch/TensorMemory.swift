internal import CTorch

/// The memory of tensors on the CPU.
public enum TensorMemory {
  /// Lets large tensors come from one region that the process keeps.
  ///
  /// A training step frees and needs again the same hundreds of megabytes; without this the system
  /// clears and maps their pages each time (measured: 19 ms in place of 2 for a float32 gradient of
  /// a table of 30,522 by 384). The region asks for pages of 2 MiB. It holds for the whole process,
  /// so a library leaves the choice to its user: call it once, before the first tensor is made.
  ///
  /// - Returns: Whether the system gave address space for it; without, tensors are made as before.
  @discardableResult
  public static func startCaching() -> Bool { ct_start_caching_memory() }

  /// Bytes that tensors hold.
  public struct Use: Sendable, Equatable {
    /// Now.
    public let current: Int
    /// At most, at one time, since ``TensorMemory/resetPeak()``.
    public let peak: Int
  }

  /// What large tensors (32 KiB and more) made since ``startCaching()`` hold; zeros before it.
  public static var use: Use {
    var current: Int64 = 0
    var peak: Int64 = 0
    unsafe ct_memory_use(&current, &peak)
    return Use(current: Int(current), peak: Int(peak))
  }

  /// Counts the peak anew from here.
  public static func resetPeak() { ct_reset_peak_memory() }

  /// Returns memory that no tensor holds to the system.
  public static func releaseUnused() { ct_release_memory() }
}
