import Foundation

/// The angles by which pairs of elements turn from one position to the next.
///
/// The formulas are those of Transformers' `modeling_rope_utils.py`, which the checkpoints were
/// trained with.
public struct RotaryFrequencies: Sendable, Hashable {
  /// The angle of pair `i` is `base` to the power of `-2 i / size` (`rope_theta`).
  public let base: Double
  /// Elements of a head that are rotated, two a pair.
  public let size: Int
  /// The model's `max_position_embeddings`.
  public let maximumPositions: Int
  /// What changes the angles.
  public let scaling: RotaryScaling

  /// Makes the angles of a model.
  ///
  /// - Throws: ``LayersError`` when the size is odd, or a number is not positive that must be.
  public init(
    base: Double, size: Int, maximumPositions: Int, scaling: RotaryScaling = .none
  ) throws {
    self.base = base
    self.size = size
    self.maximumPositions = maximumPositions
    self.scaling = scaling
    if let problem {
      throw LayersError(.weights, "The rotary embedding cannot be made: \(problem).")
    }
  }

  /// What cosines and sines are multiplied by: 1 but for YaRN.
  public var attentionFactor: Double {
    guard case .yarn(let yarn) = scaling else { return 1 }
    if let given = yarn.attentionFactor { return given }
    let factor = factor(of: yarn)
    func magnitude(_ slope: Double) -> Double { factor <= 1 ? 1 : 0.1 * slope * log(factor) + 1 }
    guard let own = yarn.magnitude, let all = yarn.allDimensionsMagnitude, own != 0, all != 0 else {
      return magnitude(1)
    }
    return magnitude(own) / magnitude(all)
  }

  /// Radians a position of each pair, for sequences of up to `length` tokens.
  public func angles(length: Int) -> [Float] {
    switch scaling {
    case .none: angles(base: base).map { Float($0) }
    case .linear(let factor): angles(base: base).map { Float($0 / factor) }
    case .dynamic(let factor): angles(base: stretchedBase(factor, length)).map { Float($0) }
    case .llama3(let llama): angles(base: base).map { Float(stretched($0, llama)) }
    case .yarn(let yarn): blended(yarn).map { Float($0) }
    }
  }

  /// Whether sequences of one length turn by other angles than those of another.
  func dependsOnLength(upTo length: Int) -> Bool {
    if case .dynamic = scaling { return length > maximumPositions }
    return false
  }

  private func angles(base: Double) -> [Double] {
    stride(from: 0, to: size, by: 2).map { pow(base, -Double($0) / Double(size)) }
  }

  private func stretchedBase(_ factor: Double, _ length: Int) -> Double {
    let ratio = Double(max(length, maximumPositions)) / Double(maximumPositions)
    return base * pow(factor * ratio - (factor - 1), Double(size) / Double(size - 2))
  }

  private func stretched(_ angle: Double, _ llama: Llama3RotaryScaling) -> Double {
    let original = Double(llama.originalMaximumPositions)
    let wavelength = 2 * Double.pi / angle
    if wavelength < original / llama.highFrequencyFactor { return angle }
    if wavelength > original / llama.lowFrequencyFactor { return angle / llama.factor }
    let share =
      (original / wavelength - llama.lowFrequencyFactor)
      / (llama.highFrequencyFactor - llama.lowFrequencyFactor)
    return (1 - share) * angle / llama.factor + share * angle
  }

  private func factor(of yarn: YarnRotaryScaling) -> Double {
    yarn.factor ?? Double(maximumPositions) / Double(yarn.originalMaximumPositions)
  }

  private func blended(_ yarn: YarnRotaryScaling) -> [Double] {
    // The pair, not always a whole one, that turns so often over the original maximum.
    func pair(turning turns: Double) -> Double {
      Double(size) * log(Double(yarn.originalMaximumPositions) / (turns * 2 * .pi))
        / (2 * log(base))
    }
    let fast = pair(turning: yarn.fastTurns)
    let slow = pair(turning: yarn.slowTurns)
    let first = max(yarn.truncates ? fast.rounded(.down) : fast, 0)
    let last = min(yarn.truncates ? slow.rounded(.up) : slow, Double(size - 1))
    let width = first == last ? 0.001 : last - first
    let factor = factor(of: yarn)
    return angles(base: base).enumerated().map { pair, angle in
      let divided = min(max((Double(pair) - first) / width, 0), 1)
      return angle / factor * divided + angle * (1 - divided)
    }
  }

  private var problem: String? {
    guard size >= 0, size.isMultiple(of: 2) else { return "\(size) elements do not make pairs" }
    guard base > 0, base != 1 else { return "the base is \(base)" }
    guard maximumPositions > 0 else { return "the maximum is \(maximumPositions) positions" }
    switch scaling {
    case .none: return nil
    case .linear(let factor): return factor > 0 ? nil : "the factor is \(factor)"
    case .dynamic(let factor):
      if size <= 2 { return "dynamic scaling needs more than one pair" }
      return factor > 0 ? nil : "the factor is \(factor)"
    case .llama3(let llama):
      if llama.highFrequencyFactor <= llama.lowFrequencyFactor || llama.lowFrequencyFactor <= 0 {
        return "the high frequency factor must be greater than the low one, and both than 0"
      }
      return llama.factor > 0 && llama.originalMaximumPositions > 0
        ? nil : "a factor or the original maximum is not positive"
    case .yarn(let yarn):
      return factor(of: yarn) > 0 && yarn.originalMaximumPositions > 0 && yarn.fastTurns > 0
        && yarn.slowTurns > 0 ? nil : "a factor or the original maximum is not positive"
    }
  }
}
