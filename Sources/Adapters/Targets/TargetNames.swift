/// The shortest way to name modules so that PEFT chooses the same ones.
enum TargetNames {
  /// Endings that all of the chosen names have and none of the others, sorted; whole names where no
  /// ending of one or two parts will do.
  static func shortest(for chosen: [String], among all: [String]) -> [String] {
    let others = Set(all).subtracting(chosen)
    var endings: Set<String> = []
    for name in chosen {
      let parts = name.split(separator: ".")
      let ending = (1...2).lazy.map { parts.suffix($0).joined(separator: ".") }
        .first { ending in !others.contains { $0 == ending || $0.hasSuffix("." + ending) } }
      endings.insert(ending ?? name)
    }
    return endings.sorted()
  }
}
