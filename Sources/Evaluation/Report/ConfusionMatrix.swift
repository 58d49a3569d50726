/// How often each class was taken for each other one.
public struct ConfusionMatrix: Codable, Sendable, Equatable {
  /// With more labels than this the matrix is left out of a report.
  static let mostLabels = 1000

  /// The classes, in the order of rows and columns.
  public var labels: [String]
  /// `[true class][predicted class]`, as scikit-learn has it.
  public var rows: [[Int]]

  /// Makes a matrix of counts.
  public init(labels: [String], rows: [[Int]]) {
    self.labels = labels
    self.rows = rows
  }

  /// The most frequent mistakes, most frequent first.
  public func mistakes(most: Int) -> [Mistake] {
    var found: [Mistake] = []
    for (truth, counts) in rows.enumerated() {
      for (predicted, count) in counts.enumerated() where truth != predicted && count > 0 {
        found.append(Mistake(truth: labels[truth], predicted: labels[predicted], count: count))
      }
    }
    // The order of the labels decides between equals: the sort is stable by enumeration.
    let ranked = found.enumerated().sorted {
      $0.element.count != $1.element.count
        ? $0.element.count > $1.element.count : $0.offset < $1.offset
    }
    return ranked.prefix(most).map(\.element)
  }

  /// One kind of mistake.
  public struct Mistake: Sendable, Equatable {
    /// The true class.
    public let truth: String
    /// The class that was predicted.
    public let predicted: String
    /// How often.
    public let count: Int
  }
}
