/// Sizes that element-wise kernels are checked with.
enum KernelSizes {
  /// Columns that fill vectors, that leave rests, and those of real models.
  static let columns = [7, 16, 100, 384, 768]
}
