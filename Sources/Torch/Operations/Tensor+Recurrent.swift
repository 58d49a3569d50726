internal import CTorch

/// What a layer of an LSTM gives for a batch of packed sequences.
public struct LSTMStates {
  /// The state after each token, `[T, directions · hidden]`, packed as the input was.
  public let all: Tensor
  /// The state after each sequence's last step, `[directions, N, hidden]`: for the backward
  /// direction that is its first token.
  public let last: Tensor
}

/// The weights of one direction of an LSTM's layer; gates are stacked in the order input, forget,
/// cell, output.
public struct LSTMWeights {
  /// `[4 · hidden, in]`.
  public let input: Tensor
  /// `[4 · hidden, hidden]`.
  public let recurrent: Tensor
  /// `[4 · hidden]`, added to the input's product.
  public let inputBias: Tensor
  /// `[4 · hidden]`, added to the recurrent product.
  public let recurrentBias: Tensor

  /// Joins the four.
  public init(input: Tensor, recurrent: Tensor, inputBias: Tensor, recurrentBias: Tensor) {
    self.input = input
    self.recurrent = recurrent
    self.inputBias = inputBias
    self.recurrentBias = recurrentBias
  }
}

/// One layer of a long short-term memory over sequences of different lengths (Hochreiter and
/// Schmidhuber, "Long Short-Term Memory", 1997), from initial states of zeros.
///
/// - Parameters:
///   - input: `[T, in]`, packed step by step: all sequences' first tokens, then all second ones; at
///     each step the longest sequence comes first.
///   - stepSizes: How many sequences have a first token, a second one, and so on: never more than
///     before.
///   - directions: The weights forward, and those backward for a layer of both directions.
/// - Returns: The states.
/// - Throws: ``TorchError`` when shapes, element types or sizes do not fit.
public func packedLSTM(
  _ input: Tensor, stepSizes: [Int], directions: [LSTMWeights]
) throws -> LSTMStates {
  let sizes = try Tensor(stepSizes.map(Int64.init))
  let weights = directions.flatMap { [$0.input, $0.recurrent, $0.inputBias, $0.recurrentBias] }
  let handles = unsafe weights.map { unsafe Optional($0.handle) }
  var all: OpaquePointer?
  var last: OpaquePointer?
  let succeeded = withExtendedLifetime((weights, sizes)) {
    unsafe ct_packed_lstm(input.handle, sizes.handle, handles, handles.count, &all, &last)
  }
  try check(succeeded)
  return try unsafe LSTMStates(all: Tensor(adopting: all), last: Tensor(adopting: last))
}
