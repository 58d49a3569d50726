internal import Foundation
package import Torch

/// How a parameter that no checkpoint holds gets its first values.
public enum Initializer: Sendable, Equatable {
  /// All zeros, as biases start.
  case zeros
  /// All ones, as norms' weights start.
  case ones
  /// All of one value.
  case filled(Double)
  /// Normally distributed around zero with this standard deviation, as BERT's matrices start.
  case normal(deviation: Double)
  /// Evenly distributed between minus and plus a bound, as PyTorch's recurrent layers start.
  case uniform(bound: Double)
  /// Normally distributed, one row zero: embeddings of padding.
  case normalWithZeroRow(deviation: Double, row: Int)
  /// Sines in the even columns and cosines in the odd ones, of the row's number over 10000 to the
  /// power of the pair's share of the width (Vaswani et al., "Attention Is All You Need", 2017).
  case sinusoids

  /// Makes the values.
  ///
  /// Their random numbers depend on the seed and the parameter's name alone, so neither the order
  /// in which layers are made nor other layers change them.
  package func callAsFunction(_ shape: [Int], name: String, seed: UInt64) throws -> Tensor {
    let tensor = try Tensor.zeros(shape)
    switch self {
    case .zeros: break
    case .ones: try tensor.fill(1)
    case .filled(let value): try tensor.fill(value)
    case .normal(let deviation):
      let generator = try Generator(seed: Self.mix(seed, name))
      try tensor.fillNormal(deviation: deviation, using: generator)
    case .uniform(let bound):
      let generator = try Generator(seed: Self.mix(seed, name))
      try tensor.fillUniform(from: -bound, to: bound, using: generator)
    case .normalWithZeroRow(let deviation, let row):
      let generator = try Generator(seed: Self.mix(seed, name))
      try tensor.fillNormal(deviation: deviation, using: generator)
      if row >= 0, row < shape[0] { try tensor.select(0, row).fill(0) }
    case .sinusoids:
      try tensor.copy(from: Tensor(Self.sinusoids(rows: shape[0], columns: shape[1]), shape: shape))
    }
    return tensor
  }

  private static func sinusoids(rows: Int, columns: Int) -> [Float] {
    (0..<rows).flatMap { row in
      (0..<columns).map { column in
        let angle = Double(row) / pow(10000, Double(column / 2 * 2) / Double(columns))
        return Float(column.isMultiple(of: 2) ? sin(angle) : cos(angle))
      }
    }
  }

  /// FNV-1a over the seed's bytes and the name's.
  private static func mix(_ seed: UInt64, _ name: String) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for shift in stride(from: 0, to: 64, by: 8) {
      hash = (hash ^ (seed >> UInt64(shift) & 0xff)) &* 0x100_0000_01b3
    }
    for byte in name.utf8 {
      hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3
    }
    return hash
  }
}
