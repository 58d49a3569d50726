import Foundation
import Layers
import Torch

/// The vectors of distances that XLNet's attention looks at: sines and cosines.
///
/// A batch's distances lie in one table, farthest before first; a sequence's are a part of it.
struct XLNetPositions {
  /// The largest distance of a query to a key before it.
  let reach: Int
  /// Read forwards, `[rows, hidden]`.
  let forward: Tensor
  /// Read backwards, where the configuration has it.
  let backward: Tensor?

  /// Makes the table for at most so many queries and keys of a sequence.
  init(_ config: XLNetConfiguration, queries: Int, keys: Int, type: DataType, on device: Device)
    throws
  {
    reach = keys
    let size = config.hiddenSize
    let distances = stride(from: keys, to: -queries, by: -1).map { distance in
      guard let limit = config.largestDistance else { return Float(distance) }
      return Float(min(max(distance, -limit), limit))
    }
    // In fp32 throughout, as the weights were trained.
    let frequencies = stride(from: 0, to: size, by: 2).map { place in
      1 / pow(10000, Float(place) / Float(size))
    }
    func table(_ sign: Float) throws -> Tensor {
      let angles =
        try Tensor(distances.map { sign * $0 }, shape: [distances.count, 1])
        * Tensor(frequencies, shape: [1, frequencies.count])
      return try Tensor.concatenated([angles.sine(), angles.cosine()], along: 1)
        .to(device, type)
    }
    forward = try table(1)
    backward = config.readsBothWays ? try table(-1) : nil
  }

  private init(reach: Int, forward: Tensor, backward: Tensor?) {
    self.reach = reach
    self.forward = forward
    self.backward = backward
  }

  /// The same after a function of each table.
  func map(_ body: (Tensor) throws -> Tensor) rethrows -> XLNetPositions {
    XLNetPositions(reach: reach, forward: try body(forward), backward: try backward.map(body))
  }

  /// The rows of a sequence's distances, from that of its last query's end to all keys on:
  /// `[keys + queries, width]`.
  func rows(queries: Int, keys: Int, isBackward: Bool) throws -> Tensor {
    let table = isBackward ? backward ?? forward : forward
    return try table.narrowed(0, from: reach - keys, count: keys + queries)
  }
}
