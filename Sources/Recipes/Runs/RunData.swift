public import Datasets
internal import Foundation
public import Models
internal import Tasks
internal import Tokenizers
internal import Training

/// The rows of a run, read as its recipe says.
public struct RunData {
  /// What one row's answer is.
  public let problem: ClassificationLabels.Problem
  /// What the label column holds.
  public let target: TargetKind
  /// The rows, before the pre-flight examination leaves any out.
  public let splits: DataSplits
  /// What there is to know about how files were read.
  public let notes: [String]

  /// Reads training, validation and test data.
  ///
  /// - Throws: `DatasetsError` that names file and line.
  public init(_ recipe: Recipe) throws {
    problem = recipe.resolvedProblem
    target = problem.target
    let data = recipe.data
    var notes: [String] = []
    let read = { (path: String) in
      let table = try TextTable.read(
        URL(filePath: path), format: data.fileFormat, mapping: data.mapping(for: recipe),
        target: recipe.resolvedProblem.target, policy: data.policy)
      notes += table.notes
      return table
    }
    let train = try read(data.train)
    let test = try data.test.map(read)
    switch data.validation {
    case .none: splits = DataSplits(train: train, test: test)
    case .file(let path): splits = DataSplits(train: train, validation: try read(path), test: test)
    case .share(let share):
      var parts = try DataSplits(
        train,
        Split.Configuration(
          validation: share, method: data.stratified ? .stratified : .random,
          seed: UInt64(clamping: recipe.training.seed)))
      parts.test = test
      splits = parts
    }
    self.notes = notes
  }
}

extension ClassificationLabels.Problem {
  /// What the label column of such a problem holds.
  var target: TargetKind {
    switch self {
    case .singleLabel: .singleLabel
    case .multiLabel: .multiLabel
    case .regression: .regression
    }
  }
}

extension Recipe {
  /// What one row's answer is: as asked for, or several labels when the data section names a
  /// separator or label columns.
  var resolvedProblem: ClassificationLabels.Problem {
    switch task.problem {
    case .singleLabel: .singleLabel
    case .multiLabel: .multiLabel
    case .regression: .regression
    case .automatic:
      data.labelSeparator != nil || !data.labelColumns.isEmpty ? .multiLabel : .singleLabel
    }
  }

  /// How texts are cut, for a model that takes so many tokens.
  ///
  /// - Throws: ``RunError`` when the recipe asks for more tokens than the model has positions.
  func encodingOptions(modelLimit: Int?) throws -> EncodingOptions {
    if let asked = data.maxLength, let modelLimit, asked > modelLimit {
      throw RunError(
        .setting,
        "A max-length of \(asked) is beyond the \(modelLimit) positions of the model \(model). Set "
          + "data.maxLength to at most \(modelLimit).")
    }
    return EncodingOptions(
      maximumLength: data.maxLength ?? modelLimit, truncation: data.truncationStrategy,
      direction: data.truncationSide == .left ? .left : .right)
  }
}

extension DataConfiguration {
  /// The format to read; nil lets the file's name or content tell.
  var fileFormat: DataFormat? {
    switch format {
    case .automatic: nil
    case .csv: .csv
    case .tsv: .tsv
    case .jsonl: .jsonl
    case .directory: .directory
    }
  }

  func mapping(for recipe: Recipe) -> ColumnMapping {
    ColumnMapping(
      text: textColumn, pair: pairColumn, label: labelColumns.isEmpty ? labelColumn : nil,
      labelSeparator: labelSeparator, labelColumns: labelColumns.isEmpty ? nil : labelColumns)
  }

  var policy: DataPolicy {
    DataPolicy(
      onBadRow: onBadRow == .leaveOut ? .leaveOut : .stop,
      duplicates: dropDuplicates ? .leaveOut : .report, maximumCutShare: maximumTruncatedShare)
  }

  var truncationStrategy: TruncationStrategy {
    switch truncation {
    case .longestFirst: .longestFirst
    case .onlyFirst: .onlyFirst
    case .onlySecond: .onlySecond
    case .none: .none
    }
  }
}
