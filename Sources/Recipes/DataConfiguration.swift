/// Where rows come from, and how they are read, cut and split.
public struct DataConfiguration: Codable, Sendable, Equatable {
  /// The training rows: a file, or a folder of texts with a subfolder a label.
  public var train: String
  /// The rows that are scored while training; none by default.
  public var validation: ValidationSource
  /// The rows that are scored after training; nil, the default, scores none.
  public var test: String?
  /// How files are written; found from their names by default.
  public var format: Format
  /// The column of the text; `text` by default.
  public var textColumn: String
  /// The column of a second text; nil, the default, for single texts.
  public var pairColumn: String?
  /// The column of the label, or of the number of a regression; `label` by default.
  ///
  /// It is not read when ``labelColumns`` is given.
  public var labelColumn: String
  /// What stands between the labels of a row in ``labelColumn``, such as `|`; nil, the default,
  /// for one label a row.
  public var labelSeparator: String?
  /// The columns of a table with a column of 0 and 1 for each label; none by default.
  public var labelColumns: [String]
  /// Tokens of the longest input, special tokens included; nil, the default, takes as many as the
  /// model has positions.
  public var maxLength: Int?
  /// Which text of an input that is too long is cut; the longest first by default.
  public var truncation: Truncation
  /// At which end texts are cut; the right by default.
  public var truncationSide: TruncationSide
  /// The largest share of training rows, 0…1, that may be cut before the run stops at the
  /// pre-flight; 0.05 by default.
  public var maximumTruncatedShare: Double
  /// What happens to a row that cannot be used; the run stops by default.
  public var onBadRow: BadRowPolicy
  /// Whether exact repetitions of a training row are left out; false by default, which only
  /// reports them.
  public var dropDuplicates: Bool
  /// Whether a share taken for validation keeps the shares of labels; true by default.
  public var stratified: Bool

  /// Makes a configuration; every value left out has its documented default.
  public init(
    train: String, validation: ValidationSource = .none, test: String? = nil,
    format: Format = .automatic, textColumn: String = "text", pairColumn: String? = nil,
    labelColumn: String = "label", labelSeparator: String? = nil, labelColumns: [String] = [],
    maxLength: Int? = nil, truncation: Truncation = .longestFirst,
    truncationSide: TruncationSide = .right, maximumTruncatedShare: Double = 0.05,
    onBadRow: BadRowPolicy = .stop, dropDuplicates: Bool = false, stratified: Bool = true
  ) {
    self.train = train
    self.validation = validation
    self.test = test
    self.format = format
    self.textColumn = textColumn
    self.pairColumn = pairColumn
    self.labelColumn = labelColumn
    self.labelSeparator = labelSeparator
    self.labelColumns = labelColumns
    self.maxLength = maxLength
    self.truncation = truncation
    self.truncationSide = truncationSide
    self.maximumTruncatedShare = maximumTruncatedShare
    self.onBadRow = onBadRow
    self.dropDuplicates = dropDuplicates
    self.stratified = stratified
  }
}
