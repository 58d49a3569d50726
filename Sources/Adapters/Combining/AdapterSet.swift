public import Foundation
public import Layers
public import Models
internal import Torch

/// Several adapters on one copy of a base, each loaded under a name, one or several at work at a time.
///
/// The base is never modified; changing between adapters moves no weights but those of heads.
public final class AdapterSet {
  /// One of several adapters at work, and how much it counts.
  public struct Part: Sendable, Equatable {
    /// The name that the adapter was loaded under.
    public let name: String
    /// What its change is multiplied with.
    public let weight: Double

    /// Names an adapter.
    public init(_ name: String, weight: Double = 1) {
      self.name = name
      self.weight = weight
    }
  }

  /// How several adapters are made into one: PEFT's `combination_type`.
  public enum Combination: String, Sendable, CaseIterable {
    /// The matrices are added up, each times the root of its factor: ranks must be equal.
    case linear
    /// The matrices stand side by side: the changes add up exactly, and so do the ranks.
    case cat
  }

  private struct Entry {
    let kind: String
    let linears: [(layer: Linear, adapter: any LinearAdapter)]
    let tables: [(table: Embedding, adapter: any EmbeddingAdapter)]
    let whole: [(parameter: Parameter, values: Tensor)]
    let method: (any AttachedMethod)?

    func emptySlots() {
      method?.emptySlots()
      for (layer, _) in linears { layer.adapter = nil }
      for (table, _) in tables { table.adapter = nil }
    }
  }

  /// The adapters at work, in order; empty for the bare base.
  public private(set) var active: [Part] = []
  private let store: ParameterStore
  private let family: ModelFamily
  private let configuration: ConfigurationFile
  private let options: Tuning.Options
  private var entries: [String: Entry] = [:]
  private var originals: [ObjectIdentifier: (parameter: Parameter, values: Tensor)] = [:]

  /// Takes a base whose slots are empty.
  public init(
    _ store: ParameterStore, of family: ModelFamily, configuration: ConfigurationFile,
    options: Tuning.Options = Tuning.Options()
  ) {
    self.store = store
    self.family = family
    self.configuration = configuration
    self.options = options
  }

  /// The names of all adapters, sorted.
  public var names: [String] { entries.keys.sorted() }

  /// Loads a folder under a name; what is at work stays so.
  ///
  /// - Returns: How names met.
  /// - Throws: ``AdaptersError`` when the name is taken, or the adapter does not belong to the base.
  @discardableResult
  public func load(_ folder: URL, as name: String) throws -> AdapterLoadReport {
    guard entries[name] == nil else {
      throw Self.taken(name)
    }
    let before = active
    try activate([])
    defer { try? activate(before) }
    let opened = try AdapterFolder(folder)
    let modules = store.modules.linears.map(\.name) + store.modules.embeddings.map(\.name)
    let tuning = try Tuning.attach(
      opened.method(for: modules), to: store, of: family, configuration: configuration,
      options: options, namePrefix: "\(name)/", isStrict: false)
    tuning.attached.emptySlots()
    do {
      try keepOriginals(of: tuning.wholeParameters.map(\.parameter))
      let weights = try opened.weights(for: modules)
      let report = try tuning.load(weights)
      let whole = try tuning.wholeParameters.filter { weights.contains($0.name) }.map {
        (parameter: $0.parameter, values: try $0.parameter.master.clone())
      }
      try settle(tuning)
      entries[name] = Entry(
        kind: tuning.attached.kind, linears: tuning.attached.linearAdapters,
        tables: tuning.attached.embeddingAdapters, whole: whole, method: tuning.attached)
      return report
    } catch {
      try settle(tuning)
      tuning.detach()
      throw error
    }
  }

  /// Nothing of the base is trained, and its values are its own again.
  private func settle(_ tuning: Tuning) throws {
    if store.options.isTrainable { try store.setTrainable { _ in false } }
    try restoreOriginals()
  }

  /// Lets one adapter work; nil for the bare base.
  ///
  /// - Throws: ``AdaptersError`` when there is none of the name.
  public func activate(_ name: String?) throws { try activate(name.map { [Part($0)] } ?? []) }

  /// Lets several adapters work at once: their changes add up, each times its weight.
  ///
  /// Heads are those of the first that has one.
  ///
  /// - Throws: ``AdaptersError`` when there is none of a name, or the adapters cannot be stacked; what
  ///   was at work stays so.
  public func activate(_ parts: [Part]) throws {
    let found = try parts.map { (part: $0, entry: try entry($0.name)) }
    if found.count > 1 || parts.contains(where: { $0.weight != 1 }) { try checkStack(found) }
    for entry in entries.values { entry.emptySlots() }
    try restoreOriginals()
    active = parts
    if found.count == 1, parts[0].weight == 1, let method = found[0].entry.method {
      try method.fillSlots()
    } else {
      stack(found)
    }
    for (_, entry) in found.reversed() {
      for (parameter, values) in entry.whole { try parameter.assign(values) }
    }
  }

