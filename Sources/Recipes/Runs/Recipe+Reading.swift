internal import Datasets
internal import Foundation
internal import Tasks
internal import Tokenizers

extension Recipe {
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
  var fileFormat: DataFormat? { format.dataFormat }

  /// How training, validation and test data are read.
  var reading: RowReading {
    RowReading(
      format: fileFormat,
      mapping: ColumnMapping(
        text: textColumn, pair: pairColumn, label: labelColumns.isEmpty ? labelColumn : nil,
        labelSeparator: labelSeparator, labelColumns: labelColumns.isEmpty ? nil : labelColumns),
      onBadRow: policy.onBadRow)
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

extension DataConfiguration.Format {
  /// The format to read; nil lets the file's name or content tell.
  var dataFormat: DataFormat? {
    switch self {
    case .automatic: nil
    case .csv: .csv
    case .tsv: .tsv
    case .jsonl: .jsonl
    case .directory: .directory
    }
  }
}

extension TaskDeclaration {
  /// Reads a whole file.
  ///
  /// - Throws: `DatasetsError` as the reader does, and when the file holds no row.
  func table(_ file: URL, _ reading: RowReading) throws -> TextTable {
    try TextTable(
      reading: reader(file, reading), of: file.relativePath,
      declaredLabels: declaredLabels(reading))
  }
}
