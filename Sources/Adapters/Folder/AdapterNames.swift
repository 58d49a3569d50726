internal import Layers

/// Compares the names of an adapter's file with those that a model wants.
enum AdapterNames {
  /// The account of the method's names, which must all be there, and of those of modules that are
  /// trained whole, which keep their values where the file lacks them.
  static func report(
    _ wanted: [String], optional: [String], in weights: AdapterWeights, of kind: String
  ) throws -> AdapterLoadReport {
    var report = AdapterLoadReport(source: weights.origin)
    let there = Set(weights.names)
    let all = wanted + optional
    report.matched = all.filter(there.contains).sorted()
    report.missing = all.filter { !there.contains($0) }.sorted()
    // What PEFT holds twice: modules as they were before training, and biases under two names.
    report.extra = there.subtracting(all).filter { name in
      !name.contains(".original_module.") && !name.contains(".modules_to_save.")
    }.sorted()
    let lost = wanted.filter { !there.contains($0) }
    guard lost.isEmpty else {
      throw lost.count == wanted.count
        ? nothingMatched(wanted, weights, kind) : missing(lost, report, weights, kind)
    }
    return report
  }

  private static func nothingMatched(
    _ wanted: [String], _ weights: AdapterWeights, _ kind: String
  ) -> AdaptersError {
    guard let name = weights.names.first else {
      return AdaptersError(.folder, "\(weights.origin) holds no tensor at all.")
    }
    let near = NearNames.of(name, among: wanted, atMost: 3)
    return AdaptersError(
      .folder,
      "\(weights.origin): none of its \(weights.names.count) tensors belongs to this model; the "
        + "adapter (\(kind)) is one of another base. It holds names such as \(name), this model has "
        + "\(near.joined(separator: ", ")).")
  }

  private static func missing(
    _ lost: [String], _ report: AdapterLoadReport, _ weights: AdapterWeights, _ kind: String
  ) -> AdaptersError {
    let extra = report.extra.isEmpty ? "" : " In the file and not used: \(shortList(report.extra))."
    return AdaptersError(
      .folder,
      "\(weights.origin) lacks tensors of this model's \(kind): \(shortList(lost.sorted())).\(extra) "
        + "The adapter belongs to another base, or to other settings.")
  }
}
