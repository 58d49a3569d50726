internal import Layers
internal import Torch

/// LoRA on one dense layer: `W x + s · B (A x)`, with DoRA `m ∘ (W x + s · B (A x)) / ‖W + s B A‖`.
final class LoRALayer: LinearAdapter {
  /// `[rank, input]`, PEFT's `lora_A`.
  let down: Parameter
  /// `[output, rank]`, PEFT's `lora_B`.
  let up: Parameter
  /// `[output]`, the bias of `lora_B`; nil without.
  let bias: Parameter?
  /// `[output]`, DoRA's lengths of the rows; nil without DoRA.
  let magnitude: Parameter?
  /// `alpha / rank`, or `alpha / √rank`.
  let scale: Double
  let dropout: Dropout?
  private var weightSquares: Tensor?
  private var fixedLengths: (revisions: [Int], lengths: Tensor)?

  init(
    down: Parameter, up: Parameter, bias: Parameter?, magnitude: Parameter?, scale: Double,
    dropout: Dropout?
  ) {
    self.down = down
    self.up = up
    self.bias = bias
    self.magnitude = magnitude
    self.scale = scale
    self.dropout = dropout
  }

  func update(of layer: Linear) throws -> LinearUpdate {
    var update = LinearUpdate(
      terms: [LowRankTerm(down: down.value, up: up.value, scale: scale, dropout: dropout)])
    if let bias { update.bias = try bias.value * scale }
    if let magnitude {
      update.outputScale = try magnitude.value / lengths(layer).to(magnitude.value.dataType)
    }
    return update
  }

  /// ‖W + s B A‖ of every row, `[output]` in fp32, which gradients take for a constant (section 4.3
  /// of the paper).
  private func lengths(_ layer: Linear) throws -> Tensor {
    let revisions = [layer.weight.revision, down.revision, up.revision]
    if down.isFixed, let fixedLengths, fixedLengths.revisions == revisions {
      return fixedLengths.lengths
    }
    let lengths = try withoutGradients { try Self.lengths(of: squares(layer), layer, self) }
    if down.isFixed { fixedLengths = (revisions, lengths) }
    return lengths
  }

  /// The sum of squares of a row w + s b A is w·w + 2 s b·(A w) + s² b·(A Aᵀ b): no matrix of the
  /// weight's size is made.
  private static func lengths(
    of squares: Tensor, _ layer: Linear, _ adapter: LoRALayer
  ) throws -> Tensor {
    let down = try adapter.down.value.to(.float32)
    let up = try adapter.up.value.to(.float32)
    let seen = try layer.weight.computed().matmul(down.transposed(0, 1))
    let mixed = try (seen * up).sum([1]) * (2 * adapter.scale)
    let own = try (up.matmul(down.matmul(down.transposed(0, 1))) * up).sum([1])
    let sum = try squares + mixed + own * (adapter.scale * adapter.scale)
    return try sum.maximum(Tensor.zeros([1])).squareRoot()
  }

  private func squares(_ layer: Linear) throws -> Tensor {
    if let weightSquares { return weightSquares }
    let squares = try layer.weight.computed().squared().sum([1])
    weightSquares = squares
    return squares
  }
}

extension Parameter {
  /// The values that the layer computes with, in fp32.
  fileprivate func computed() throws -> Tensor {
    try quantized == nil ? value.to(.float32) : original()
  }
}

/// LoRA on a table: row i gets `s · B Aᵢ` added.
final class LoRATable: EmbeddingAdapter {
  /// `[rank, rows]`, PEFT's `lora_embedding_A`.
  let down: Parameter
  /// `[width, rank]`, PEFT's `lora_embedding_B`.
  let up: Parameter
  let scale: Double

  init(down: Parameter, up: Parameter, scale: Double) {
    self.down = down
    self.up = up
    self.scale = scale
  }

  func callAsFunction(_ indices: Tensor, through table: Embedding) throws -> Tensor {
    let thin = try down.value.transposed(0, 1).embedding(of: indices)
    return try table.weight.value.embedding(of: indices) + thin.linear(weight: up.value) * scale
  }

  func merged(_ table: Embedding) throws -> Tensor {
    let change = try up.value.to(.float32).matmul(down.value.to(.float32)).transposed(0, 1)
    return try table.weight.master.to(.float32) + change * scale
  }
}
