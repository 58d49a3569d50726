import Optimizers
import Training

/// Puts layers of settings together, the later over the earlier, into one recipe.
struct RecipeResolution {
  private var given: [String: SettingsLayer.Given] = [:]
  private var notes: [String]
  private var problems: [RecipesError.Problem]
  private let hasForeignNames: Bool
  private let methods: [(kind: MethodConfiguration.Kind, place: SettingPlace)]
  private var recipe = Recipe(
    model: "", task: TaskConfiguration(), data: DataConfiguration(train: ""),
    output: OutputConfiguration(folder: ""))

  init(_ layers: [SettingsLayer]) {
    notes = layers.flatMap(\.notes)
    problems = layers.flatMap(\.problems)
    hasForeignNames = layers.contains(where: \.hasForeignNames)
    methods = layers.flatMap(\.methods)
    for layer in layers { add(layer) }
  }

  /// Makes and checks the recipe.
  mutating func resolve() throws(RecipesError) -> ResolvedRecipe {
    var settling = MethodSettling(given, methods)
    settling.settle()
    given = settling.given
    notes += settling.notes
    problems += settling.problems
    var read: Set<String> = []
    for setting in Settings.all {
      guard let source = given[setting.key] else { continue }
      do {
        try setting.apply(&recipe, source.value)
        read.insert(setting.key)
      } catch {
        problems.append(error.problem(of: source.name, source.value))
      }
    }
    if given["optimizer.weightDecay"] == nil {
      recipe.optimizer.weightDecay = OptimizerConfiguration.defaultWeightDecay(
        for: recipe.optimizer.kind)
    }
    settleLearningRate()
    requireWhatMustBeGiven()
    addInvalidValues(of: read)
    guard problems.isEmpty else { throw RecipesError(RecipesError.inOrder(problems)) }
    addRemarks()
    return ResolvedRecipe(recipe: recipe, notes: notes, given: read)
  }

  /// Lays settings over those that are there; one of a group displaces the others of its group.
  private mutating func add(_ layer: SettingsLayer) {
    for setting in Settings.all {
      guard let new = layer.given[setting.key] else { continue }
      if let group = setting.group, !new.value.isNone {
        for other in Settings.all where other.group == group && other.key != setting.key {
          guard layer.given[other.key] == nil, let old = given.removeValue(forKey: other.key),
            !old.value.isNone
          else { continue }
          notes.append("\(new.place): replaces \(old.name) (\(old.place))")
        }
      }
      given[setting.key] = new
    }
  }

  /// Takes the learning rate that is usual for the method, where none was given, and says so.
  private mutating func settleLearningRate() {
    guard given["optimizer.learningRate"] == nil,
      let usual = recipe.method.kind.usualLearningRate
    else { return }
    recipe.optimizer.learningRate = usual.rate
    notes.append(
      "optimizer.learningRate is not given and is \(usual.rate.yaml), usual for "
        + "\(recipe.method.kind.name) (\(usual.source))")
  }

  private mutating func requireWhatMustBeGiven() {
    let needed = [
      ("model", "the folder of a pre-trained model"), ("task", "what the model is for"),
      ("data.train", "the training rows"), ("output.folder", "the folder of the run"),
    ]
    for (key, meaning) in needed where given[key] == nil {
      guard let setting = Settings.named(key), let flag = setting.flag else { continue }
      let example = setting.kind == TaskConfiguration.Kind.flagKind ? " text-classification" : ""
      problems.append(
        .init(
          .missingKey, at: nil,
          "'\(key)' is missing, \(meaning); give it in the recipe or as --\(flag)\(example)"))
    }
  }

  /// Adds what is wrong with the values; while other problems stand, only of what could be read.
  private mutating func addInvalidValues(of read: Set<String>) {
    let isComplete = problems.isEmpty
    for problem in recipe.problems where isComplete || read.contains(problem.key) {
      problems.append(
        .init(.invalidValue, at: given[problem.key]?.value.place, problem.description))
    }
  }

  /// Adds what is good to know before a run with these settings.
  private mutating func addRemarks() {
    if hasForeignNames {
      let others = HuggingFaceName.otherDefaults.filter { key, _ in
        guard let setting = Settings.named(key) else { return false }
        let rivals = Settings.all.filter { $0.group != nil && $0.group == setting.group }
        return given[key] == nil && rivals.allSatisfy { given[$0.key] == nil }
      }
      let list = others.compactMap { key, theirs in
        Settings.named(key).map { "\(key) \($0.yaml(recipe)) (theirs: \(theirs))" }
      }
      if !list.isEmpty {
        notes.append(
          "settings that are not given have our defaults, also where Hugging Face's are others: "
            + list.joined(separator: ", "))
      }
    }
    if recipe.data.validation == .none {
      notes.append(
        "there are no validation data: nothing is scored while training and the last weights are "
          + "kept; set data.validation to a file or to a share of the training rows, such as 0.1")
    }
  }
}
