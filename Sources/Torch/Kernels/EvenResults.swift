extension Tensor {
  /// Results of a dense layer at most for which copying the weights costs next to nothing.
  private static let mostPaddedResults = 1024

  /// ``linear(weight:bias:)`` of a small layer with an odd number of results, such as the tags of
  /// entities have it (two a type, and O): computed with one result more, which is left out again.
  ///
  /// Our products take bfloat16 in pairs, backward along the results. Odd numbers are left to
  /// libtorch, which compiles code for each number of rows that it has not met: where rows are the
  /// tokens of a batch, in nearly every step, forward and backward.
  ///
  /// - Returns: `[…, out]`; nil for layers that need no such thing, and for what does not fit.
  func linearWithEvenResults(
    weight: Tensor, bias: Tensor?
  ) throws(TorchError) -> Tensor? {
    guard weight.rank == 2, rank >= 2 else { return nil }
    let (results, width) = (weight.size(0), weight.size(1))
    guard results % 2 == 1, results < Self.mostPaddedResults, width % 2 == 0, size(-1) == width,
      dataType == .bfloat16, weight.dataType == .bfloat16, device == .cpu,
      KernelChoice.instructionSet == KernelChoice.instructionSets[0]
    else { return nil }
    if let bias, bias.shape != [results] { return nil }
    let row = try Tensor.zeros([1, width], .bfloat16)
    let number = try bias.map { (bias) throws(TorchError) in
      try Tensor.concatenated([bias, .zeros([1], bias.dataType)])
    }
    return try linear(weight: .concatenated([weight, row]), bias: number)
      .narrowed(rank - 1, from: 0, count: results)
      .contiguous()
  }
}
