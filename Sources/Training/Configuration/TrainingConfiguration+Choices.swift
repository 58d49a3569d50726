extension TrainingConfiguration {
  /// The type of number that the model computes in.
  public enum Precision: String, Codable, Sendable, CaseIterable {
    /// bf16 where the processor or GPU multiplies it natively, else fp32; the run says which.
    case automatic = "auto"
    /// 32-bit floating point throughout.
    case fp32
    /// bf16 products and activations; the optimiser keeps fp32 weights, sums stay fp32.
    case bf16
  }

  /// The order in which rows are seen.
  public enum Order: String, Codable, Sendable, CaseIterable {
    /// Mixed anew for each epoch, from the seed.
    case shuffled
    /// Mixed, then rows of like length put in the same batch.
    case lengthGrouped = "length-grouped"
    /// As they stand in the file, each epoch.
    case sequential
  }

  /// Where the model computes.
  public enum Device: String, Codable, Sendable, CaseIterable {
    /// A GPU where libtorch has one, else the processor; the run says which and why.
    case automatic = "auto"
    /// The processor.
    case cpu
    /// An NVIDIA GPU; the run ends with a reason when there is none.
    case cuda
  }
}
