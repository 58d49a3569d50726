public import Datasets
public import Foundation
public import Models
public import Tokenizers

/// Classification of texts or pairs of texts, before there is a model: one label, several, or a
/// number.
public struct TextClassificationTask: TaskDeclaration {
  /// What one row's answer is.
  public private(set) var problem: ClassificationLabels.Problem
  /// The share of the target that is spread over all classes.
  public var smoothing: Double
  /// How much each class counts.
  public var classWeights: ClassWeights
  /// What the only label of a regression is called.
  public var valueName: String
  /// How long documents are read window by window, the second text of a pair being what slides; nil
  /// cuts them.
  public var windows: DocumentWindows?
  /// Whether ``problem`` is as the data show it, not as the user said.
  private var isFound: Bool

  /// Declares the task.
  ///
  /// - Parameters:
  ///   - problem: What one row's answer is; nil finds it from the training rows.
  ///   - smoothing: The share of the target that is spread over all classes.
  ///   - classWeights: How much each class counts.
  ///   - valueName: What the only label of a regression is called.
  ///   - windows: How long documents are read window by window; nil cuts them.
  public init(
    _ problem: ClassificationLabels.Problem? = nil, smoothing: Double = 0,
    classWeights: ClassWeights = .none, valueName: String = "label",
    windows: DocumentWindows? = nil
  ) {
    self.problem = problem ?? .singleLabel
    self.smoothing = smoothing
    self.classWeights = classWeights
    self.valueName = valueName
    self.windows = windows
    isFound = problem == nil
  }

  /// `text-classification`.
  public static var pipelineTag: String { "text-classification" }

  /// All but regressions have.
  public var hasLabels: Bool { problem != .regression }

  /// Those of documents are, where ``windows`` are set.
  public var readsWindows: Bool { windows != nil }

  private var target: TargetKind {
    switch problem {
    case .singleLabel: .singleLabel
    case .multiLabel: .multiLabel
    case .regression: .regression
    }
  }

  /// Tables of one or two columns of text.
  public func reader(_ file: URL, _ reading: RowReading) throws -> any RowReader {
    try TextRowReader(
      file, format: reading.format, mapping: reading.mapping,
      target: reading.expectsTarget ? target : .none, onBadRow: reading.onBadRow)
  }

  /// Those that have columns of their own.
  public func declaredLabels(_ reading: RowReading) -> [String]? {
    problem == .multiLabel ? reading.mapping.labelColumns : nil
  }

  /// A regression, when nobody said what the labels are and each is a number, one with a fraction.
  public func settled(on train: TextTable) throws -> Self? {
    guard isFound, problem == .singleLabel, train.holdsNumbers else { return nil }
    var task = self
    task.problem = .regression
    return task
  }

  /// The problem and the windows of a tuned model's configuration.
  public func settled(on model: ModelDescription) throws -> Self {
    var task = self
    task.windows = try model.configuration.settings(
      DocumentWindows.configurationKey, as: DocumentWindows.self)
    if let labels = model.labels { task.problem = labels.problem }
    return task
  }

  /// Which columns are texts and labels, and what the labels are taken for.
  public func summary(of reading: RowReading) -> String {
    let mapping = reading.mapping
    let text = mapping.pair.map { "texts from the columns '\(mapping.text)' and '\($0)'" }
    let name = mapping.label ?? "label"
    let labels =
      switch problem {
      case .regression: "a number from '\(name)'"
      case .multiLabel where mapping.labelColumns != nil:
        "labels from the columns \((mapping.labelColumns ?? []).joined(separator: ", "))"
      case .multiLabel: "labels from '\(name)', separated by '\(mapping.labelSeparator ?? "")'"
      case .singleLabel: "label from '\(name)'"
      }
    let why =
      switch problem {
      case .regression where isFound:
        " (the labels are numbers with fractions; --problem single-label takes them as names)"
      default: isFound ? " (one label a row; --problem says otherwise)" : ""
      }
    let cut = windows.map { "; \($0.sentence)" } ?? ""
    return "\(text ?? "text from the column '\(mapping.text)'"), \(labels): "
      + "\(problem.setting)\(why)\(cut)"
  }

  /// One example a row; of a document, with all its windows.
  public func encode(
    _ rows: [TextRow], labels: LabelSet?, with encoder: RowEncoder, for purpose: ExamplePurpose
  ) throws -> [EncodedRow<ClassificationExample>] {
    let slicer = try windows?.slicer(maximumLength: encoder.options.maximumLength)
    let encodings = try (slicer == nil ? encoder : encoder.uncut).encode(rows)
    return try zip(rows, encodings).map { row, encoding in
      let parts = try slicer?.windows(
        of: encoding, sliding: row.pair == nil ? 0 : 1, at: row.location)
      return encoder.row(
        ClassificationExample(
          windows: (parts ?? [encoding]).map { TokenSequence($0) },
          target: purpose == .prediction ? .none : try target(of: row, labels),
          location: row.location), encoding)
    }
  }

  private func target(of row: TextRow, _ labels: LabelSet?) throws -> ClassificationExample.Target {
    let places = LabelPlaces(labels: labels, location: row.location)
    return switch row.target {
    case .value(let value): .value(value)
    case .label(let label): .label(try places.place(of: label))
    case .labels(let several): .labels(try several.map { try places.place(of: $0) }.sorted())
    case .tags, .answers, .choice, .grades, .none: .none
    }
  }

  /// The pre-trained model with the family's head for whole texts.
  public func model(_ request: ModelRequest<ClassificationExample>) throws -> TextClassification {
    let labels = ClassificationLabels(
      names: request.labels?.names ?? [valueName], problem: problem)
    var pretrained =
      switch request.source {
      case .folder(let folder):
        try PretrainedClassifier(
          folder: folder, labels: labels, dropout: request.dropout, options: request.options)
      case .scratch(let configuration):
        try PretrainedClassifier(
          scratch: configuration, labels: labels, dropout: request.dropout,
          options: request.options)
      }
    try windows?.validate()
    try pretrained.pretrained.configuration.store(windows, as: DocumentWindows.configurationKey)
    return try TextClassification(
      pretrained, tokenizer: request.tokenizer, smoothing: smoothing,
      weights: classWeights.values(labels, request.training.map(\.target)))
  }

  /// The classifier of a folder.
  public func tuned(_ request: TunedModelRequest) throws -> TextClassification {
    try TextClassification(
      PretrainedClassifier(tuned: request.files, options: request.options),
      tokenizer: request.tokenizer,
      temperature: StoredTemperature.of(request.folder)?.temperature ?? 1)
  }

  /// Label, labels or number.
  public func answer(
    _ output: ClassificationOutput, to row: TextRow, of model: TextClassification,
    _ options: AnswerOptions
  ) -> TextPrediction {
    var answer = TextPrediction(
      output, labels: model.pretrained.labels, threshold: options.threshold,
      allScores: options.allScores)
    if options.withExpected { answer.expected = TextPrediction.RowAnswer(row.target) }
    return answer
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

extension ClassificationLabels.Problem {
  /// What a recipe calls it.
  var setting: String {
    switch self {
    case .singleLabel: "single-label"
    case .multiLabel: "multi-label"
    case .regression: "regression"
    }
  }
}
