// The time from one sentence to its answer, as a server would take it, through the library.
//
//   LatencyBenchmark MODEL SENTENCE fp32|bf16 THREADS REPEATS
//
// MODEL is a folder with a tuned classifier. Prints JSON: the sentence's tokens, the probabilities,
// and the median and the 10th and 90th percentile in microseconds, without tokenizing (token ids to
// logits on the Swift side) and with it (text to logits).

import Finetune
import Foundation

/// A call that cannot be understood.
struct UsageError: Error, CustomStringConvertible {
  let description = "usage: LatencyBenchmark MODEL SENTENCE fp32|bf16 THREADS REPEATS"
}

/// What is printed.
struct LatencyReport: Encodable {
  let tokens: Int
  let repeats: Int
  let probabilities: [Double]
  let computing: Percentiles
  let withTokenizing: Percentiles
}

/// Percentiles of durations, in microseconds.
struct Percentiles: Encodable {
  let median: Double
  let p10: Double
  let p90: Double

  /// Takes the elements next to the percentiles' places, of at least one duration.
  init(_ durations: [Duration]) {
    let sorted = durations.sorted()
    func microseconds(at share: Double) -> Double {
      let place = Int((Double(sorted.count - 1) * share).rounded())
      return sorted[place] / .microseconds(1)
    }
    median = microseconds(at: 0.5)
    p10 = microseconds(at: 0.1)
    p90 = microseconds(at: 0.9)
  }
}

@main
struct LatencyBenchmark {
  let tuned: TunedModel<TextClassificationTask>
  let row: TextRow
  let repeats: Int

  /// Calls before the clock counts: kernels are chosen and memory is taken in the first ones.
  private static let warmUp = 50

  static func main() throws {
    let arguments = CommandLine.arguments.dropFirst().map { $0 }
    guard arguments.count == 5, let threads = Int(arguments[3]), let repeats = Int(arguments[4]),
      let precision = TrainingConfiguration.Precision(rawValue: arguments[2]), repeats > 0
    else { throw UsageError() }
    let environment = try RunEnvironment(device: .cpu, precision: precision, threads: threads)
    TensorMemory.startCaching()
    let folder = try TunedFolder(arguments[0])
    guard let task = folder.task as? TextClassificationTask else { throw UsageError() }
    let tuned = try TunedModel(folder, task: task, environment: environment)
    tuned.model.store.forwardState.isTraining = false
    let row = TextRow(text: arguments[1], location: RowLocation(file: "input", line: 1))
    let report = try LatencyBenchmark(tuned: tuned, row: row, repeats: repeats).run()
    print(String(decoding: try JSONEncoder().encode(report), as: UTF8.self))
  }

  func run() throws -> LatencyReport {
    let example = try tokenized()
    let computing = try measure { _ = try answer(example) }
    let withTokenizing = try measure { _ = try answer(tokenized()) }
    return LatencyReport(
      tokens: example.tokenCount, repeats: repeats,
      probabilities: try answer(example).exclusiveProbabilities,
      computing: computing, withTokenizing: withTokenizing)
  }

  private func tokenized() throws -> ClassificationExample {
    try tuned.task.encode([row], labels: nil, with: tuned.encoder, for: .prediction)[0].examples[0]
  }

  private func answer(_ example: ClassificationExample) throws -> ClassificationOutput {
    try withoutGradients { try tuned.model.predict([example]) }[0]
  }

  private func measure(_ action: () throws -> Void) throws -> Percentiles {
    for _ in 0..<Self.warmUp { try action() }
    let clock = ContinuousClock()
    return Percentiles(try (0..<repeats).map { _ in try clock.measure(action) })
  }
}
