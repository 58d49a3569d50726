internal import Layers
internal import Models

/// The modules of a model that are trained whole beside a method: PEFT's `modules_to_save`.
struct SavedModules {
  /// Names of modules in Transformers, each as far up as all of its parameters are among them.
  let names: [String]
  /// Their parameters.
  let parameters: [Parameter]

  /// Chooses them: what an initialiser made, tables that got rows, heads, and what is named.
  ///
  /// - Throws: ``AdaptersError`` when a name is no module of the model.
  init(
    of store: ParameterStore, _ scope: AttachmentScope, heads: [String], named: [String],
    for title: String
  ) throws {
    let own = store.parameters.filter { !$0.isAttached }
    let grown = Set(store.report.grown.map(\.name))
    // Without a checkpoint everything was initialised: then only what lies outside is the head.
    let hasCheckpoint = store.report.source != nil
    let prefix = scope.family.encoderPrefix
    let hasPrefix = own.contains { $0.name.hasPrefix(prefix) }
    let names = Dictionary(uniqueKeysWithValues: own.map { ($0.name, scope.moduleName($0.name)) })
    for word in named where scope.isStrict {
      let isThere = names.values.contains { Self.lies($0, in: word) }
      guard isThere else { throw Self.unknown(word, Array(names.values), title) }
    }
    func isSaved(_ parameter: Parameter) -> Bool {
      let name = names[parameter.name] ?? parameter.name
      let isNew =
        hasCheckpoint
        ? parameter.origin == .initialized && !parameter.isAttached
        : hasPrefix && !parameter.name.hasPrefix(prefix)
      return isNew || grown.contains(parameter.name)
        || heads.contains { parameter.name.hasPrefix($0) }
        || named.contains { Self.lies(name, in: $0) }
    }
    parameters = own.filter(isSaved)
    let saved = Set(parameters.map { names[$0.name] ?? $0.name })
    let others = names.values.filter { !saved.contains($0) }
    self.names = Array(Set(saved.map { Self.module(of: $0, without: others) })).sorted()
  }

  /// Whether a parameter is part of a module that is named as PEFT does it: by its name or an ending.
  private static func lies(_ parameter: String, in word: String) -> Bool {
    let parts = parameter.split(separator: ".")
    return (1...max(1, parts.count)).contains { count in
      let module = parts.prefix(count).joined(separator: ".")
      return module == word || module.hasSuffix("." + word)
    }
  }

  /// The widest module around a parameter with none of the others in it.
  private static func module(of parameter: String, without others: [String]) -> String {
    let parts = parameter.split(separator: ".")
    for count in 1..<max(2, parts.count) {
      let module = parts.prefix(count).joined(separator: ".")
      if !others.contains(where: { $0.hasPrefix(module + ".") }) { return module }
    }
    return parameter
  }

  private static func unknown(
    _ word: String, _ parameters: [String], _ title: String
  ) -> AdaptersError {
    let modules = parameters.map { $0.split(separator: ".").dropLast().joined(separator: ".") }
    let near = NearNames.of(word, among: modules.filter { !$0.isEmpty })
    return AdaptersError(
      .target,
      "\(title): \"\(word)\" of modules_to_save is no module of this model. Near it are: "
        + "\(near.joined(separator: ", ")).")
  }
}
