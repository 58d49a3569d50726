public import Torch

/// All parameters of one model, by their names in the checkpoint.
public final class ParameterStore {
  /// How parameters are stored and initialised.
  public struct Options: Sendable {
    /// The type that layers compute in; the fp32 originals are kept beside it when it is another.
    public var computeType: DataType = .float32
    /// Where the parameters lie.
    public var device: Device = .cpu
    /// Seeds the initialisers.
    public var seed: UInt64 = 0
    /// Whether the parameters will be changed.
    ///
    /// If not, they may share the checkpoint's memory-mapped pages, and no fp32 original is kept
    /// beside a bf16 copy.
    public var isTrainable = true

    /// The defaults: fp32 on the CPU, to be trained.
    public init() {}
  }

  /// How parameters are stored and initialised.
  public let options: Options
  /// What every forward pass of the model shares.
  public let forwardState = ForwardState()
  /// The parameters, in the order in which the layers made them.
  public private(set) var parameters: [Parameter] = []
  /// The places of the model that methods of tuning can fill.
  public internal(set) var modules = ModuleRegistry()

  /// What is written in place of all weights when the model is saved; nil writes them all.
  public var storedForm: (any StoredForm)?

  private var source: (any WeightSource)?
  private let growth: RowGrowth?
  private var isClosed = false
  private var byName: [String: Int] = [:]
  private var aliases: Set<String> = []
  private var tied: Set<ObjectIdentifier> = []
  private var copies: [(name: String, parameter: Parameter)] = []
  private var account = LoadReport()
  private var dropoutSites: UInt64 = 0

  /// Opens a store: on a checkpoint, or on none.
  ///
  /// - Parameters:
  ///   - source: The checkpoint.
  ///   - growth: Which tables of the checkpoint get further rows; nil for none.
  ///   - options: How parameters are stored and initialised.
  public init(
    source: (any WeightSource)?, growing growth: RowGrowth? = nil, options: Options = Options()
  ) {
    self.source = source
    self.growth = growth
    self.options = options
    account.source = source?.origin
  }

  /// The scope of names without a prefix.
  public var root: ModuleScope { ModuleScope(store: self, path: "") }

  /// The parameter of a name, nil when the model has none.
  public subscript(_ name: String) -> Parameter? {
    byName[name].map { parameters[$0] }
  }

  /// Whether a parameter stands in several places of the model, such as a word table that is the
  /// output layer as well.
  public func isTied(_ parameter: Parameter) -> Bool { tied.contains(ObjectIdentifier(parameter)) }

  /// What a checkpoint of the model holds: every parameter of its layers, and some under a second
  /// name as well.
  public var stored: [(name: String, parameter: Parameter)] {
    parameters.filter { !$0.isAttached }.map { ($0.name, $0) } + copies
  }

  /// Adds a parameter that a method of tuning brings along, at any time.
  ///
  /// - Parameters:
  ///   - name: Its name; no parameter of the model may have it.
  ///   - initial: Its values.
  /// - Returns: The parameter, trainable in a store that is to be trained.
  /// - Throws: ``LayersError`` when the name is taken.
  public func attach(_ name: String, _ initial: Tensor) throws -> Parameter {
    guard byName[name] == nil, !aliases.contains(name) else {
      throw LayersError(.name, "The model has a parameter \(name) already.")
    }
    let parameter = try place(name, initial.clone(), origin: .initialized, isAttached: true)
    try parameter.setTrainable(options.isTrainable)
    byName[name] = parameters.count
    parameters.append(parameter)
    return parameter
  }

  /// Takes parameters out that ``attach(_:_:)`` added.
  public func detach(_ detached: [Parameter]) {
    let names = Set(detached.filter(\.isAttached).map(\.name))
    parameters.removeAll { names.contains($0.name) }
    byName = Dictionary(
      uniqueKeysWithValues: parameters.enumerated().map { ($0.element.name, $0.offset) })
  }

  /// How the checkpoint's names met those that layers asked for so far.
  public var report: LoadReport {
    var report = account
    if let source {
      report.unexpected = source.names.filter { byName[$0] == nil && !aliases.contains($0) }
    }
    return report
  }

  /// Lets go of the checkpoint once all layers are made; the ``report`` stays as it is.
  ///
  /// The pages of a checkpoint that is mapped into memory count as memory of the process for as long
  /// as it is open. Parameters that share its pages keep them.
  public func closeCheckpoint() {
    account = report
    source = nil
    isClosed = true
  }

