import Layers
import Torch

extension TextEncoder {
  /// One vector of each sequence, `[N, hidden]`, as Transformers' `SequenceSummary` takes it.
  func summarised(_ batch: RaggedBatch, by summary: XLNetConfiguration.Summary) throws -> Tensor {
    switch summary {
    case .last: return try hidden(batch, only: batch.lastTokens())
    case .first: return try hidden(batch, only: batch.firstTokens())
    case .mean:
      let hidden = try self(batch)
      var start = 0
      return try Tensor.stacked(
        batch.lengths.map { length in
          defer { start += length }
          return try hidden.narrowed(0, from: start, count: length).mean([0])
        })
    }
  }
}
