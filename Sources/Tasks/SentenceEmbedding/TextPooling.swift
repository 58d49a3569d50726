internal import Layers
internal import Models
internal import Torch

/// How the vectors of a text's tokens become the vector of the text.
public enum TextPooling: String, Codable, Sendable, CaseIterable {
  /// Their mean, special tokens counted.
  case mean
  /// The first token's, which is `[CLS]` in BERT and its like.
  case cls
  /// The largest of each column.
  case max
  /// The last token's, special tokens counted: what decoders have, whose last token alone sees the
  /// whole text.
  case last

  /// The vectors of a batch's N texts, `[N, hidden]`, fp32.
  ///
  /// The first or the last token's need no other tokens of the last layer.
  func vectors(_ encoder: any TextEncoder, _ batch: RaggedBatch) throws -> Tensor {
    switch self {
    case .mean: try batch.pooled(encoder.hidden(batch, only: nil), .mean)
    case .max: try batch.pooled(encoder.hidden(batch, only: nil), .maximum)
    case .cls: try encoder.hidden(batch, only: batch.firstTokens()).to(.float32)
    case .last: try encoder.hidden(batch, only: batch.lastTokens()).to(.float32)
    }
  }
}

extension Tensor {
  /// Rows `[N, width]` divided by their Euclidean lengths; rows of zeros stay so.
  func normalizedRows() throws -> Tensor {
    let length = try squared().sum([-1], keepsDimensions: true)
      .clamped(from: 1e-24, to: .infinity).squareRoot()
    return try self / length
  }
}
