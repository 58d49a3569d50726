internal import CTorch

/// Which code the fused operations run: for tests, comparisons and the line printed at start.
public enum KernelChoice {
  /// The instruction set that the kernels run with: `avx512-bf16`, `avx512`, `avx2` or `portable`.
  public static var instructionSet: String {
    unsafe String(cString: ct_kernel_instruction_set())
  }

  /// Runs the kernels with another instruction set, or the best one again when nil. For the whole process.
  ///
  /// - Returns: Whether this processor and this build have it.
  package static func select(instructionSet: String?) -> Bool {
    unsafe ct_select_kernel_instruction_set(instructionSet)
  }

  /// Whether the plain operations of libtorch run instead of the kernels. For the whole process.
  package static func useReference(_ use: Bool) {
    ct_use_reference_kernels(use)
  }
}
