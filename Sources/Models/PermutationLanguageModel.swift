public import Layers
public import Torch

/// In which order the tokens of each sequence are known, and which are to be predicted.
///
/// The tokens that the order names are hidden: each is known only to those that come after it in the
/// order. The others are known to all, and know nothing of hidden ones. In Transformers this is a
/// `perm_mask` and a `target_mapping`.
public struct FactorizationOrder: Sendable {
  /// For each sequence the places of its hidden tokens, in their order.
  public let hidden: [[Int]]
  /// For each sequence the places that are to be predicted, by the order that is known at each but
  /// without the token itself; nil when the vectors of all tokens are wanted, each knowing itself.
  ///
  /// A place that can see nothing at all, without a memory, gets the mean of all tokens' values, as
  /// in Transformers.
  public let targets: [[Int]]?

  /// Joins an order of hidden tokens and the places that are wanted.
  public init(hidden: [[Int]], targets: [[Int]]?) {
    self.hidden = hidden
    self.targets = targets
  }

  /// When the token at each place becomes known: -1 for one that always is.
  func ranks(of sequence: Int, length: Int) -> [Int] {
    var ranks = [Int](repeating: -1, count: length)
    for (rank, place) in hidden[sequence].enumerated() { ranks[place] = rank }
    return ranks
  }

  /// Refuses an order that does not fit a batch.
  func require(_ batch: RaggedBatch) throws {
    for (places, name) in [(hidden, "hidden tokens"), (targets ?? hidden, "targets")] {
      guard places.count == batch.count else {
        throw ModelsError(
          .input,
          "An order names the \(name) of \(places.count) sequences; the batch has \(batch.count).")
      }
      for (chosen, length) in zip(places, batch.lengths)
      where Set(chosen).count < chosen.count || !chosen.allSatisfy((0..<length).contains) {
        throw ModelsError(
          .input,
          "The \(name) \(chosen) of an order are not different places of a sequence of \(length) "
            + "tokens.")
      }
    }
  }
}

/// A model that predicts hidden tokens in any order, and remembers what it has read.
///
/// As a ``LanguageModel`` it scores the token at the place itself, which every place sees.
public protocol PermutationLanguageModel: LanguageModel {
  /// What ``LanguageModel/output`` reads, for each target of the order `[S, width]`, sequence by
  /// sequence; without targets for each token `[T, width]`.
  ///
  /// - Parameters:
  ///   - batch: The tokens, hidden ones included.
  ///   - order: What is known when; nil when everything is known to all.
  ///   - memory: What was kept of the batches before, of as many sequences; nil for none.
  /// - Returns: The vectors, and what to keep for the next batch.
  /// - Throws: ``ModelsError`` when order or memory do not fit the batch.
  func states(
    _ batch: RaggedBatch, order: FactorizationOrder?, memory: SegmentMemory?
  ) throws -> (states: Tensor, memory: SegmentMemory)
}
