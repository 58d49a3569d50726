public import Datasets
internal import Evaluation
public import Foundation
internal import Layers
public import Models
public import Tokenizers

/// Tags of words, before there is a model: named entities, parts of speech, chunks.
public struct TokenClassificationTask: TaskDeclaration {
  /// How the task is done.
  public let settings: TokenClassificationSettings
  /// What the tags turned out to be; nil before training rows or a model were looked at.
  private var found: Found?

  /// The tags of the model, and how data have them.
  private struct Found: Sendable {
    /// The scheme of the data; nil when each file is to be looked at.
    var source: TagScheme?
    /// The scheme of the model; nil for tags without one.
    var target: TagScheme?
    /// The model's tags.
    var tags: [String]
  }

  /// Declares the task; settings that contradict each other are refused where they are first used.
  public init(_ settings: TokenClassificationSettings = .init()) {
    self.settings = settings
  }

  /// `token-classification`.
  public static var pipelineTag: String { "token-classification" }

  /// The tags.
  public var hasLabels: Bool { true }

  // MARK: Rows

  /// Sentences of words, in columns or JSON, with their tags in the model's scheme.
  public func reader(_ file: URL, _ reading: RowReading) throws -> any RowReader {
    try settings.validate()
    let names = settings.tagNames
    guard reading.expectsTarget, let schemes = try schemes(of: file, reading) else {
      return try TokenRowReader(file, reading, tagNames: names)
    }
    return try TaggedRowReader(
      file, reading, tagNames: names,
      TagReading(
        source: schemes.source, target: schemes.target, refuses: settings.illegalTags == .refuse))
  }

  /// The schemes of a file and of the model; nil for tags that are read as they are.
  private func schemes(
    of file: URL, _ reading: RowReading
  ) throws -> (source: TagScheme, target: TagScheme)? {
    guard let found else { return stated.map { ($0, settings.convertTo ?? $0) } }
    guard let target = found.target else { return nil }
    if let source = found.source { return (source, target) }
    let source = try TokenRowReader.scheme(
      of: file, reading, tagNames: settings.tagNames, known: found.tags, target,
      isConverted: settings.convertTo != nil)
    return source.map { ($0, target) }
  }

  private var stated: TagScheme? {
    if case .scheme(let scheme) = settings.scheme { scheme } else { nil }
  }

  /// The tags of the model, where they are known.
  public func declaredLabels(_ reading: RowReading) -> [String]? {
    found?.target == nil ? nil : found?.tags
  }

  /// The scheme that the tags show, with every tag that entities of the types that occur can have.
  ///
  /// - Throws: ``TasksError`` when the tags show no scheme and the settings need one.
  public func settled(on train: TextTable) throws -> Self? {
    guard found == nil, settings.scheme != .none else { return nil }
    let sentences = train.rows.lazy.compactMap { row in
      if case .tags(let tags) = row.target { tags } else { nil }
    }
    guard let source = stated ?? TagScheme.detected(in: sentences) else {
      try refuseWithoutScheme()
      return nil
    }
    let target = settings.convertTo ?? source
    // With a stated scheme, the rows were converted when they were read.
    let written = stated == nil ? source : target
    let types = try written.types(of: sentences)
    var task = self
    task.found = Found(source: source, target: target, tags: target.vocabulary(of: types))
    return task
  }

  private func refuseWithoutScheme() throws {
    let wish: String
    if let scheme = settings.convertTo {
      wish = "are to be converted to \(scheme.setting)"
    } else if settings.illegalTransitions == .forbid {
      wish = "are to have no illegal transitions"
    } else {
      return
    }
    throw TasksError(
      .setting,
      "The tags \(wish), but they show no scheme: not every one is O or a letter with a type, such "
        + "as B-PER. Name the scheme, or take the setting back.")
  }

  /// The tags of a tuned model, and their scheme.
  public func settled(on model: ModelDescription) throws -> Self {
    guard let names = model.labels?.names else { return self }
    var task = self
    let target =
      settings.scheme == .none
      ? nil : settings.convertTo ?? stated ?? TagScheme.detected(fromTags: names)
    task.found = Found(source: stated, target: target, tags: names)
    return task
  }

  /// A sentence that is cut into words as ``SentenceWords`` does.
  public func row(_ text: String, at location: RowLocation) throws -> TextRow {
    TextRow(text: text, spans: SentenceWords.found(in: text), location: location)
  }

  /// They are, where a stride is set.
  public var readsWindows: Bool { settings.stride != nil }

  /// What is read, and in which scheme the tags are.
  public func summary(of reading: RowReading) -> String {
    let scheme =
      if let target = found?.target {
        if let source = found?.source, source != target {
          "tags in \(source.title), learned in \(target.title)"
        } else {
          "tags in \(target.title)"
        }
      } else {
        "tags without a scheme"
      }
    let why =
      settings.scheme == .automatic ? " (as the data show; --tag-scheme says otherwise)" : ""
    let head = settings.crf ? ", with a CRF" : ""
    return "words, \(scheme)\(why)\(head)"
  }

  /// The tokenizer that reads words within a sentence: see `addingPrefixSpace`.
  public func tokenizer(_ tokenizer: PretrainedTokenizer) throws -> PretrainedTokenizer {
    try tokenizer.addingPrefixSpace()
  }

  // MARK: Model

  /// The pre-trained model with the family's head for tokens.
  public func model(_ request: ModelRequest<TaggingExample>) throws -> TokenTagging {
    guard let names = request.labels?.names else {
      throw TasksError(.setting, "Token classification needs the tags that there are.")
    }
    let labels = ClassificationLabels(names: names, problem: .singleLabel)
    let kind = HeadKind<Tagger>.tagger(crf: settings.crf)
    let pretrained =
      switch request.source {
      case .folder(let folder):
        try LabelledModel(
          folder: folder, kind, labels: labels, dropout: request.dropout, options: request.options)
      case .scratch(let configuration):
        try LabelledModel(
          scratch: configuration, kind, labels: labels, dropout: request.dropout,
          options: request.options)
      }
    return try TokenTagging(
      pretrained, tokenizer: request.tokenizer, settings: settings, scheme: found?.target)
  }

  /// The tagger of a folder, with a CRF where the folder holds one.
  public func tuned(_ request: TunedModelRequest) throws -> TokenTagging {
    let hasCRF = try request.files.holds("crf.transitions")
    var settings = settings
    settings.crf = hasCRF
    let pretrained = try LabelledModel(
      tuned: request.files, HeadKind<Tagger>.tagger(crf: hasCRF), options: request.options)
    return try TokenTagging(
      pretrained, tokenizer: request.tokenizer, settings: settings, scheme: found?.target)
  }

  /// The entities of a sentence, or its tags.
  public func answer(
    _ output: TaggingOutput, to row: TextRow, of model: TokenTagging, _ options: AnswerOptions
  ) throws -> TaggedText {
    try TaggedText(output, row, model, options)
  }
}
