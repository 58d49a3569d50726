public import Layers
public import Torch

/// A model of texts, whatever it makes of them.
public protocol TextModel {
  /// Rows of the word table: every token id must be less.
  var vocabularySize: Int { get }
  /// Tokens of the longest sequence it takes; nil when there is no limit.
  var maximumLength: Int? { get }
}

/// A model that turns each token of a text into a vector: the part that all tasks share.
///
/// Decoders are encoders in this sense, whose tokens see only what stands before them.
public protocol TextEncoder: TextModel {
  /// Width of the vectors.
  var hiddenSize: Int { get }

  /// The vectors of a batch's T tokens `[T, hidden]`, or of the chosen ones `[S, hidden]`: the last
  /// layer need not compute what is not read.
  func hidden(_ batch: RaggedBatch, only selection: TokenSelection?) throws -> Tensor

  /// The summary of each sequence that the bare model computes from hidden states `[T, hidden]`:
  /// `[N, width]`; nil for families without one.
  func pooled(_ hidden: Tensor, batch: RaggedBatch) throws -> Tensor?
}

extension TextEncoder {
  /// A batch of T tokens to `[T, hidden]`.
  public func callAsFunction(_ batch: RaggedBatch) throws -> Tensor {
    try hidden(batch, only: nil)
  }

  /// None.
  public func pooled(_ hidden: Tensor, batch: RaggedBatch) throws -> Tensor? { nil }
}

/// A model that gives each text one score a label.
public protocol SequenceClassifier: TextModel {
  /// A batch of N sequences to logits `[N, labels]`.
  func callAsFunction(_ batch: RaggedBatch) throws -> Tensor
}

/// A model that gives each token one score a label.
public protocol TokenClassifier: TextModel {
  /// Logits `[T, labels]` of a batch's tokens, or of the chosen ones `[S, labels]`.
  func logits(_ batch: RaggedBatch, only selection: TokenSelection?) throws -> Tensor
}

/// A model that finds the answer to a question in the same sequence.
public protocol SpanFinder: TextModel {
  /// The score of each of a batch's T tokens as the answer's first and as its last.
  func callAsFunction(_ batch: RaggedBatch) throws -> SpanLogits
}

/// Scores of tokens as the ends of an answer.
public struct SpanLogits {
  /// As its first token, `[T]`.
  public let start: Tensor
  /// As its last token, `[T]`.
  public let end: Tensor

  /// Joins the two.
  public init(start: Tensor, end: Tensor) {
    self.start = start
    self.end = end
  }
}

/// A model that gives each token of its vocabulary a score, at places of a text.
///
/// Masked models score the token at the place itself, causal ones the token after it.
public protocol LanguageModel: TextModel {
  /// The layer from ``states(_:only:)`` to logits, for losses that never hold all logits.
  var output: Linear { get }

  /// What ``output`` reads: `[T, width]` of a batch's tokens, or `[S, width]` of the chosen ones.
  func states(_ batch: RaggedBatch, only selection: TokenSelection?) throws -> Tensor

  /// An empty cache for texts that are read piece by piece; nil for models in which a token sees
  /// what stands after it.
  func makeCache(sequences: Int) -> KeyValueCache?

  /// The same as ``states(_:only:)`` of tokens that go on where a cache stopped, which then holds
  /// them too.
  ///
  /// - Parameters:
  ///   - batch: The next tokens of each sequence, made with the cache.
  ///   - selection: Those that are read; nil for all.
  ///   - cache: A cache that this model made, or nil.
  /// - Returns: `[T, width]`, or `[S, width]` of the chosen tokens.
  /// - Throws: `LayersError` when the batch does not go on where the cache stopped, ``ModelsError``
  ///   when it does not fit the model.
  func states(
    _ batch: RaggedBatch, only selection: TokenSelection?, cache: KeyValueCache?
  ) throws -> Tensor
}

extension LanguageModel {
  /// None.
  public func makeCache(sequences: Int) -> KeyValueCache? { nil }

  /// Without a cache the common pass.
  ///
  /// - Throws: ``ModelsError`` when there is a cache: the model makes none.
  public func states(
    _ batch: RaggedBatch, only selection: TokenSelection?, cache: KeyValueCache?
  ) throws -> Tensor {
    guard cache == nil else {
      throw ModelsError(.input, "This model reads whole texts; it has no use for a cache.")
    }
    return try states(batch, only: selection)
  }

  /// Logits `[T, vocabulary]` of a batch's tokens, or `[S, vocabulary]` of the chosen ones.
  public func logits(
    _ batch: RaggedBatch, only selection: TokenSelection? = nil, cache: KeyValueCache? = nil
  ) throws -> Tensor {
    try output(states(batch, only: selection, cache: cache))
  }
}

extension LedBatch {
  /// Refuses a batch that a model's tables cannot serve, before any kernel reads beyond them.
  ///
  /// - Throws: ``ModelsError`` when a sequence is too long.
  func requireFitting(positions: Int) throws {
    guard batch.reach > positions else { return }
    let own = batch.reach - before
    let more = before == 0 ? "" : " with the \(before) that the method puts before it"
    let fit = positions - before
    throw ModelsError(
      .input,
      "A sequence of \(own) tokens\(more) does not fit the model's \(positions) positions. "
        + (fit > 0
          ? "Set max-length to at most \(fit)." : "The method leaves no place for a text."))
  }
}
