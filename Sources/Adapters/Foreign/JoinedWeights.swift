internal import Layers
internal import Torch

/// Several sources seen as one; of a name that two hold the first one's tensor is seen.
final class JoinedWeights: WeightSource {
  private let parts: [any WeightSource]
  let names: [String]

  /// Joins at least one.
  init(_ parts: [any WeightSource]) {
    self.parts = parts
    names = Set(parts.flatMap(\.names)).sorted()
  }

  var origin: String { parts[0].origin }

  func shape(of name: String) -> [Int]? { part(with: name).shape(of: name) }
  func dataType(of name: String) -> DataType? { part(with: name).dataType(of: name) }
  func tensor(_ name: String) throws -> Tensor { try part(with: name).tensor(name) }

  private func part(with name: String) -> any WeightSource {
    parts.first { $0.contains(name) } ?? parts[0]
  }
}
