public import Foundation
internal import Layers

/// The temperature by which a tuned classifier's logits are divided, so that its probabilities fit:
/// `calibration.json` in its folder.
///
/// Guo et al., On Calibration of Modern Neural Networks (2017).
public struct StoredTemperature: Codable, Sendable, Equatable {
  /// The temperature, above 0; more than 1 makes answers less sure.
  public var temperature: Double
  /// The rows that it was fitted on.
  public var rows: Int
  /// The file that held them.
  public var data: String

  /// Names a temperature.
  public init(temperature: Double, rows: Int, data: String) {
    self.temperature = temperature
    self.rows = rows
    self.data = data
  }

  /// What the file is called.
  public static let fileName = "calibration.json"

  /// The temperature of a folder; nil where it has none.
  ///
  /// - Throws: ``TasksError`` when the file cannot be understood.
  public static func of(_ folder: URL) throws -> StoredTemperature? {
    let file = folder.appending(path: fileName)
    guard FileManager.default.fileExists(atPath: file.path) else { return nil }
    guard let stored = try? JSONDecoder().decode(Self.self, from: Data(contentsOf: file)),
      stored.temperature > 0, stored.temperature.isFinite
    else {
      throw TasksError(
        .setting,
        "\(file.path) holds no temperature above 0. Fit it again (finetune evaluate "
          + "--fit-temperature), or remove the file.")
    }
    return stored
  }

  /// Writes the file into a folder, whole or not at all.
  ///
  /// - Throws: `LayersError` when the folder cannot be written to.
  public func write(into folder: URL) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    let file = try AtomicFile(folder.appending(path: Self.fileName))
    try file.write(String(decoding: encoder.encode(self), as: UTF8.self) + "\n")
    try file.commit()
  }
}
