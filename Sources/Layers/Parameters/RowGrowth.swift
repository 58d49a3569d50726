internal import Torch

/// That tables with so many rows in a checkpoint have more of them in the model: those of a
/// vocabulary to which tokens were added.
///
/// Such a table, or a bias with one number a row, is whatever the model wants with ``wanted`` rows
/// and the checkpoint holds with ``stored``. No list of names is needed: nothing else of a model
/// depends on the size of its vocabulary.
public struct RowGrowth: Sendable, Equatable {
  /// Rows in the checkpoint.
  public let stored: Int
  /// Rows in the model.
  public let wanted: Int

  /// Says how many rows there are and how many there will be.
  public init(from stored: Int, to wanted: Int) {
    self.stored = stored
    self.wanted = wanted
  }

  func applies(to found: [Int], wanted shape: [Int]) -> Bool {
    found.first == stored && shape.first == wanted && wanted > stored
      && found.dropFirst() == shape.dropFirst()
  }

  /// A table with its further rows, in fp32: each the mean of the stored ones (Hewitt, "Initializing
  /// New Word Embeddings for Pretrained Language Models", 2021), and around it what the initialiser
  /// gives a row, so that new tokens are not all the same one.
  func grown(
    _ table: Tensor, _ initializer: Initializer, name: String, seed: UInt64
  ) throws -> Tensor {
    try withoutGradients {
      let table = try table.to(.float32)
      let shape = [wanted - stored] + table.shape.dropFirst()
      let further = try initializer.ofFurtherRows(shape, name: name, seed: seed)
      let mean = try table.mean([0], keepsDimensions: true)
      return try Tensor.concatenated([table, further + mean])
    }
  }
}

extension Initializer {
  /// What rows after the first get: no row of padding is among them.
  fileprivate var ofFurtherRows: Initializer {
    if case .normalWithZeroRow(let deviation, _) = self {
      .normal(deviation: deviation)
    } else {
      self
    }
  }
}
