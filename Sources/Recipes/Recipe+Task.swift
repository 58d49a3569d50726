public import Models
public import Tasks
internal import Training

extension Recipe {
  /// The task that the recipe asks for, with its settings.
  public var declaration: any TaskDeclaration {
    switch task.kind {
    case .textClassification:
      TextClassificationTask(
        namedProblem, smoothing: training.labelSmoothing, classWeights: training.classWeights,
        valueName: data.labelColumn)
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
  /// as.
  ///
  /// - Throws: ``RunError`` when it is none that can be used as it is.
  static func of(_ model: ModelDescription) throws -> TaskConfiguration.Kind {
    .textClassification
  }

  /// The task with the settings that a folder without a recipe leaves open.
  var plainDeclaration: any TaskDeclaration {
    switch self {
    case .textClassification: TextClassificationTask()
    }
  }
}
