public import Torch

/// Puts virtual tokens, which are vectors and no words, before every sequence: it fills
/// ``TokenSlot/adapter``.
public protocol TokenAdapter: AnyObject {
  /// How many there are.
  var count: Int { get }

  /// Their vectors, `[count, width]`, in the place of rows of the word table.
  func vectors() throws -> Tensor
}

/// The place before the words of a model's input.
public final class TokenSlot {
  /// The scope of the word table.
  public let name: String
  /// Width of the word vectors.
  public let width: Int
  /// What puts tokens there; nil for none.
  public var adapter: (any TokenAdapter)?

  init(name: String, width: Int) {
    self.name = name
    self.width = width
  }
}

/// Changes what a table gives, such as by a low-rank term: it fills ``Embedding/adapter``.
public protocol EmbeddingAdapter: AnyObject {
  /// The vectors of indices, `[…]` to `[…, width]`.
  func callAsFunction(_ indices: Tensor, through table: Embedding) throws -> Tensor

  /// The whole table as it is with the change, `[rows, width]`, for merging and for layers that
  /// share it.
  func merged(_ table: Embedding) throws -> Tensor
}
