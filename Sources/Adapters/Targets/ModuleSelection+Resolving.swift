internal import Layers
internal import Models

/// The modules of a model that targets can name.
struct TargetableModules {
  /// Dense layers by the names that Transformers has for them.
  let linears: [(name: String, layer: Linear)]
  /// Tables by theirs; empty for methods that cannot change tables.
  let embeddings: [(name: String, table: Embedding)]
  /// Names of modules that are trained whole.
  let isSaved: (String) -> Bool
  /// Whether every word of a list must name a module.
  let isStrict: Bool
  /// Names of layers of heads.
  let isHead: (String, Linear) -> Bool

  init(_ store: ParameterStore, _ scope: AttachmentScope, withEmbeddings: Bool) {
    linears = store.modules.linears.map { (scope.moduleName($0.name), $0) }
    embeddings =
      withEmbeddings ? store.modules.embeddings.map { (scope.moduleName($0.name), $0) } : []
    isSaved = scope.isSaved
    isStrict = scope.isStrict
    let prefix = scope.family.encoderPrefix
    // Some heads have the bare model under another prefix: all of it then counts as inside.
    let hasPrefix = store.modules.linears.contains { $0.name.hasPrefix(prefix) }
    isHead = { _, layer in
      layer.role == .head || hasPrefix && !layer.name.hasPrefix(prefix)
    }
  }
}

/// The modules that a method changes, in the model's order.
struct SelectedModules {
  var linears: [(name: String, layer: Linear)] = []
  var embeddings: [(name: String, table: Embedding)] = []
}

typealias ModuleMatcher = (_ name: String, _ layer: Linear?) -> Bool

extension ModuleTargets {
  /// Whether the targets choose one layer.
  func chooses(
    _ name: String, _ layer: Linear, among modules: TargetableModules, key: String,
    of title: String
  ) throws -> Bool {
    try matcher(modules, key, title)(name, layer)
  }

  func matcher(
    _ modules: TargetableModules, _ key: String, _ title: String
  ) throws -> ModuleMatcher {
    switch self {
    case .modules(let words):
      let names = modules.linears.map(\.name) + modules.embeddings.map(\.name)
      let roles = words.filter { word in !names.contains { Self.hasEnding($0, word) } }
        .compactMap(LinearRole.init(rawValue:))
      return { name, layer in
        words.contains { Self.hasEnding(name, $0) }
          || layer.map { roles.contains($0.role) } == true
      }
    case .pattern(let text):
      let pattern = try WholeNamePattern(text, key: key, of: title)
      return { name, _ in pattern.matches(name) }
    case .roles(let roles): return { _, layer in layer.map { roles.contains($0.role) } == true }
    case .allLinear: return { name, layer in layer.map { !modules.isHead(name, $0) } == true }
    }
  }

  private static func hasEnding(_ name: String, _ word: String) -> Bool {
    name == word || name.hasSuffix("." + word)
  }
}

extension ModuleSelection {
  /// Finds the modules in a model.
  ///
  /// - Throws: ``AdaptersError`` of code `target` when there are none, or a word of a list names none:
  ///   with the nearest names that there are.
  func resolve(_ modules: TargetableModules, for title: String) throws -> SelectedModules {
    let chosen = try chooser(modules, for: title)
    let isExcluded = try excluded?.matcher(modules, "exclude", title)
    let isInLayer = try layerFilter(title)
    func isWanted(_ name: String, _ layer: Linear?) -> Bool {
      isExcluded?(name, layer) != true && !modules.isSaved(name) && isInLayer(name)
    }
    var found = SelectedModules()
    found.linears = modules.linears.filter {
      chosen($0.name, $0.layer) && isWanted($0.name, $0.layer)
    }
    found.embeddings = modules.embeddings.filter { chosen($0.name, nil) && isWanted($0.name, nil) }
    guard !found.linears.isEmpty || !found.embeddings.isEmpty else {
      throw nothingFound(modules, title)
    }
    return found
  }

  /// What ``targets`` choose; a word of a list that names nothing is an error of its own.
  private func chooser(_ modules: TargetableModules, for title: String) throws -> ModuleMatcher {
    let chosen = try targets.matcher(modules, "targets", title)
    guard modules.isStrict, case .modules(let words) = targets else { return chosen }
    for word in words {
      let one = try ModuleTargets.modules([word]).matcher(modules, "targets", title)
      let isThere =
        modules.linears.contains { one($0.name, $0.layer) }
        || modules.embeddings.contains { one($0.name, nil) }
      guard isThere else { throw Self.unknown(word, modules, title) }
    }
    return chosen
  }

  private func layerFilter(_ title: String) throws -> (String) -> Bool {
    guard let layers else { return { _ in true } }
    let before = layersPattern.isEmpty ? [".*?\\.[^.]*"] : layersPattern.map { "(?:.*?\\.)?\($0)" }
    let patterns = try before.map {
      try WholeNamePattern("\($0)\\.([0-9]+)\\.", key: "layers_pattern", of: title)
    }
    return { name in
      let number = patterns.lazy.compactMap { $0.firstGroup(atStartOf: name) }.first
      return number.flatMap { Int($0) }.map(layers.contains) == true
    }
  }

  private static func unknown(
    _ word: String, _ modules: TargetableModules, _ title: String
  ) -> AdaptersError {
    let last = { (name: String) in String(name.split(separator: ".").last ?? "") }
    let names = modules.linears.map { last($0.name) } + modules.embeddings.map { last($0.name) }
    let near = NearNames.of(word, among: names.filter { !$0.isEmpty })
    let told =
      near.isEmpty
      ? "the model has no dense layer that can be changed"
      : "modules near it are \(near.joined(separator: ", "))"
    return AdaptersError(
      .target,
      "\(title): the target \"\(word)\" is no module of this model; \(told). "
        + "\"all-linear\" means every dense layer but the head.")
  }

  private func nothingFound(_ modules: TargetableModules, _ title: String) -> AdaptersError {
    let inside = modules.linears.filter {
      !modules.isHead($0.name, $0.layer) && !modules.isSaved($0.name)
    }
    guard !inside.isEmpty else {
      return AdaptersError(
        .target,
        "\(title) changes dense layers, and this model has none outside its head: its matrices are "
          + "parts of layers of another kind. Tune it whole, or its biases (bitfit).")
    }
    let example = if case .pattern(let pattern) = targets { pattern } else { targets.text }
    let near = NearNames.of(example, among: inside.map(\.name))
    return AdaptersError(
      .target,
      "\(title): the targets (\(targets.text)) match no module of this model. Modules there are: "
        + "\(near.joined(separator: ", ")). \"all-linear\" means every dense layer but the head.")
  }
}
