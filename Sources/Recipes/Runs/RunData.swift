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
  /// What is read as what, in one sentence.
  public let summary: String
  /// What there is to know about how files were read.
  public let notes: [String]

  /// Reads training, validation and test data.
  ///
  /// - Throws: `DatasetsError` that names file and line.
  public init(_ recipe: Recipe) throws {
    let data = recipe.data
    var notes: [String] = []
    let read = { (path: String, problem: ClassificationLabels.Problem) in
      let table = try TextTable.read(
        URL(filePath: path), format: data.fileFormat, mapping: data.mapping(for: recipe),
        target: problem.target, policy: data.policy)
      notes += table.notes
      return table
    }
    let named = recipe.namedProblem
    var problem = named ?? .singleLabel
    var train = try read(data.train, problem)
    if named == nil, train.holdsNumbers {
      problem = .regression
      notes = []
      train = try read(data.train, problem)
    }
    let test = try data.test.map { try read($0, problem) }
    switch data.validation {
    case .none: splits = DataSplits(train: train, test: test)
    case .file(let path):
      splits = DataSplits(train: train, validation: try read(path, problem), test: test)
    case .share(let share):
      var parts = try DataSplits(
        train,
        Split.Configuration(
          validation: share,
          method: data.stratified && problem != .regression ? .stratified : .random,
          seed: UInt64(clamping: recipe.training.seed)))
      parts.test = test
      splits = parts
    }
    self.problem = problem
    target = problem.target
    self.notes = notes
    summary = data.summary(problem, isFound: named == nil)
  }
}

extension TextTable {
  /// Whether each label is a number, and one has a fraction: such labels are no names.
  fileprivate var holdsNumbers: Bool {
    var hasFraction = false
    for row in rows {
      guard case .label(let label) = row.target, let number = Double(label), number.isFinite
      else { return false }
      if number != number.rounded() { hasFraction = true }
    }
    return hasFraction
  }
}

extension DataConfiguration {
  /// What is read as what: nothing of it is to be guessed from the outcome.
  fileprivate func summary(
    _ problem: ClassificationLabels.Problem, isFound: Bool
  ) -> String {
    let text = pairColumn.map { "texts from the columns '\(textColumn)' and '\($0)'" }
    let labels =
      switch problem {
      case .regression: "a number from '\(labelColumn)'"
      case .multiLabel where !labelColumns.isEmpty:
        "labels from the columns \(labelColumns.joined(separator: ", "))"
      case .multiLabel: "labels from '\(labelColumn)', separated by '\(labelSeparator ?? "")'"
      case .singleLabel: "label from '\(labelColumn)'"
      }
    let why =
      switch problem {
      case .regression where isFound:
        " (the labels are numbers with fractions; --problem single-label takes them as names)"
      default: isFound ? " (one label a row; --problem says otherwise)" : ""
      }
    return "Data: \(text ?? "text from the column '\(textColumn)'"), \(labels): "
      + "\(problem.setting)\(why)"
  }
}

extension ClassificationLabels.Problem {
  /// What a recipe calls it.
  fileprivate var setting: String {
    let problem: TaskConfiguration.Problem =
      switch self {
      case .singleLabel: .singleLabel
      case .multiLabel: .multiLabel
      case .regression: .regression
      }
    return problem.rawValue
  }

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
  /// What one row's answer is, when the recipe tells: as asked for, or several labels when the data
  /// section names a separator or label columns; nil when the labels are to tell.
  var namedProblem: ClassificationLabels.Problem? {
    switch task.problem {
    case .singleLabel: .singleLabel
    case .multiLabel: .multiLabel
    case .regression: .regression
    case .automatic:
      data.labelSeparator != nil || !data.labelColumns.isEmpty ? .multiLabel : nil
    }
  }

  /// How texts are cut, for a model that takes so many tokens.
  ///
  /// - Throws: ``RunError`` when the recipe asks for more tokens than the model has positions.
  func encodingOptions(modelLimit: Int?) throws -> EncodingOptions {
    if let asked = data.maxLength, let modelLimit, asked > modelLimit {
      throw RunError(
        .setting,
        "A max-length of \(asked) is beyond the \(modelLimit) positions of the model in \(model). Set "
          + "data.maxLength (--max-length) to at most \(modelLimit).")
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