  /// Lets training change the parameters for whose names `isTrainable` is true, and no others.
  public func setTrainable(where isTrainable: (String) -> Bool = { _ in true }) throws {
    for parameter in parameters {
      try parameter.setTrainable(isTrainable(parameter.name))
    }
  }

  /// Lets go of the fp32 originals of all frozen parameters, beside copies in another type: for a
  /// model whose frozen part stays frozen and is not saved.
  public func releaseFrozenOriginals() {
    for parameter in parameters { parameter.releaseOriginal() }
  }

  /// Frees all gradients.
  public func clearGradients() throws {
    for parameter in parameters where parameter.isTrainable {
      try parameter.value.setGradient(nil)
    }
  }

  func nextDropoutSite() -> UInt64 {
    defer { dropoutSites += 1 }
    return dropoutSites
  }

  func makeParameter(
    _ name: String, or second: String? = nil, shape: [Int], _ initializer: Initializer
  ) throws -> Parameter {
    guard byName[name] == nil else {
      throw LayersError(.name, "Two layers ask for the parameter \(name).")
    }
    guard !isClosed else {
      throw LayersError(.name, "\(name) is asked for after the checkpoint was closed.")
    }
    let found = try loaded(name, or: second, shape: shape, initializer)
    let initial = try found ?? initializer(shape, name: name, seed: options.seed)
    let parameter = try place(name, initial, origin: found == nil ? .initialized : .checkpoint)
    byName[name] = parameters.count
    parameters.append(parameter)
    return parameter
  }

  func tie(_ name: String, to parameter: Parameter) throws {
    guard byName[name] == nil, aliases.insert(name).inserted else {
      throw LayersError(.name, "Two layers ask for the parameter \(name).")
    }
    tied.insert(ObjectIdentifier(parameter))
    if try holdsOther(name, than: parameter) {
      account.contradicted.append(.init(name: name, tiedTo: parameter.name))
    }
  }

  func holdsOther(_ name: String, than parameter: Parameter) throws -> Bool {
    guard let source, let shape = source.shape(of: name) else { return false }
    guard let other = source.shape(of: parameter.name) else { return false }
    guard shape == other else { return true }
    return try withoutGradients {
      let difference =
        try source.tensor(name).to(.float32) - source.tensor(parameter.name).to(.float32)
      return try difference.absolute().maximum().item() != 0
    }
  }

  func copy(_ parameter: Parameter, as name: String) throws {
    guard byName[name] == nil, aliases.insert(name).inserted else {
      throw LayersError(.name, "Two layers ask for the parameter \(name).")
    }
    copies.append((name, parameter))
  }

  /// The checkpoint's tensor when there is one that fits, under its name or else under a second.
  private func loaded(
    _ name: String, or second: String?, shape: [Int], _ initializer: Initializer
  ) throws -> Tensor? {
    guard let source else { return nil }
    if let second, source.shape(of: name) == nil, source.shape(of: second) != nil {
      return try loaded(second, or: nil, shape: shape, initializer)
    }
    guard let found = source.shape(of: name) else {
      account.missing.append(name)
      return nil
    }
    if let growth, growth.applies(to: found, wanted: shape) {
      account.grown.append(.init(name: name, found: found, expected: shape))
      return try growth.grown(
        source.tensor(name), initializer, name: name, seed: options.seed)
    }
    guard found == shape else {
      account.reshaped.append(.init(name: name, found: found, expected: shape))
      return nil
    }
    account.matched.append(name)
    return try source.tensor(name)
  }

  private func place(
    _ name: String, _ initial: Tensor, origin: Parameter.Origin, isAttached: Bool = false
  ) throws -> Parameter {
    let type = options.computeType
    if !options.isTrainable {
      let value = try initial.to(options.device, type)
      return Parameter(
        name: name, master: value, value: value, origin: origin, isFixed: true,
        isAttached: isAttached)
    }
    let master = try initial.to(options.device, .float32)
    let value = type == .float32 ? master : try master.to(type)
    return Parameter(
      name: name, master: master, value: value, origin: origin, isFixed: false,
      ownsMaster: isAttached || !master.sharesMemory(with: initial), isAttached: isAttached)
  }
}
