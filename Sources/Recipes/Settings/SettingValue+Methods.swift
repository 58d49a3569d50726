import Adapters
import Layers

extension MethodConfiguration.Kind: SettingChoice {}
extension MethodConfiguration.BaseWeights: SettingChoice {}
extension BiasTraining: SettingChoice {}
extension LoRAInitialization: SettingChoice {}

extension ModuleTargets: SettingValue {
  /// What marks a word as a role, where targets are written out.
  private static let rolePrefix = "role:"

  /// A list of names, or one text: `all-linear`, names with commas, or a regular expression.
  init(setting raw: RawValue) throws(ValueMismatch) {
    let expected = "names of layers, a regular expression, or all-linear"
    switch raw.content {
    case .null, .mapping: throw ValueMismatch(expected: expected)
    case .list: self = try Self.named(raw.read(), expected)
    case .plain(let text), .quoted(let text), .argument(let text):
      let text = text.trimmingSpaces
      let isNames = text.allSatisfy { $0.isLetter || $0.isNumber || "_.-,: ".contains($0) }
      if text.hasPrefix("[") {
        self = try Self.named(raw.read(), expected)
      } else if isNames, text.lowercased() != ModuleTargets.allLinearWord {
        let names = text.split(separator: ",", omittingEmptySubsequences: false)
        self = try Self.named(names.map { String($0).trimmingSpaces }, expected)
      } else {
        self = ModuleTargets(text)
      }
    }
  }

  private static func named(
    _ names: [String], _ expected: String
  ) throws(ValueMismatch) -> ModuleTargets {
    guard names.contains(where: { $0.hasPrefix(rolePrefix) }) else { return .modules(names) }
    var roles: [LinearRole] = []
    for name in names {
      guard name.hasPrefix(rolePrefix),
        let role = LinearRole(rawValue: String(name.dropFirst(rolePrefix.count)))
      else {
        throw ValueMismatch(
          expected: "\(expected); a role is one of "
            + LinearRole.allCases.map { rolePrefix + $0.rawValue }.joined(separator: ", "),
          found: "'\(name.shortened)'")
      }
      roles.append(role)
    }
    return .roles(roles)
  }

  var yaml: String {
    switch self {
    case .modules(let names): names.yaml
    case .pattern(let pattern): YAMLScalar.quoted(pattern)
    case .roles(let roles): roles.map { Self.rolePrefix + $0.rawValue }.yaml
    case .allLinear: ModuleTargets.allLinearWord
    }
  }
}

/// Whole numbers in a list.
struct WholeNumbers: SettingValue {
  var values: [Int]

  init(_ values: [Int]) { self.values = values }

  init(setting raw: RawValue) throws(ValueMismatch) {
    var values: [Int] = []
    for text in try raw.read([String].self) {
      guard let value = Int(wholeNumber: text) else {
        throw ValueMismatch(expected: "whole numbers", found: "'\(text.shortened)'")
      }
      values.append(value)
    }
    self.values = values
  }

  var yaml: String { "[" + values.map(\.yaml).joined(separator: ", ") + "]" }
}

extension ModuleSelection {
  /// The numbers of layers as a setting.
  var layerNumbers: WholeNumbers? {
    get { layers.map(WholeNumbers.init) }
    set { layers = newValue?.values }
  }
}

extension Dictionary: SettingValue where Key == String, Value: SettingValue {
  /// A mapping; on the command line `name=value` with commas, or YAML's braces.
  init(setting raw: RawValue) throws(ValueMismatch) {
    let expected = "a value for each name, such as {name: 4}"
    var entries: [RawValue.Entry] = []
    switch raw.content {
    case .null: break
    case .mapping(let written): entries = written
    case .argument(let text) where text.hasPrefix("{"):
      guard let value = try? YAMLText.value(text, at: raw.place), let written = value.entries else {
        throw ValueMismatch(expected: expected)
      }
      entries = written
    case .argument(let text):
      for part in text.split(separator: ",") {
        guard let equals = part.lastIndex(of: "=") else { throw ValueMismatch(expected: expected) }
        let value = RawValue(
          content: .argument(String(part[part.index(after: equals)...])), place: raw.place)
        entries.append(
          .init(key: String(part[..<equals]).trimmingSpaces, place: raw.place, value: value))
      }
    case .plain, .quoted, .list: throw ValueMismatch(expected: expected)
    }
    self = [:]
    for entry in entries {
      guard updateValue(try entry.value.read(), forKey: entry.key) == nil else {
        throw ValueMismatch(expected: "each name once", found: "'\(entry.key)' twice")
      }
    }
  }

  var yaml: String {
    "{"
      + sorted { $0.key < $1.key }.map { "\(YAMLScalar.quoted($0.key)): \($0.value.yaml)" }
      .joined(separator: ", ") + "}"
  }
}
