internal import Foundation
internal import Models

extension ConfigurationFile {
  /// Settings of a task that a tuned model's configuration holds; nil where it has none.
  ///
  /// - Throws: ``TasksError`` when the key holds something else.
  func settings<Settings: Decodable>(_ key: String, as: Settings.Type) throws -> Settings? {
    guard let value = values[key], value != .null else { return nil }
    do {
      return try JSONDecoder().decode(Settings.self, from: JSONEncoder().encode(value))
    } catch {
      throw TasksError(
        .setting,
        "\(path): the key '\(key)' does not hold the settings that this program writes there. "
          + "Train the model again, or remove the key.")
    }
  }

  /// Puts a task's settings under a key, which Transformers passes on unread; nil removes them.
  mutating func store<Settings: Encodable>(_ settings: Settings?, as key: String) throws {
    values[key] = try settings.map {
      try JSONDecoder().decode(JSONValue.self, from: JSONEncoder().encode($0))
    }
  }
}
