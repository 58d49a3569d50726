internal import Datasets
internal import Models

/// Which columns of a data file are meant, where the command line says so; what it leaves open is
/// as in training.
public struct ColumnChoice: Sendable {
  /// The column of the text.
  public var text: String?
  /// The column of the second text of a pair.
  public var pair: String?
  /// The column of the label, the labels or the number.
  public var label: String?
  /// What separates several labels.
  public var labelSeparator: String?
  /// The file's format.
  public var format: DataConfiguration.Format = .automatic

  /// Leaves everything open.
  public init() {}

  /// The columns for a file with labels, or for one that is only predicted.
  func mapping(_ recipe: Recipe?, expectsLabels: Bool) -> ColumnMapping {
    let data = recipe?.data
    let columns = data?.labelColumns ?? []
    let usesColumns = label == nil && !columns.isEmpty
    return ColumnMapping(
      text: text ?? data?.textColumn ?? "text", pair: pair ?? data?.pairColumn,
      label: expectsLabels && !usesColumns ? label ?? data?.labelColumn ?? "label" : nil,
      labelSeparator: labelSeparator ?? data?.labelSeparator,
      labelColumns: expectsLabels && usesColumns ? columns : nil)
  }

  var fileFormat: DataFormat? { format.dataFormat }

  /// How a file with labels, or one that is only predicted, is read.
  func reading(_ recipe: Recipe?, expectsTarget: Bool) -> RowReading {
    RowReading(
      format: fileFormat, mapping: mapping(recipe, expectsLabels: expectsTarget),
      expectsTarget: expectsTarget)
  }
}
