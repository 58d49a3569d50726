internal import Models

extension ClassWeights {
  /// One weight a class, in the order of the logits; nil weighs all alike.
  ///
  /// - Parameters:
  ///   - labels: The classes, and what one row's answer is.
  ///   - targets: Those of the training examples, which `balanced` counts.
  /// - Returns: As many weights as labels, or nil.
  /// - Throws: ``TasksError`` when an explicit weight is missing, or names no label.
  func values(
    _ labels: ClassificationLabels, _ targets: [ClassificationExample.Target]
  ) throws -> [Double]? {
    switch self {
    case .none: return nil
    case .balanced:
      return labels.problem == .multiLabel
        ? Self.positive(targets, labels.names.count) : Self.balanced(targets, labels.names.count)
    case .explicit(let weights):
      let missing = labels.names.filter { weights[$0] == nil }
      let unknown = weights.keys.filter { !labels.names.contains($0) }.sorted()
      guard missing.isEmpty, unknown.isEmpty else {
        let parts = [
          missing.isEmpty ? nil : "no weight for \(missing.joined(separator: ", "))",
          unknown.isEmpty ? nil : "no label called \(unknown.joined(separator: ", "))",
        ]
        throw TasksError(
          .setting,
          "training.classWeights: \(parts.compactMap(\.self).joined(separator: "; ")). The labels are "
            + labels.names.joined(separator: ", ") + ".")
      }
      return labels.names.compactMap { weights[$0] }
    }
  }

  /// Rows over classes times the rows of the class (scikit-learn's `balanced`).
  private static func balanced(
    _ targets: [ClassificationExample.Target], _ classes: Int
  ) -> [Double] {
    var counts = [Int](repeating: 0, count: classes)
    for case .label(let place) in targets { counts[place] += 1 }
    return counts.map { $0 == 0 ? 0 : Double(targets.count) / Double(classes * $0) }
  }

  /// Rows without a label over rows with it, for each label.
  private static func positive(
    _ targets: [ClassificationExample.Target], _ classes: Int
  ) -> [Double] {
    var counts = [Int](repeating: 0, count: classes)
    for case .labels(let places) in targets {
      for place in places { counts[place] += 1 }
    }
    return counts.map { $0 == 0 ? 1 : Double(targets.count - $0) / Double($0) }
  }
}
