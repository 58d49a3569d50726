public import Layers
public import Torch

/// A model that turns each token of a text into a vector.
public protocol TextEncoder {
  /// Rows of the word table: every token id must be less.
  var vocabularySize: Int { get }
  /// Tokens of the longest sequence it takes; nil when there is no limit.
  var maximumLength: Int? { get }

  /// A batch of T tokens to `[T, hidden]`.
  func callAsFunction(_ batch: RaggedBatch) throws -> Tensor

  /// The family's summary of each sequence: hidden states `[T, hidden]` to `[N, hidden]`.
  func pooled(_ hidden: Tensor, batch: RaggedBatch) throws -> Tensor

  /// The same from the batch, where the hidden states themselves are not wanted: `[N, hidden]`.
  func summary(of batch: RaggedBatch) throws -> Tensor
}

/// A model that gives each text one score a label.
public protocol SequenceClassifier {
  /// The encoder inside.
  var encoder: any TextEncoder { get }

  /// A batch of N sequences to logits `[N, labels]`.
  func callAsFunction(_ batch: RaggedBatch) throws -> Tensor
}

extension RaggedBatch {
  /// Refuses a batch that a model's tables cannot serve, before any kernel reads beyond them.
  ///
  /// - Throws: ``ModelsError`` when a sequence is too long.
  func requireFitting(vocabulary: Int, positions: Int) throws {
    guard longest <= positions else {
      throw ModelsError(
        .input,
        "A sequence of \(longest) tokens does not fit the model's \(positions) positions. "
          + "Set max-length to at most \(positions).")
    }
  }
}
