public import Foundation
public import Models

/// The `adapter_config.json` of a folder: typed reading of its keys, and an account of those that
/// were asked for.
public final class AdapterConfiguration {
  /// Every key and value.
  public let values: [String: JSONValue]
  /// Where the file lies, for messages.
  public let path: String
  private var known: Set<String> = [
    "peft_type", "task_type", "base_model_name_or_path", "revision", "inference_mode",
    "peft_version", "auto_mapping", "modules_to_save",
  ]

  /// Reads the file of a folder.
  ///
  /// - Throws: ``AdaptersError`` when it is not there or no JSON object.
  public init(folder: URL) throws {
    let url = folder.appending(path: "adapter_config.json")
    path = url.path(percentEncoded: false)
    guard let data = try? Data(contentsOf: url) else {
      throw AdaptersError(
        .folder,
        "\(folder.path(percentEncoded: false)) is no adapter's folder: it holds no readable "
          + "adapter_config.json.")
    }
    let value: JSONValue
    do {
      value = try JSONValue(parsing: Array(data))
    } catch {
      throw AdaptersError(.folder, "\(path) is not a JSON object: \(error).")
    }
    guard case .object(let values) = value else {
      throw AdaptersError(.folder, "\(path) is not a JSON object: it is \(value.kind).")
    }
    self.values = values
  }

  /// Makes one from values.
  public init(values: [String: JSONValue], path: String = "adapter_config.json") {
    self.values = values
    self.path = path
  }

  /// Keys that nothing asked for and that say something, sorted.
  public var unknownKeys: [String] {
    values.keys.filter { !known.contains($0) && !isEmpty(values[$0]) }.sorted()
  }

  /// PEFT's name of the method.
  public func peftType() throws -> String { try text("peft_type") ?? "" }

  /// A text; nil where there is none.
  public func text(_ key: String) throws -> String? {
    switch value(key) {
    case nil: nil
    case .string(let text): text
    default: throw wrong(key, "a text")
    }
  }

  /// A whole number; nil where there is none.
  public func integer(_ key: String) throws -> Int? {
    switch value(key) {
    case nil: return nil
    case .integer(let number): return number
    case .number(let number):
      guard let whole = Int(exactly: number) else { throw wrong(key, "a whole number") }
      return whole
    default: throw wrong(key, "a whole number")
    }
  }

  /// A number; nil where there is none.
  public func number(_ key: String) throws -> Double? {
    switch value(key) {
    case nil: nil
    case .integer(let number): Double(number)
    case .number(let number): number
    default: throw wrong(key, "a number")
    }
  }

  /// A truth value; nil where there is none.
  public func flag(_ key: String) throws -> Bool? {
    switch value(key) {
    case nil: nil
    case .bool(let flag): flag
    default: throw wrong(key, "true or false")
    }
  }

  /// A text or a list of texts, as a list; nil where there is none.
  public func texts(_ key: String) throws -> [String]? {
    switch value(key) {
    case nil: return nil
    case .string(let text): return [text]
    case .array(let elements):
      return try elements.map { element in
        guard case .string(let text) = element else { throw wrong(key, "a list of texts") }
        return text
      }
    default: throw wrong(key, "a list of texts")
    }
  }

  /// A number or a list of numbers, as a list; nil where there is none.
  public func integers(_ key: String) throws -> [Int]? {
    switch value(key) {
    case nil: return nil
    case .integer(let number): return [number]
    case .array(let elements):
      return try elements.map { element in
        guard case .integer(let number) = element else { throw wrong(key, "a list of numbers") }
        return number
      }
    default: throw wrong(key, "a list of numbers")
    }
  }

  /// Names and values; empty where there are none.
  public func object(_ key: String) throws -> [String: JSONValue] {
    switch value(key) {
    case nil: [:]
    case .object(let members): members
    default: throw wrong(key, "an object")
    }
  }

  /// Modules as PEFT names them: a list of names, or a text that is a pattern or "all-linear".
  public func targets(_ key: String) throws -> ModuleTargets? {
    if case .string(let text) = value(key) { return ModuleTargets(text) }
    return try texts(key).map { .modules($0) }
  }

  /// Refuses a key whose value means something that is not computed here.
  ///
  /// - Throws: ``AdaptersError`` that names key and value.
  public func refuse(_ key: String, unless isFine: (JSONValue) -> Bool = { _ in false }) throws {
    known.insert(key)
    guard let value = values[key], !isEmpty(value), !isFine(value) else { return }
    throw AdaptersError(
      .folder, "\(path): \(key) is \(value.kind), which is not supported here.")
  }

  /// Says that a key is known and of no importance.
  public func ignore(_ keys: [String]) { known.formUnion(keys) }

  /// What an error of a key says.
  public func wrong(_ key: String, _ expected: String) -> AdaptersError {
    AdaptersError(
      .folder, "\(path): \(key) must be \(expected), and is \(values[key]?.kind ?? "nothing").")
  }

  private func value(_ key: String) -> JSONValue? {
    known.insert(key)
    let value = values[key]
    return value == .null ? nil : value
  }

  /// Whether a value says nothing: PEFT writes every key, most of them so.
  private func isEmpty(_ value: JSONValue?) -> Bool {
    switch value {
    case nil, .null?, .bool(false)?: true
    case .object(let members)?: members.isEmpty
    case .array(let elements)?: elements.isEmpty
    default: false
    }
  }
}