  /// Makes several LoRA adapters into one, under a name of its own.
  ///
  /// - Throws: ``AdaptersError`` when the name is taken, or they are not plain LoRA of fitting ranks.
  public func combine(_ parts: [Part], as name: String, _ combination: Combination) throws {
    guard entries[name] == nil else {
      throw Self.taken(name)
    }
    let found = try parts.map { (part: $0, entry: try entry($0.name)) }
    guard let first = found.first else {
      throw AdaptersError(.setting, "No adapters are named to be combined as \"\(name)\".")
    }
    guard found.allSatisfy({ $0.entry.tables.isEmpty }) else {
      throw AdaptersError(.target, "Adapters of tables cannot be combined; stack them instead.")
    }
    let layers = store.modules.linears
    var linears: [(layer: Linear, adapter: any LinearAdapter)] = []
    try withoutGradients {
      for layer in layers {
        let changes = try found.flatMap { part, entry in
          try entry.linears.filter { $0.layer === layer }.map { found in
            guard let adapter = found.adapter as? LoRALayer, adapter.isPlain else {
              throw AdaptersError(
                .target,
                "\"\(part.name)\" is not plain LoRA (\(entry.kind)); only that can be combined. "
                  + "Stack the adapters instead.")
            }
            return (adapter, part.weight)
          }
        }
        guard !changes.isEmpty else { continue }
        linears.append((layer, try LoRALayer.combined(changes, combination, layer.name)))
      }
    }
    entries[name] = Entry(
      kind: "LORA", linears: linears, tables: [], whole: first.entry.whole, method: nil)
  }

  /// Takes an adapter out; what it added is freed.
  ///
  /// - Throws: ``AdaptersError`` when there is none of the name.
  public func remove(_ name: String) throws {
    let gone = try entry(name)
    if active.contains(where: { $0.name == name }) { try activate([]) }
    if let method = gone.method { store.detach(method.parameters) }
    entries[name] = nil
  }

  // MARK: Parts

  private static func taken(_ name: String) -> AdaptersError {
    AdaptersError(
      .setting, "There is an adapter called \"\(name)\" already; remove it first.")
  }

  private func entry(_ name: String) throws -> Entry {
    guard let found = entries[name] else {
      let near = NearNames.of(name, among: names)
      let told = near.isEmpty ? "none is loaded" : "there are \(near.joined(separator: ", "))"
      throw AdaptersError(.setting, "There is no adapter called \"\(name)\"; \(told).")
    }
    return found
  }

  private func checkStack(_ parts: [(part: Part, entry: Entry)]) throws {
    for (part, entry) in parts {
      guard !entry.linears.isEmpty || !entry.tables.isEmpty else {
        throw AdaptersError(
          .target,
          "\"\(part.name)\" (\(entry.kind)) changes more than dense layers and works only by itself."
        )
      }
      guard part.weight == 1 || entry.kind != "IA3" else {
        throw AdaptersError(
          .setting, "\"\(part.name)\" is IA³, whose scales multiply; its weight must be 1.")
      }
      let hasLengths = entry.linears.contains { ($0.adapter as? LoRALayer)?.magnitude != nil }
      let isMixed = entry.kind == "IA3" && parts.contains { $0.entry.kind != "IA3" }
      guard !hasLengths, !isMixed else {
        throw AdaptersError(
          .target,
          "\"\(part.name)\" scales the layers' results (\(hasLengths ? "DoRA" : "IA³")) and cannot be "
            + "stacked with adapters that add to them.")
      }
    }
  }

  private func stack(_ parts: [(part: Part, entry: Entry)]) {
    for layer in store.modules.linears {
      let found = parts.flatMap { part, entry in
        entry.linears.filter { $0.layer === layer }
          .map { (adapter: $0.adapter, weight: part.weight) }
      }
      if !found.isEmpty { layer.adapter = StackedLinear(found) }
    }
    for table in store.modules.embeddings {
      let found = parts.flatMap { part, entry in
        entry.tables.filter { $0.table === table }
          .map { (adapter: $0.adapter, weight: part.weight) }
      }
      if !found.isEmpty { table.adapter = StackedTable(found) }
    }
  }

  private func keepOriginals(of parameters: [Parameter]) throws {
    for parameter in parameters where originals[ObjectIdentifier(parameter)] == nil {
      originals[ObjectIdentifier(parameter)] = (parameter, try parameter.master.clone())
    }
  }

  private func restoreOriginals() throws {
    for (parameter, values) in originals.values { try parameter.assign(values) }
  }
}
