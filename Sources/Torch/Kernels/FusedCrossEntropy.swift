internal import CTorch

/// Cross-entropy of logits against classes, in one pass forward and one back.
///
/// Besides the logits only their log-sum-exp is kept, one float32 a row. The losses are float32 for
/// bfloat16 logits too.
///
/// - Parameters:
///   - logits: `[rows, classes]`.
///   - targets: int64 or int32 `[rows]`, the classes.
///   - ignored: Rows with this target count for nothing.
///   - smoothing: The share of the target that is spread over all classes (Szegedy et al., 2016).
///   - reduction: `.mean` is that of the rows that count, NaN when there is none, as in PyTorch.
/// - Returns: Rank 0, or `[rows]` with 0 for ignored rows when nothing is reduced.
/// - Throws: ``TorchError`` when shapes do not fit or a target is no class.
public func crossEntropy(
  logits: Tensor, targets: Tensor, ignoring ignored: Int = -100, smoothing: Double = 0,
  reduction: LossReduction = .mean
) throws -> Tensor {
  try unsafe Tensor(
    adopting: ct_fused_cross_entropy(
      logits.handle, targets.handle,
      ct_loss_options(
        reduction: reduction.rawValue, ignored: Int64(ignored), smoothing: smoothing)))
}

/// Cross-entropy of the logits `hidden · weightᵀ + bias`, which never exist all at once.
///
/// For large vocabularies, whose logits would take more memory than the model: they are made for
/// one block of rows at a time, and become their gradient in place. Ignored rows are not computed
/// at all. The gradients of `hidden`, `weight` and `bias` are made in the forward pass, where they
/// are needed, and held until the backward pass; that of `weight` adds up in float32.
///
/// - Parameters:
///   - hidden: `[rows, size]`.
///   - weight: `[classes, size]`, of `hidden`'s element type.
///   - bias: `[classes]`, or nil.
///   - targets: int64 or int32 `[rows]`, the classes.
///   - ignored: Rows with this target count for nothing.
///   - smoothing: The share of the target that is spread over all classes (Szegedy et al., 2016).
///   - reduction: `.mean` is that of the rows that count, NaN when there is none; `.none` only while
///     no gradients are recorded.
///   - logitsAtOnce: How many logits may exist at a time (but at least one row): the default is
///     64 MiB of bfloat16. Fewer take less memory and more time.
/// - Returns: float32 (float64 for float64) of rank 0, or `[rows]` with 0 for ignored rows when
///   nothing is reduced.
/// - Throws: ``TorchError`` when shapes or element types do not fit or a target is no class.
public func linearCrossEntropy(
  _ hidden: Tensor, weight: Tensor, bias: Tensor? = nil, targets: Tensor,
  ignoring ignored: Int = -100, smoothing: Double = 0, reduction: LossReduction = .mean,
  logitsAtOnce: Int = 1 << 25
) throws -> Tensor {
  try unsafe Tensor(
    adopting: ct_linear_cross_entropy(
      hidden.handle, weight.handle, bias?.handle, targets.handle,
      ct_loss_options(
        reduction: reduction.rawValue, ignored: Int64(ignored), smoothing: smoothing),
      Int64(logitsAtOnce)))
}
