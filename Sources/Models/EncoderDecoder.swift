public import Layers
public import Torch

/// A model that reads a text and writes another: an encoder, and a decoder whose tokens see what
/// stands before them and the whole source.
public protocol EncoderDecoder: TextModel {
  /// Width of the vectors.
  var hiddenSize: Int { get }
  /// The token before the first of every target.
  var startToken: Int32 { get }

  /// Reads a batch of N sources, once for everything that is written of them.
  func encode(_ source: RaggedBatch) throws -> EncodedSource

  /// The vectors of a target batch's T tokens `[T, hidden]`, or of the chosen ones `[S, hidden]`.
  ///
  /// - Parameters:
  ///   - target: As the decoder reads it, ``startToken`` first; see
  ///     `RaggedBatch.shiftedRight(from:)`.
  ///   - source: What was read, as many sequences as the target has.
  ///   - selection: The target's tokens that are wanted; nil for all.
  ///   - cache: What was written of the targets so far, from ``makeCache(sequences:)``; nil when
  ///     the targets are whole. What the decoder makes of the source is held there too, by the first
  ///     pass, so that later ones do not look at `source`.
  /// - Returns: One row a token, sequence by sequence.
  /// - Throws: ``ModelsError`` when the two have other numbers of sequences, `LayersError` when the
  ///   target does not go on where the cache stopped.
  func hidden(
    _ target: RaggedBatch, of source: EncodedSource, only selection: TokenSelection?,
    cache: KeyValueCache?
  ) throws -> Tensor

  /// An empty cache for targets that are written piece by piece.
  func makeCache(sequences: Int) -> KeyValueCache
}

extension EncoderDecoder {
  /// The vectors of whole targets, without a cache.
  public func hidden(
    _ target: RaggedBatch, of source: EncodedSource, only selection: TokenSelection?
  ) throws -> Tensor {
    try hidden(target, of: source, only: selection, cache: nil)
  }
}

/// Sources that an encoder has read.
public struct EncodedSource {
  /// The encoder's vectors of all sources' tokens, virtual ones included, `[K, hidden]`.
  public let states: Tensor
  /// Tokens of each source, virtual ones included.
  public let lengths: [Int]

  /// How many sources there are.
  public var count: Int { lengths.count }

  /// Joins an encoder's vectors and the batch that they belong to.
  public init(states: Tensor, of batch: RaggedBatch) {
    self.states = states
    lengths = batch.lengths
  }
}

/// An encoder and decoder with scores for each token of the vocabulary: translates, summarises,
/// answers.
public protocol ConditionalLanguageModel: EncoderDecoder {
  /// The layer from ``states(_:of:only:cache:)`` to logits, for losses that never hold all logits.
  var output: Linear { get }

  /// What ``output`` reads: `[T, width]` of a target's tokens, or `[S, width]` of the chosen ones.
  ///
  /// The row of a token scores the one after it.
  func states(
    _ target: RaggedBatch, of source: EncodedSource, only selection: TokenSelection?,
    cache: KeyValueCache?
  ) throws -> Tensor
}

extension ConditionalLanguageModel {
  /// Logits `[T, vocabulary]` of a target's tokens, or `[S, vocabulary]` of the chosen ones.
  public func logits(
    _ target: RaggedBatch, of source: EncodedSource, only selection: TokenSelection? = nil,
    cache: KeyValueCache? = nil
  ) throws -> Tensor {
    try output(states(target, of: source, only: selection, cache: cache))
  }
}

extension RaggedBatch {
  /// What a decoder reads to write this batch: each sequence after a start token, without its last
  /// token.
  public func shiftedRight(from start: Int32) throws -> RaggedBatch {
    try RaggedBatch(sequences.map { [start] + $0.dropLast() }, on: tokens.device)
  }

  /// Refuses a target that is not one for each source.
  func requireSources(_ source: EncodedSource) throws {
    guard source.count == count else {
      throw ModelsError(
        .input, "\(count) target sequences cannot be written of \(source.count) sources.")
    }
  }
}
