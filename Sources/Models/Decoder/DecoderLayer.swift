import Layers
import Torch

/// Attention of each token over itself and what stands before it, and the layer after it.
struct DecoderAttention {
  let projection: SelfAttentionProjection
  let heads: AttentionHeads
  /// Norms of each head's queries and keys; nil but for Qwen3.
  let headNorms: HeadNorms?
  let output: Linear
  /// Of what ``output`` gives.
  let dropout: Dropout
}

/// The feed-forward part of a layer, and what drops its result out.
struct DecoderFeedForward {
  enum Form {
    /// Two dense layers with an activation between them, as in GPT-2.
    case plain(FeedForward)
    /// With a gate, as in Llama.
    case gated(GatedFeedForward)
  }

  let form: Form
  let dropout: Dropout

  /// The bias that ``product(_:)`` leaves out.
  func bias() throws -> Tensor? {
    switch form {
    case .plain(let block): try block.down.effectiveBias()
    case .gated(let block): try block.down.effectiveBias()
    }
  }

  /// `[T, hidden]` to `[T, hidden]`, without the last bias.
  func product(_ input: Tensor) throws -> Tensor {
    switch form {
    case .plain(let block): try block.product(input)
    case .gated(let block): try block.down.product(block.hidden(input))
    }
  }
}

/// One layer of a decoder: attention, then a feed-forward part.
///
/// Each reads the norm of the residual stream and is added to the stream.
struct DecoderLayer {
  let attentionNorm: any Norm
  let attention: DecoderAttention
  let feedForwardNorm: any Norm
  let feedForward: DecoderFeedForward
  /// After the two parts.
  let attentionSlot, feedForwardSlot: SublayerSlot

  /// A stream `[T, hidden]` with its ``attentionNorm`` to the stream after the layer with the norm
  /// that follows; of the tokens that the context chooses alone, `[S, hidden]`, when it chooses any.
  func callAsFunction(
    _ stream: NormalizedResidual, followedBy next: any Norm, in context: AttentionContext
  ) throws -> NormalizedResidual {
    let mixed = try attention.heads(
      stream.normalized, through: attention.projection, norms: attention.headNorms, in: context)
    let selection = context.selection
    let residual = try selection.map { try stream.sum.slices($0.places) } ?? stream.sum
    let middle = try feedForwardNorm.adding(
      attention.output, mixed, to: residual, dropout: attention.dropout, slot: attentionSlot,
      of: selection.map { try stream.normalized.slices($0.places) } ?? stream.normalized)
    return try next.adding(
      product: feedForward.product(middle.normalized), bias: feedForward.bias(), to: middle.sum,
      dropout: feedForward.dropout, slot: feedForwardSlot, of: middle.normalized)
  }
}
