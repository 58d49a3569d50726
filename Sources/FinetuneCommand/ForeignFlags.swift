import Finetune

/// Hugging Face's names as flags of `train`: `--num_train_epochs 3` becomes `--set
/// num_train_epochs=3`, which the recipe understands with a note, or refuses with a suggestion.
enum ForeignFlags {
  private static let own = Set(Recipe.flags.map(\.name) + ["set", "help"])

  /// The arguments of the program in its own words.
  static func translated(_ arguments: [String]) -> [String] {
    guard arguments.first == "train" else { return arguments }
    var result: [String] = []
    var place = 0
    while place < arguments.count {
      let argument = arguments[place]
      place += 1
      guard argument != "--" else { return result + arguments[(place - 1)...] }
      guard let flag = foreignFlag(argument) else {
        result.append(argument)
        continue
      }
      var value = flag.value
      if value == nil, place < arguments.count, !arguments[place].hasPrefix("--") {
        value = arguments[place]
        place += 1
      }
      result += ["--set", "\(flag.name)=\(value ?? "true")"]
    }
    return result
  }

  private static func foreignFlag(_ argument: String) -> (name: String, value: String?)? {
    guard argument.hasPrefix("--") else { return nil }
    let parts = argument.dropFirst(2).split(
      separator: "=", maxSplits: 1, omittingEmptySubsequences: false)
    guard let name = parts.first.map(String.init), !own.contains(name),
      name.contains("_") || Recipe.isForeignName(name)
    else { return nil }
    return (name, parts.count > 1 ? String(parts[1]) : nil)
  }
}
