internal import CTorch

/// Which code the fused operations run: for the line printed at start, for tests and for
/// comparisons.
public enum KernelChoice {
  /// The instruction set that the kernels run with: `avx512-bf16`, `avx512`, `avx2` or `portable`.
  public static var instructionSet: String {
    unsafe String(cString: ct_kernel_instruction_set())
  }

  /// Every instruction set that a build may have, the best first.
  package static let instructionSets = ["avx512-bf16", "avx512", "avx2", "portable"]

  /// Runs `body` with another instruction set on this thread; `nil` when this processor or this
  /// build lacks it.
  package static func using<Result>(
    instructionSet: String, _ body: () throws -> Result
  ) rethrows -> Result? {
    let before = Self.instructionSet
    guard unsafe ct_select_kernel_instruction_set(instructionSet) else { return nil }
    defer { _ = unsafe ct_select_kernel_instruction_set(before) }
    return try body()
  }

  /// Runs `body` with the plain operations of libtorch instead of the kernels on this thread.
  package static func usingReference<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = ct_use_reference_kernels(true)
    defer { _ = ct_use_reference_kernels(before) }
    return try body()
  }

  /// Runs `body` with the kernels on this thread alone; the bits are those of many threads.
  package static func onOneThread<Result>(_ body: () throws -> Result) rethrows -> Result {
    let before = ct_use_threads(false)
    defer { _ = ct_use_threads(before) }
    return try body()
  }
}
