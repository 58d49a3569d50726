/// The data of a run.
public struct DataSplits: Sendable {
  /// The rows to learn from.
  public var train: TextTable
  /// The rows to choose the best model by.
  public var validation: TextTable?
  /// The rows to judge the chosen model by.
  public var test: TextTable?

  /// Puts tables together that come from files of their own.
  public init(train: TextTable, validation: TextTable? = nil, test: TextTable? = nil) {
    self.train = train
    self.validation = validation
    self.test = test
  }

  /// Cuts one table into parts; rows that reading left out stay recorded with the training data.
  ///
  /// - Throws: ``DatasetsError`` as ``Split`` does.
  public init(_ table: TextTable, _ configuration: Split.Configuration) throws {
    let split = try Split(table.rows, configuration)
    train = table.selecting(split.train)
    train.leftOut = table.leftOut
    train.notes = table.notes
    if !split.validation.isEmpty { validation = table.selecting(split.validation) }
    if !split.test.isEmpty { test = table.selecting(split.test) }
  }

  /// The parts that there are, with their names, training first.
  public var named: [(name: String, table: TextTable)] {
    [("train", train)] + (validation.map { [("validation", $0)] } ?? [])
      + (test.map { [("test", $0)] } ?? [])
  }

  /// Replaces the rows of one part.
  mutating func replaceRows(of name: String, with rows: [TextRow]) {
    switch name {
    case "train": train.rows = rows
    case "validation": validation?.rows = rows
    default: test?.rows = rows
    }
  }
}
