public import Layers

/// Which modules of a model a method changes.
public enum ModuleTargets: Sendable, Equatable {
  /// Names or endings of names, as PEFT has them: `query` or `attention.self.query` is the whole name
  /// or what follows a dot of it. A word that names no module and is a role, such as `query` in a
  /// Llama, means the layers of that role.
  case modules([String])
  /// A regular expression that a module's whole name must match.
  case pattern(String)
  /// Dense layers by what they do, in any family.
  case roles([LinearRole])
  /// Every dense layer of the model but those of its head: "all-linear".
  case allLinear

  /// PEFT's word for ``allLinear``.
  public static let allLinearWord = "all-linear"

  /// Reads one text: "all-linear", or else a regular expression.
  public init(_ text: String) {
    self = text.lowercased() == Self.allLinearWord ? .allLinear : .pattern(text)
  }

  /// What is told of it in sentences.
  var text: String {
    switch self {
    case .modules(let names): names.joined(separator: ", ")
    case .pattern(let pattern): "the pattern \"\(pattern)\""
    case .roles(let roles): "layers of the roles " + roles.map(\.rawValue).joined(separator: ", ")
    case .allLinear: Self.allLinearWord
    }
  }

  /// Refuses empty lists and patterns that are none.
  func validate(_ key: String, of title: String) throws {
    switch self {
    case .modules(let names):
      guard !names.isEmpty, names.allSatisfy({ !$0.isEmpty }) else {
        throw AdaptersError(
          .setting, "\(title): \(key) is empty; name at least one module, or leave the key out.")
      }
    case .roles(let roles):
      guard !roles.isEmpty else {
        throw AdaptersError(.setting, "\(title): \(key) names no role.")
      }
    case .pattern(let pattern): _ = try WholeNamePattern(pattern, key: key, of: title)
    case .allLinear: break
    }
  }
}

/// Which modules of a model a method changes, and which of those not: PEFT's rules.
public struct ModuleSelection: Sendable, Equatable {
  /// Which modules; by default those that make queries and values, as PEFT's for most families.
  public var targets: ModuleTargets = .roles([.query, .value, .queryKeyValue])
  /// Which of them not; nil leaves none out.
  public var excluded: ModuleTargets?
  /// Numbers of the layers whose modules are changed, from 0; nil for all, and with a
  /// pattern.
  public var layers: [Int]?
  /// What stands before the number of a layer in names, such as `layers` or `h`; empty for whatever
  /// stands before the first number.
  public var layersPattern: [String] = []

  /// The defaults.
  public init() {}

  /// Takes targets and nothing else.
  public init(_ targets: ModuleTargets) { self.targets = targets }

  /// Refuses what cannot be.
  func validate(_ title: String) throws {
    try targets.validate("targets", of: title)
    try excluded?.validate("exclude", of: title)
    if let layers {
      guard !layers.isEmpty, layers.allSatisfy({ $0 >= 0 }) else {
        throw AdaptersError(
          .setting, "\(title): layers must be a list of numbers from 0, and is \(layers).")
      }
      if case .pattern = targets {
        throw AdaptersError(
          .setting,
          "\(title): layers and a pattern as targets exclude each other; put the numbers into the "
            + "pattern.")
      }
    }
    guard layersPattern.isEmpty || layers != nil else {
      throw AdaptersError(
        .setting,
        "\(title): layers_pattern says where the numbers of layers stand; it needs layers.")
    }
  }
}
