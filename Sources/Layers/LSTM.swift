public import Torch

/// Layers of long short-term memory over ragged batches, in one direction or both.
///
/// Hochreiter and Schmidhuber, "Long Short-Term Memory", 1997. Names and order of gates are those
/// of PyTorch's `nn.LSTM`. The states are computed in fp32 whatever the model's type: errors of
/// bf16 would add up over the steps.
public struct LSTM {
  /// Width of each direction's state.
  public let hiddenSize: Int
  /// 1, or 2 where the sequences are read backwards as well.
  public let directionCount: Int
  private let layers: [[Direction]]
  private let dropout: Dropout

  /// The parameters of one direction of a layer.
  private struct Direction {
    let input, recurrent, inputBias, recurrentBias: Parameter

    init(_ inputSize: Int, _ hiddenSize: Int, suffix: String, at scope: ModuleScope) throws {
      let initial = Initializer.uniform(bound: 1 / Double(hiddenSize).squareRoot())
      let gates = 4 * hiddenSize
      input = try scope.parameter("weight_ih_\(suffix)", shape: [gates, inputSize], initial)
      recurrent = try scope.parameter("weight_hh_\(suffix)", shape: [gates, hiddenSize], initial)
      inputBias = try scope.parameter("bias_ih_\(suffix)", shape: [gates], initial)
      recurrentBias = try scope.parameter("bias_hh_\(suffix)", shape: [gates], initial)
    }

    func weights() throws -> LSTMWeights {
      LSTMWeights(
        input: try input.value.to(.float32), recurrent: try recurrent.value.to(.float32),
        inputBias: try inputBias.value.to(.float32),
        recurrentBias: try recurrentBias.value.to(.float32))
    }
  }

  /// Makes the layers at a scope, as `weight_ih_l0`, `weight_hh_l0`, `bias_ih_l0`, `bias_hh_l0`, and
  /// the same with `_reverse` for the backward direction.
  ///
  /// - Parameters:
  ///   - inputSize: Width of the tokens' vectors.
  ///   - hiddenSize: Width of each direction's state.
  ///   - layers: How many layers read each other's states.
  ///   - isBidirectional: Whether the sequences are read backwards as well.
  ///   - rate: Dropout of the states between two layers.
  ///   - scope: Their place.
  /// - Throws: ``LayersError`` when a name is taken or the checkpoint cannot be read.
  public init(
    _ inputSize: Int, _ hiddenSize: Int, layers: Int, isBidirectional: Bool, dropout rate: Double,
    at scope: ModuleScope
  ) throws {
    self.hiddenSize = hiddenSize
    let directions = isBidirectional ? 2 : 1
    directionCount = directions
    self.layers = try (0..<layers).map { layer in
      let width = layer == 0 ? inputSize : directions * hiddenSize
      return try ["", "_reverse"].prefix(directions).map {
        try Direction(width, hiddenSize, suffix: "l\(layer)\($0)", at: scope)
      }
    }
    dropout = scope.dropout(rate)
  }

  /// What the last layer knows of a batch.
  public struct States {
    /// Of each token, `[T, directions · hidden]`.
    public let tokens: Tensor
    /// Of each sequence once it is read: after its last token forward, after its first one backward,
    /// `[N, directions · hidden]`.
    public let sequences: Tensor
  }

  /// Reads a batch's vectors `[T, in]`.
  public func callAsFunction(_ input: Tensor, batch: RaggedBatch) throws -> States {
    let order = try StepOrder(batch)
    var packed = try input.to(.float32).slices(order.packing)
    var last: Tensor?
    for (place, layer) in layers.enumerated() {
      if place > 0 { packed = try dropout(packed) }
      let states = try packedLSTM(
        packed, stepSizes: order.stepSizes, directions: layer.map { try $0.weights() })
      packed = states.all
      last = states.last
    }
    let type = input.dataType
    let tokens = try packed.slices(order.unpacking).to(type)
    guard let last else {
      return States(tokens: tokens, sequences: try batch.firstTokens(of: tokens))
    }
    let ends = try Tensor.concatenated(
      (0..<directionCount).map { try last.select(0, $0) }, along: 1)
    return States(tokens: tokens, sequences: try ends.slices(order.sequencePlaces).to(type))
  }
}

/// How a ragged batch's tokens lie when all sequences go step by step, the longest first.
private struct StepOrder {
  /// How many sequences have a first token, a second one, and so on.
  let stepSizes: [Int]
  /// Of each packed token its place in the batch, `[T]`.
  let packing: Tensor
  /// Of each token of the batch its place among the packed, `[T]`.
  let unpacking: Tensor
  /// Of each sequence of the batch its place by length, `[N]`.
  let sequencePlaces: Tensor

  init(_ batch: RaggedBatch) throws {
    let lengths = batch.lengths
    var starts: [Int] = []
    var next = 0
    for length in lengths {
      starts.append(next)
      next += length
    }
    // Equal lengths stay in the batch's order: the same batch is always packed alike.
    let longestFirst = lengths.indices.sorted { (lengths[$1], $0) < (lengths[$0], $1) }
    var sizes: [Int] = []
    var packing: [Int64] = []
    packing.reserveCapacity(next)
    var active = longestFirst.count
    for step in 0..<batch.longest {
      while active > 0, lengths[longestFirst[active - 1]] <= step { active -= 1 }
      sizes.append(active)
      for sequence in longestFirst[..<active] { packing.append(Int64(starts[sequence] + step)) }
    }
    var unpacking = [Int64](repeating: 0, count: next)
    for (place, token) in packing.enumerated() { unpacking[Int(token)] = Int64(place) }
    var places = [Int64](repeating: 0, count: lengths.count)
    for (place, sequence) in longestFirst.enumerated() { places[sequence] = Int64(place) }
    let device = batch.tokens.device
    stepSizes = sizes
    self.packing = try Tensor(packing).to(device)
    self.unpacking = try Tensor(unpacking).to(device)
    sequencePlaces = try Tensor(places).to(device)
  }
}
