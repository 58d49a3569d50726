public import Layers
public import Models

/// A method attached to a model: the base is frozen, the method's parameters and the heads are
/// trained.
public struct Tuning {
  /// What is known besides the model itself.
  public struct Options {
    /// What names of modules begin with here and not in the Transformers class that the model is
    /// stored as: `bert.` for a bare BERT.
    public var droppedPrefix = ""
    /// Prefixes of parameters of the task's head, which are trained and saved whole even where the
    /// checkpoint had them.
    public var heads: [String] = []
    /// The name or path of the base, for the adapter's file and to tell adapters of others.
    public var baseName: String?
    /// PEFT's word for the task, such as "SEQ_CLS"; nil for none.
    public var taskType: String?
    /// Seeds the method's first values.
    public var seed: UInt64 = 0
    /// The ids of a text's tokens without special ones, for methods that begin from words.
    public var tokenIDs: ((String) throws -> [Int])?

    /// Nothing is known.
    public init() {}
  }

  /// What is tuned, and how.
  public let method: TuningMethod
  /// The method at work.
  public let attached: any AttachedMethod
  /// The model's parameters.
  public let store: ParameterStore
  /// Names of modules that are trained whole beside the method: PEFT's `modules_to_save`.
  public let savedModules: [String]
  /// What the method was told of the model.
  public let scope: AttachmentScope
  /// What is known besides the model itself.
  public let options: Options
  /// Their parameters.
  let savedParameters: [Parameter]

  /// Freezes a model, attaches a method, and lets training change the method's parameters, heads and
  /// tables with new rows.
  ///
  /// - Parameters:
  ///   - method: Any but ``TuningMethod/full``, which attaches nothing.
  ///   - store: The model's parameters.
  ///   - family: The model's family.
  ///   - configuration: The model's configuration.
  ///   - options: What is known besides.
  /// - Returns: The method at work.
  /// - Throws: ``AdaptersError`` when a setting cannot be, or the model cannot take the method; the
  ///   model is then as it was, but for what is frozen.
  public static func attach(
    _ method: TuningMethod, to store: ParameterStore, of family: ModelFamily,
    configuration: ConfigurationFile, options: Options = Options()
  ) throws -> Tuning {
    try attach(
      method, to: store, of: family, configuration: configuration, options: options,
      namePrefix: "")
  }

  /// Does so under other names in the store, for several adapters of one model.
  static func attach(
    _ method: TuningMethod, to store: ParameterStore, of family: ModelFamily,
    configuration: ConfigurationFile, options: Options, namePrefix: String, isStrict: Bool = true
  ) throws -> Tuning {
    guard let settings = method.settings else {
      throw AdaptersError(
        .setting, "The method \"full\" tunes the model itself; there is nothing to attach.")
    }
    try settings.validate()
    var scope = AttachmentScope(family: family, configuration: configuration)
    scope.droppedPrefix = options.droppedPrefix
    scope.namePrefix = namePrefix
    scope.isStrict = isStrict
    scope.seed = options.seed
    scope.tokenIDs = options.tokenIDs
    let saved = try SavedModules(
      of: store, scope, heads: options.heads, named: settings.modulesToSave,
      for: type(of: settings).title)
    scope.savedModules = saved.names
    if store.options.isTrainable {
      try store.setTrainable { _ in false }
      for parameter in saved.parameters { try parameter.setTrainable(true) }
    }
    let before = store.parameters.count
    do {
      let attached = try settings.attach(to: store, scope: scope)
      return Tuning(
        method: method, attached: attached, store: store, savedModules: saved.names, scope: scope,
        options: options, savedParameters: saved.parameters)
    } catch {
      store.detach(Array(store.parameters.dropFirst(before)))
      throw error
    }
  }

  /// Empties the model's slots and takes the method's parameters out of the store.
  ///
  /// The base is as it was; heads keep their values.
  public func detach() {
    attached.emptySlots()
    store.detach(attached.parameters)
  }

  /// Everything that is trained, by its name in the adapter's file.
  public var trained: [(name: String, parameter: Parameter)] {
    attached.parameters.map {
      (attached.modulePrefix + $0.name.dropFirst(scope.namePrefix.count), $0)
    } + wholeParameters
  }

  /// Parameters that the adapter's file holds besides the method's own, by their names there.
  var wholeParameters: [(name: String, parameter: Parameter)] {
    let prefix = attached.modulePrefix
    return savedParameters.map { (prefix + scope.moduleName($0.name), $0) }
      + attached.trainedInPlace.map { (prefix + $0.name, $0.parameter) }
  }
}
