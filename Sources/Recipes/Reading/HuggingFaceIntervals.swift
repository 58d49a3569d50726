/// Names of Hugging Face's that mean something only together.
struct HuggingFaceIntervals {
  private let given: [HuggingFaceName.Interval: SettingsLayer.Given]

  init(_ given: [HuggingFaceName.Interval: SettingsLayer.Given]) {
    self.given = given
  }

  /// Our settings for the strategies and steps that were given.
  func resolve(
    _ notes: inout [String], _ problems: inout [RecipesError.Problem]
  ) -> [SettingsLayer.Given] {
    let evaluation = resolve(
      .evaluationStrategy, .evaluationSteps, "training.evaluateEvery", &notes, &problems)
    let saving = resolve(.saveStrategy, .saveSteps, "training.saveEvery", &notes, &problems)
    return evaluation + saving
  }

  private func resolve(
    _ strategyName: HuggingFaceName.Interval, _ stepsName: HuggingFaceName.Interval, _ key: String,
    _ notes: inout [String], _ problems: inout [RecipesError.Problem]
  ) -> [SettingsLayer.Given] {
    let strategy = given[strategyName]
    let steps = given[stepsName]
    guard let source = strategy ?? steps else { return [] }
    var result: SettingsLayer.Given?
    switch strategy?.value.plainText {
    case "no": result = source.saying(key, "none")
    case "epoch": result = source.saying(key, "epoch")
    case "best" where strategyName == .saveStrategy: result = source.saying(key, "none")
    case "steps", nil:
      result = steps?.renamed(key)
      if steps == nil, strategyName == .saveStrategy { result = source.saying(key, "500") }
    default:
      let words = strategyName == .saveStrategy ? "no, epoch, steps, best" : "no, epoch, steps"
      problems.append(
        ValueMismatch(expected: "one of \(words)").problem(of: source.name, source.value))
      return []
    }
    guard let result else {
      problems.append(
        .init(
          .missingKey, at: source.place,
          "\(source.name): steps needs eval_steps, the number of steps; or set \(key)"))
      return []
    }
    let names = strategy?.value.plainText == "steps" ? [strategy, steps] : [source]
    let list = names.compactMap { $0?.name }.joined(separator: " and ")
    notes.append("\(source.place): understood \(list) as \(key): \(result.value.plainText)")
    if let strategy, let steps, strategy.value.plainText != "steps" {
      notes.append(
        "\(steps.place): \(steps.name) changes nothing: \(strategy.name) is "
          + strategy.value.plainText)
    }
    return [result]
  }

  /// Which of two settings that exclude each other Hugging Face passes over, and why; nil when it
  /// has no such rule.
  static func loser(
    _ one: SettingsLayer.Given, _ other: SettingsLayer.Given
  ) -> (SettingsLayer.Given, reason: String)? {
    let pair = [one, other]
    let isForeign = pair.allSatisfy { HuggingFaceName.named($0.lastName)?.name == $0.lastName }
    guard isForeign else { return nil }
    if let epochs = pair.first(where: { $0.key == "training.epochs" }) {
      return (epochs, "max_steps wins, as in Hugging Face")
    }
    if let steps = pair.first(where: { $0.key == "schedule.warmupSteps" }),
      let ratio = pair.first(where: { $0.key == "schedule.warmupRatio" })
    {
      return Double(number: steps.value.plainText) == 0
        ? (steps, "at 0 it leaves the warm-up to warmup_ratio, as in Hugging Face")
        : (ratio, "warmup_steps wins, as in Hugging Face")
    }
    return nil
  }
}

extension SettingsLayer.Given {
  /// The same, for this setting and with this word as its value.
  func saying(_ key: String, _ word: String) -> SettingsLayer.Given {
    SettingsLayer.Given(key: key, value: value.replacing(word), name: name, place: place)
  }

  /// The name without the section that it stands in.
  var lastName: String { SettingName.path(name).last ?? name }
}

extension RawValue {
  /// The value's text, for a look or a note.
  var plainText: String {
    switch content {
    case .null: "null"
    case .plain(let text), .quoted(let text): text
    case .argument(let text): text.trimmingSpaces
    case .list(let items): "[" + items.map(\.plainText).joined(separator: ", ") + "]"
    case .mapping(let entries): entries.isEmpty ? "{}" : "{...}"
    }
  }

  /// Whether it says that there is no value.
  var isNone: Bool {
    isNull || word == "none" || word == "null" || word == "~"
  }
}

extension ValueMismatch {
  /// The problem of the setting that this value was for.
  func problem(of name: String, _ value: RawValue) -> RecipesError.Problem {
    let sentence = "\(name): expected \(expected), found \(found ?? value.found)"
    return RecipesError.Problem(
      .wrongType, at: value.place, hint.map { "\(sentence); \($0)" } ?? sentence)
  }
}
