public import Datasets
public import Foundation
public import Models
public import Tokenizers

/// Relation extraction, before there is a model: the relation between two marked entities of a
/// sentence.
///
/// Rows have two spans, the entities, and a label. The entities are enclosed in markers that are
/// added to the vocabulary, and the relation is read from the vectors there.
public struct RelationExtractionTask: TaskDeclaration {
  /// How relations are learned.
  public let settings: RelationExtractionSettings
  /// The share of the target that is spread over all relations.
  public var smoothing: Double
  /// How much each relation counts.
  public var classWeights: ClassWeights

  /// The key of the settings in a tuned model's `config.json`.
  private static let key = "relation_extraction"

  /// Declares the task.
  ///
  /// - Parameters:
  ///   - settings: How relations are learned.
  ///   - smoothing: The share of the target that is spread over all relations.
  ///   - classWeights: How much each relation counts.
  /// - Throws: ``TasksError`` for settings that contradict themselves.
  public init(
    _ settings: RelationExtractionSettings = RelationExtractionSettings(), smoothing: Double = 0,
    classWeights: ClassWeights = .none
  ) throws {
    try settings.check()
    self.settings = settings
    self.smoothing = smoothing
    self.classWeights = classWeights
  }

  /// `text-classification`: the hub has no word of its own for relations.
  public static var pipelineTag: String { "text-classification" }

  /// The relations.
  public var hasLabels: Bool { true }

  /// How entities are marked and what is read.
  public func summary(of reading: RowReading) -> String {
    let pooled =
      switch settings.pooling {
      case .startMarkers: "read where they begin"
      case .mean: "read from the mean of their tokens"
      case .firstToken: "read from the first token"
      }
    return "sentences with two marked entities and the relation between them: entities enclosed in "
      + "\(settings.markers[0])…\(settings.markers[1]) and "
      + "\(settings.markers[2])…\(settings.markers[3]), the relation \(pooled)"
  }

  /// Sentences with two entities, in any of the reader's layouts.
  public func reader(_ file: URL, _ reading: RowReading) throws -> any RowReader {
    try RelationRowReader(file, reading)
  }

  /// The settings that a tuned model's configuration holds.
  public func settled(on model: ModelDescription) throws -> Self {
    let stored = try model.configuration.settings(
      Self.key, as: RelationExtractionSettings.self)
    return try stored.map {
      try Self($0, smoothing: smoothing, classWeights: classWeights)
    } ?? self
  }

  /// A sentence with `<e1>…</e1>` and `<e2>…</e2>` in it.
  public func row(_ text: String, at location: RowLocation) throws -> TextRow {
    do {
      return try TextRow(markedEntities: text, at: location)
    } catch let error as DatasetsError {
      throw TasksError(.example, error.description)
    }
  }

  /// The tokenizer with the markers.
  public func tokenizer(_ tokenizer: PretrainedTokenizer) throws -> PretrainedTokenizer {
    try tokenizer.adding(specialTokens: settings.markers)
  }

  /// One example a row: a sentence that is too long is cut around its entities.
  public func encode(
    _ rows: [TextRow], labels: LabelSet?, with encoder: RowEncoder, for purpose: ExamplePurpose
  ) throws -> [EncodedRow<RelationExample>] {
    let sentences = try rows.map { try MarkedSentence($0, settings.markers) }
    var whole = encoder
    whole.options.maximumLength = nil
    let encodings = try whole.encode(sentences.map { TextInput($0.text) })
    return try rows.indices.map { place in
      let row = rows[place]
      let encoding = encodings[place]
      let entities = try sentences[place].entities(in: encoding, encoder.tokenizer)
      try requireTokens(entities, row)
      let window = try EntityWindow(
        encoding, entities, encoder.options, location: row.location)
      let target = purpose == .prediction ? nil : try target(of: row, labels)
      return EncodedRow(
        examples: [
          RelationExample(
            ClassificationExample(
              tokens: window.tokens, target: target.map { .label($0) } ?? .none,
              location: row.location),
            window.entities)
        ],
        length: encoding.count, truncatedTokens: window.truncatedTokens,
        unknownTokens: encoder.unknownTokens(encoding))
    }
  }

  private func requireTokens(_ entities: EntityTokens, _ row: TextRow) throws {
    guard settings.pooling == .mean else { return }
    for (name, entity) in [("first", entities.head), ("second", entities.tail)]
    where EntityTokens.inside(entity).isEmpty {
      throw TasksError(
        .example,
        "\(row.location): the tokenizer finds nothing in the \(name) entity, so that there is no "
          + "mean of its tokens. Leave the row out, or read the relation at the start markers.")
    }
  }

  private func target(of row: TextRow, _ labels: LabelSet?) throws -> Int? {
    guard case .label(let label) = row.target else { return nil }
    return try LabelPlaces(labels: labels, location: row.location).place(of: label)
  }

  /// The pre-trained encoder, with rows for the markers and a new head.
  public func model(_ request: ModelRequest<RelationExample>) throws -> RelationClassification {
    let labels = ClassificationLabels(names: request.labels?.names ?? [], problem: .singleLabel)
    let kind = HeadKind<any TextEncoder>.relation(settings.pooling)
    let rows = request.tokenizer.vocabularySize
    var pretrained: LabelledModel<RelationClassifier>
    switch request.source {
    case .folder(let folder):
      try requireEncoder(ConfigurationFile(folder: folder))
      pretrained = try LabelledModel(
        folder: folder, kind, labels: labels, dropout: request.dropout, vocabularySize: rows,
        options: request.options)
    case .scratch(let configuration):
      try requireEncoder(configuration)
      pretrained = try LabelledModel(
        scratch: configuration, kind, labels: labels, dropout: request.dropout,
        vocabularySize: rows, options: request.options)
    }
    try pretrained.pretrained.configuration.store(settings, as: Self.key)
    return try RelationClassification(
      pretrained, tokenizer: request.tokenizer, noRelation: settings.noRelation,
      smoothing: smoothing,
      weights: classWeights.values(labels, request.training.map(\.sentence.target)))
  }

  private func requireEncoder(_ file: ConfigurationFile) throws {
    let family = try ModelFamily.of(file)
    guard !family.isCausal else {
      throw TasksError(
        .setting,
        "A model of the family \(family.modelType) reads from left to right: at an entity's marker "
          + "it has not seen what follows. Relation extraction needs an encoder, such as BERT.")
    }
  }

  /// The model of a folder.
  public func tuned(_ request: TunedModelRequest) throws -> RelationClassification {
    try RelationClassification(
      LabelledModel(
        tuned: request.files, HeadKind<any TextEncoder>.relation(settings.pooling),
        options: request.options),
      tokenizer: request.tokenizer, noRelation: settings.noRelation)
  }

  /// The relation, and the entities' texts.
  public func answer(
    _ output: ClassificationOutput, to row: TextRow, of model: RelationClassification,
    _ options: AnswerOptions
  ) -> RelationAnswer {
    RelationAnswer(output, to: row, labels: model.labels, options)
  }
}
