public import Foundation

/// The numbers of one moment of a run: a line of `metrics.jsonl`.
public struct MetricRecord: Codable, Sendable, Equatable {
  /// The optimiser step, from 1; 0 is before the first one.
  public var step: Int
  /// The epochs done, as a fraction.
  public var epoch: Double
  /// What the numbers are of: ``train``, ``evaluation``, ``test`` or a name of your own.
  public var kind: String
  /// The numbers by name; those that are not finite are kept as "nan", "inf" and "-inf".
  public var values: [String: Double]
  /// When it was recorded, in seconds since 1970.
  public var time: Double

  /// Numbers of training steps.
  public static let train = "train"
  /// Numbers of an evaluation on the validation rows.
  public static let evaluation = "evaluation"
  /// Numbers of an evaluation on the test rows.
  public static let test = "test"

  /// Makes a record.
  public init(
    step: Int, epoch: Double, kind: String, values: [String: Double],
    time: Double = Date().timeIntervalSince1970
  ) {
    self.step = step
    self.epoch = epoch
    self.kind = kind
    self.values = values
    self.time = time
  }

  /// The record as one line of JSON with its line feed, keys in order.
  ///
  /// - Throws: ``TrackingError`` when epoch or time are not finite.
  func line() throws(TrackingError) -> Data {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.sortedKeys, .withoutEscapingSlashes]
    encoder.nonConformingFloatEncodingStrategy = Self.writingNonFinite
    do {
      return try encoder.encode(self) + Data("\n".utf8)
    } catch {
      throw TrackingError(.invalidRecord, "the record of step \(step) cannot be written: \(error)")
    }
  }

  /// Reads a line.
  init(line: Data) throws {
    let decoder = JSONDecoder()
    decoder.nonConformingFloatDecodingStrategy = .convertFromString(
      positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
    self = try decoder.decode(MetricRecord.self, from: line)
  }

  private static let writingNonFinite = JSONEncoder.NonConformingFloatEncodingStrategy
    .convertToString(positiveInfinity: "inf", negativeInfinity: "-inf", nan: "nan")
}
