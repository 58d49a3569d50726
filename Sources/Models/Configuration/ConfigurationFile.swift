public import Foundation
internal import Layers

/// A model's `config.json`: typed reading of its keys, everything else kept as it is for writing
/// back.
public struct ConfigurationFile: Sendable {
  /// Every key and value of the file.
  public var values: [String: JSONValue]
  /// Where the file lies, for messages.
  public let path: String

  /// Reads `config.json` of a model folder, or the metadata of a GGUF file: the only one of a folder
  /// without `config.json`, or the one that the path itself names.
  ///
  /// - Throws: ``ModelsError`` when there is none or it is no JSON object.
  public init(folder: URL) throws {
    let url = folder.appending(path: "config.json")
    if !FileManager.default.fileExists(atPath: url.path),
      let file = try Checkpoint.ggufFile(at: folder)
    {
      self = try ConfigurationFile(gguf: GGUFFile(file))
      return
    }
    path = url.path
    let data: Data
    do {
      data = try Data(contentsOf: url)
    } catch {
      let kind = try? folder.resourceValues(forKeys: [.isDirectoryKey]).isDirectory
      let problem =
        switch kind {
        case nil: "There is no folder \(folder.path)."
        case true?: "The folder \(folder.path) holds no readable config.json."
        case false?: "\(folder.path) is a file, not a model folder."
        }
      throw ModelsError(
        .configuration,
        problem + " A model is a folder in Hugging Face's layout: config.json, weights, tokenizer.")
    }
    let value: JSONValue
    do {
      value = try JSONValue(parsing: Array(data))
    } catch {
      throw ModelsError(.configuration, "\(path) is not a JSON object: \(error).")
    }
    guard case .object(let values) = value else {
      throw ModelsError(.configuration, "\(path) is not a JSON object: it is \(value.kind).")
    }
    self.values = values
  }

  /// Makes a configuration from values, for a model that has no folder yet.
  public init(values: [String: JSONValue], path: String = "config.json") {
    self.values = values
    self.path = path
  }

  /// The family's name, such as "bert".
  public var modelType: String? {
    if case .string(let type) = values["model_type"] { return type }
    return nil
  }

  /// The bytes to write: keys in order, as Hugging Face writes them.
  public func encoded() -> Data {
    Data((JSONValue.object(values).text() + "\n").utf8)
  }

  // MARK: Typed keys

  /// A whole number of at least `minimum`.
  ///
  /// - Throws: ``ModelsError`` when it is missing without a default, of another type, or too small.
  public func integer(_ key: String, default fallback: Int? = nil, atLeast minimum: Int = 0) throws
    -> Int
  {
    let found: Int
    switch present(key) {
    case nil:
      guard let fallback else { throw missing(key) }
      return fallback
    case .integer(let value): found = value
    case .number(let value):
      guard let whole = Int(exactly: value) else { throw wrong(key, "a whole number") }
      found = whole
    default: throw wrong(key, "a whole number")
    }
    guard found >= minimum else { throw wrong(key, "a whole number of at least \(minimum)") }
    return found
  }

  /// A number in a range.
  ///
  /// - Throws: ``ModelsError`` when it is missing without a default, of another type, or outside.
  public func number(
    _ key: String, default fallback: Double? = nil, in range: ClosedRange<Double>
  ) throws -> Double {
    let found: Double
    switch present(key) {
    case nil:
      guard let fallback else { throw missing(key) }
      return fallback
    case .integer(let value): found = Double(value)
    case .number(let value): found = value
    default: throw wrong(key, "a number")
    }
    guard range.contains(found) else {
      throw wrong(key, "a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return found
  }

  /// A truth value.
  ///
  /// - Throws: ``ModelsError`` when it is of another type.
  public func flag(_ key: String, default fallback: Bool) throws -> Bool {
    switch present(key) {
    case nil: fallback
    case .bool(let value): value
    default: throw wrong(key, "true or false")
    }
  }

  /// A text.
  ///
  /// - Throws: ``ModelsError`` when it is of another type.
  public func text(_ key: String, default fallback: String) throws -> String {
    switch present(key) {
    case nil: fallback
    case .string(let value): value
    default: throw wrong(key, "a text")
    }
  }

  /// The texts of a list; empty when there is no such list.
  func texts(_ key: String) -> [String] {
    guard case .array(let values) = values[key] else { return [] }
    return values.compactMap { value in
      if case .string(let text) = value { text } else { nil }
    }
  }

  /// The value, where `null` counts as not there, as Transformers treats it.
  private func present(_ key: String) -> JSONValue? {
    let value = values[key]
    return value == .null ? nil : value
  }

  private func missing(_ key: String) -> ModelsError {
    ModelsError(.configuration, "\(path) has no key \(key), which this kind of model needs.")
  }

  private func wrong(_ key: String, _ expected: String) -> ModelsError {
    let found = values[key]?.kind ?? "nothing"
    return ModelsError(.configuration, "\(path): \(key) must be \(expected), and is \(found).")
  }
}
