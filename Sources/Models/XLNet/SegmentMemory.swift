import Layers
public import Torch

/// What a model with memory carries from one batch to the next: of each sequence the vectors that
/// every layer read, without gradients.
///
/// Dai et al., "Transformer-XL", 2019, arXiv:1901.02860.
public struct SegmentMemory {
  /// For each layer `[M, hidden]`, all sequences one after another.
  public let states: [Tensor]
  /// How many vectors each sequence has.
  public let lengths: [Int]

  init(states: [Tensor], lengths: [Int]) {
    self.states = states
    self.lengths = lengths
  }

  /// How many vectors all sequences have.
  var rowCount: Int { lengths.reduce(0, +) }
}

/// How a memory and a batch become the next memory.
struct MemoryUpdate {
  /// Of memory and batch, one after the other, the rows that are kept.
  private let rows: Tensor
  private let lengths: [Int]

  /// Plans the update by a batch, and what was kept before it of as many sequences.
  ///
  /// Of each sequence's tokens the first `reused` ones count, and of all vectors the last `limit`
  /// are kept; nil stands for all.
  init(_ batch: RaggedBatch, _ memory: SegmentMemory?, reused: Int?, limit: Int?) throws {
    var rows: [Int64] = []
    var lengths: [Int] = []
    var memoryStart = 0
    var start = memory?.rowCount ?? 0
    for (index, length) in batch.lengths.enumerated() {
      let held = memory?.lengths[index] ?? 0
      let all =
        Array(memoryStart..<memoryStart + held)
        + Array(start..<start + min(length, reused ?? length))
      let kept = all.suffix(limit ?? all.count)
      rows += kept.map(Int64.init)
      lengths.append(kept.count)
      memoryStart += held
      start += length
    }
    self.rows = try Tensor(rows).to(batch.tokens.device)
    self.lengths = lengths
  }

  /// The next memory, of the vectors that each layer read.
  func callAsFunction(_ read: [Tensor], _ memory: SegmentMemory?) throws -> SegmentMemory {
    try withoutGradients {
      let states = try read.enumerated().map { layer, hidden in
        let hidden = try hidden.detached()
        let all = try memory.map { try Tensor.concatenated([$0.states[layer], hidden]) } ?? hidden
        return try all.slices(rows)
      }
      return SegmentMemory(states: states, lengths: lengths)
    }
  }
}
