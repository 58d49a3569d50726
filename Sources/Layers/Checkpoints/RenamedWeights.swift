public import Torch

/// A source seen under other names: a prefix dropped or added, an old spelling made current.
public final class RenamedWeights: WeightSource {
  /// Every name as it is seen, sorted.
  public let names: [String]
  /// The names of the source that cannot be seen, sorted: whoever loads accounts for them.
  public let hidden: [String]
  /// The path of the source.
  public let origin: String

  private let base: any WeightSource
  private let nameInBase: [String: String]
  private let rivals: [String: String]

  /// Looks at a source through a mapping from its names to those that are seen; nil hides a name.
  ///
  /// Where two names become one, asking for that tensor throws.
  public init(_ base: any WeightSource, mapping: (String) -> String?) {
    var nameInBase: [String: String] = [:]
    var rivals: [String: String] = [:]
    var hidden: [String] = []
    for name in base.names {
      guard let seen = mapping(name) else {
        hidden.append(name)
        continue
      }
      if let other = nameInBase.updateValue(name, forKey: seen) { rivals[seen] = other }
    }
    self.base = base
    self.nameInBase = nameInBase
    self.rivals = rivals
    self.hidden = hidden
    names = nameInBase.keys.sorted()
    origin = base.origin
  }

  /// The shape under a name as it is seen; nil when the name is not there.
  public func shape(of name: String) -> [Int]? { nameInBase[name].flatMap(base.shape(of:)) }

  /// The element type under a name as it is seen; nil when the name is not there.
  public func dataType(of name: String) -> DataType? {
    nameInBase[name].flatMap(base.dataType(of:))
  }

  /// The tensor under a name as it is seen.
  ///
  /// - Throws: ``LayersError`` when the name is not there, or two names of the source stand for it.
  public func tensor(_ name: String) throws -> Tensor {
    guard let original = nameInBase[name] else { throw missing(name) }
    if let rival = rivals[name] {
      throw LayersError(
        .file,
        "\(origin): '\(rival)' and '\(original)' both stand for '\(name)'. Remove one of them.")
    }
    return try base.tensor(original)
  }

  /// What a source calls the tensor that is seen under `name`, for messages; nil when the name is
  /// not there.
  public func originalName(of name: String) -> String? { nameInBase[name] }
}

/// Mappings for ``RenamedWeights`` that many checkpoints need.
public enum WeightNames {
  /// Makes TensorFlow's spelling of layer norms current: a last part `gamma` is `weight`, `beta` is
  /// `bias`.
  public static func current(_ name: String) -> String {
    if name == "gamma" || name.hasSuffix(".gamma") { return name.dropLast(5) + "weight" }
    if name == "beta" || name.hasSuffix(".beta") { return name.dropLast(4) + "bias" }
    return name
  }

  /// Drops a prefix, such as `bert.`, where it is there.
  public static func dropping(_ prefix: String) -> (String) -> String {
    { $0.hasPrefix(prefix) ? String($0.dropFirst(prefix.count)) : $0 }
  }

  /// Adds a prefix where it is not there yet.
  public static func adding(_ prefix: String) -> (String) -> String {
    { $0.hasPrefix(prefix) ? $0 : prefix + $0 }
  }
}
