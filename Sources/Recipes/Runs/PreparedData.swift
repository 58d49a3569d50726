internal import Datasets
internal import Foundation
internal import Layers
internal import Models
internal import Tasks
internal import Tokenizers
internal import Torch
internal import Training

/// The examples of a run, examined, encoded, and their labels in the order of the model's outputs.
struct PreparedData {
  var preflight: Preflight
  let labels: ClassificationLabels
  let train, validation, test: [ClassificationExample]

  /// Encodes and examines.
  ///
  /// `known` are the labels of a model that was tuned before: where the data have the same ones,
  /// its order counts.
  init(
    _ data: RunData, recipe: Recipe, tokenizer: PretrainedTokenizer, modelLimit: Int?,
    known: ClassificationLabels?, threads: Int
  ) throws {
    let options = try recipe.encodingOptions(modelLimit: modelLimit)
    let plain = TextEncoding(tokenizer: tokenizer, labels: nil, options: options, threads: threads)
    var encodings: [String: [Encoding]] = [:]
    let splits = try UncuttableRows(plain).leavingOut(
      of: data.splits, stops: recipe.data.onBadRow == .stop)
    preflight = try Preflight(
      of: splits, hasLabels: data.problem != .regression, policy: recipe.data.policy,
      labels: try Self.stored(known, data), maximumLength: options.maximumLength
    ) { split, rows, _ in
      let encoded = try plain.encode(rows)
      encodings[split] = encoded
      return plain.counts(encoded)
    }
    labels = ClassificationLabels(
      names: preflight.labels?.names ?? [recipe.data.labelColumn], problem: data.problem)
    let encoding = TextEncoding(
      tokenizer: tokenizer, labels: preflight.labels, options: options, threads: threads)
    let examples = { (name: String, table: TextTable?) in
      try encoding.examples(table?.rows ?? [], encodings[name] ?? [])
    }
    train = try examples("train", preflight.splits.train)
    validation = try examples("validation", preflight.splits.validation)
    test = try examples("test", preflight.splits.test)
  }

  private static func stored(_ known: ClassificationLabels?, _ data: RunData) throws -> LabelSet? {
    guard let known, known.problem == data.problem, data.problem != .regression else { return nil }
    let found = try LabelSet(from: data.splits.train)
    return Set(found.names) == Set(known.names) ? try LabelSet(names: known.names) : nil
  }

  /// One weight a class, as the recipe asks; nil weighs all alike.
  ///
  /// - Throws: ``RunError`` when an explicit weight is missing, or names no label.
  func classWeights(_ choice: ClassWeights) throws -> [Double]? {
    switch choice {
    case .none: return nil
    case .balanced: return labels.problem == .multiLabel ? positiveWeights() : balancedWeights()
    case .explicit(let weights):
      let missing = labels.names.filter { weights[$0] == nil }
      let unknown = weights.keys.filter { !labels.names.contains($0) }.sorted()
      guard missing.isEmpty, unknown.isEmpty else {
        let parts = [
          missing.isEmpty ? nil : "no weight for \(missing.joined(separator: ", "))",
          unknown.isEmpty ? nil : "no label called \(unknown.joined(separator: ", "))",
        ]
        throw RunError(
          .setting,
          "training.classWeights: \(parts.compactMap(\.self).joined(separator: "; ")). The labels are "
            + labels.names.joined(separator: ", ") + ".")
      }
      return labels.names.compactMap { weights[$0] }
    }
  }

  /// Rows over classes times the rows of the class (scikit-learn's `balanced`).
  private func balancedWeights() -> [Double] {
    var counts = [Int](repeating: 0, count: labels.names.count)
    for case .label(let place) in train.map(\.target) { counts[place] += 1 }
    return counts.map { count in
      count == 0 ? 0 : Double(train.count) / Double(counts.count * count)
    }
  }

  /// Rows without a label over rows with it, for each label.
  private func positiveWeights() -> [Double] {
    var counts = [Int](repeating: 0, count: labels.names.count)
    for case .labels(let places) in train.map(\.target) {
      for place in places { counts[place] += 1 }
    }
    return counts.map { $0 == 0 ? 1 : Double(train.count - $0) / Double($0) }
  }

  /// One hash over everything that decides a run's course: settings, precision, tokens, targets.
  func fingerprint(_ recipe: Recipe, _ environment: RunEnvironment) -> String {
    var hash = StableHash()
    hash.add(recipe.deciding.yaml())
    hash.add(environment.computeType.rawValue)
    for examples in [train, validation] {
      for example in examples {
        hash.add(example.ids)
        hash.add(example.segments)
        hash.add("\(example.target)")
      }
    }
    hash.add(labels.names.joined(separator: "\u{0}"))
    return hash.text
  }
}

/// FNV-1a over 64 bits: the same on every machine and in every release, unlike `Hasher`.
struct StableHash {
  private var value: UInt64 = 0xcbf2_9ce4_8422_2325

  mutating func add(_ text: String) {
    for byte in text.utf8 { mix(byte) }
    mix(0xff)
  }

  mutating func add(_ numbers: [Int32]) {
    for number in numbers {
      for shift in stride(from: 0, to: 32, by: 8) {
        mix(UInt8(truncatingIfNeeded: UInt32(bitPattern: number) >> UInt32(shift)))
      }
    }
    mix(0xff)
  }

  private mutating func mix(_ byte: UInt8) {
    value = (value ^ UInt64(byte)) &* 0x100_0000_01b3
  }

  /// 16 hexadecimal digits.
  var text: String {
    let digits = String(value, radix: 16)
    return String(repeating: "0", count: 16 - digits.count) + digits
  }
}
