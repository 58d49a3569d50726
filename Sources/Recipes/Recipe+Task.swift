internal import Foundation
public import Models
public import Tasks
internal import Training

extension Recipe {
  /// The task that the recipe asks for, with its settings.
  ///
  /// - Throws: `TasksError` for settings that contradict each other.
  public func declaration() throws -> any TaskDeclaration {
    switch task.kind {
    case .textClassification:
      return TextClassificationTask(
        namedProblem, smoothing: training.labelSmoothing, classWeights: training.classWeights,
        valueName: data.labelColumn, windows: windows.isUsed ? windows.settings : nil)
    case .tokenClassification: return TokenClassificationTask(tokens)
    case .relationExtraction:
      return try RelationExtractionTask(
        relations, smoothing: training.labelSmoothing, classWeights: training.classWeights)
    case .questionAnswering: return QuestionAnsweringTask(answers)
    case .sentenceEmbedding:
      var settings = embedding
      settings.maximumLength = data.maxLength
      return SentenceEmbeddingTask(settings)
    case .multipleChoice: return try MultipleChoiceTask()
    case .ranking: return RankingTask(ranking)
    }
  }

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
}

extension TaskConfiguration.Kind {
  /// The task of a model folder that no run of this program made, by the class that it was stored
  /// as; classification of texts where that tells nothing else.
  static func of(_ model: ModelDescription, at folder: URL) throws -> TaskConfiguration.Kind {
    let endings: [(String, TaskConfiguration.Kind)] = [
      ("ForTokenClassification", .tokenClassification),
      ("ForQuestionAnswering", .questionAnswering),
      ("ForQuestionAnsweringSimple", .questionAnswering),
      ("ForMultipleChoice", .multipleChoice),
    ]
    for architecture in model.storedArchitectures {
      if let found = endings.first(where: { architecture.hasSuffix($0.0) }) { return found.1 }
    }
    if model.labels == nil, try SentenceFolder(folder: folder) != nil { return .sentenceEmbedding }
    return .textClassification
  }

  /// The task with the settings that a folder without a recipe leaves open.
  func plainDeclaration() throws -> any TaskDeclaration {
    switch self {
    case .textClassification: TextClassificationTask()
    case .tokenClassification: TokenClassificationTask()
    case .relationExtraction: try RelationExtractionTask()
    case .questionAnswering: QuestionAnsweringTask()
    case .sentenceEmbedding: SentenceEmbeddingTask()
    case .multipleChoice: try MultipleChoiceTask()
    case .ranking: RankingTask()
    }
  }
}
