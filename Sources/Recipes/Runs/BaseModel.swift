internal import Datasets
internal import Foundation
internal import Layers
internal import Models
internal import Tasks
internal import Tokenizers

/// What a run starts from: a pre-trained model's folder, or the sizes of a model that is made.
enum BaseModel {
  /// A folder in Hugging Face's layout, looked at without its weights.
  case folder(URL, ModelDescription, PretrainedTokenizer)
  /// An LSTM whose vocabulary comes from the training rows.
  case scratch(LSTMSettings)

  /// Opens what a recipe names.
  ///
  /// - Throws: An error of the layer that could not read it, as a sentence.
  init(_ recipe: Recipe) throws {
    if recipe.isFromScratch {
      self = .scratch(recipe.lstm)
      return
    }
    let folder = try ModelFolder.existing(recipe.model, revision: recipe.modelRevision)
    let tokenizer = try PretrainedTokenizer(model: folder)
    self = .folder(folder, try ModelDescription(folder: folder), tokenizer)
  }

  /// What there is to know about its files.
  var notes: [String] {
    switch self {
    case .folder(_, _, let tokenizer): tokenizer.notes
    case .scratch: []
    }
  }

  /// Tokens of the longest sequence it takes; nil without a limit.
  var maximumLength: Int? {
    switch self {
    case .folder(_, let description, _): description.maximumLength
    case .scratch: nil
    }
  }

  /// The labels that it was tuned for before.
  var labels: ClassificationLabels? {
    switch self {
    case .folder(_, let description, _): description.labels
    case .scratch: nil
    }
  }

  /// The tokenizer: the folder's, or one of the words of the training rows.
  ///
  /// - Throws: `TokenizersError` when no word is frequent enough.
  func tokenizer(for rows: [TextRow]) throws -> PretrainedTokenizer {
    switch self {
    case .folder(_, _, let tokenizer): return tokenizer
    case .scratch(let settings):
      let texts = rows.flatMap { [$0.text, $0.pair].compactMap(\.self) + $0.others }
      return try PretrainedTokenizer(
        wordsOf: texts,
        WordVocabulary(
          size: settings.vocabularySize, minimumCount: settings.minimumCount,
          lowercases: settings.lowercase))
    }
  }

  /// A task as this model shows it to be.
  ///
  /// - Throws: `TasksError` when the model's files contradict the task's settings.
  func settle<Task: TaskDeclaration>(_ task: Task) throws -> Task {
    switch self {
    case .folder(_, let description, _): try task.settled(onBase: description)
    case .scratch: task
    }
  }

  /// What `model_type` calls it.
  var modelType: String {
    switch self {
    case .folder(_, let description, _): description.family.modelType
    case .scratch: "lstm"
    }
  }

  /// The configuration and the family that a method is attached by.
  ///
  /// - Throws: `ModelsError` for a family that is not known.
  func described(_ tokenizer: PretrainedTokenizer) throws -> (ConfigurationFile, ModelFamily) {
    switch source(tokenizer) {
    case .folder(let folder):
      let description = try ModelDescription(folder: folder)
      return (description.configuration, description.family)
    case .scratch(let file): return (file, try ModelFamily.of(file))
    }
  }

  /// Where the weights of a model with this tokenizer come from.
  func source(_ tokenizer: PretrainedTokenizer) -> ModelSource {
    switch self {
    case .folder(let folder, _, _): .folder(folder)
    case .scratch(let settings):
      .scratch(
        settings.configuration(
          vocabularySize: tokenizer.vocabularySize,
          padding: tokenizer.specialTokens.padding.map { Int($0.id) }
        ).file)
    }
  }
}
