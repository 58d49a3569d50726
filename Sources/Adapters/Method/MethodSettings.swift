public import Layers
public import Models

/// The settings of one method of tuning: a value that is checked, and that makes the method work on a
/// model.
///
/// This is where a method is registered: its settings conform, ``TuningMethod`` has a case for them,
/// and ``AdapterFolder`` an entry for its kind of folder.
public protocol MethodSettings: Sendable, Equatable {
  /// What the method is called in sentences, such as "LoRA".
  static var title: String { get }

  /// Modules of the model that are trained whole and saved beside the method, besides heads and
  /// tables with new tokens, which always are.
  var modulesToSave: [String] { get }

  /// Refuses values that cannot be, with a sentence that names the key.
  ///
  /// - Throws: ``AdaptersError`` of code `setting`.
  func validate() throws

  /// Adds the method's parameters to a model and fills its slots. The settings are valid, and the
  /// model's own parameters are frozen already.
  ///
  /// - Throws: ``AdaptersError`` of code `target` when the model cannot take the method.
  func attach(to store: ParameterStore, scope: AttachmentScope) throws -> any AttachedMethod
}

extension MethodSettings {
  /// None.
  public var modulesToSave: [String] { [] }
}

/// What a method knows of the model that it is attached to, besides the model's modules.
public struct AttachmentScope {
  /// The model's family.
  public let family: ModelFamily
  /// The model's configuration.
  public let configuration: ConfigurationFile
  /// What names of the model's modules begin with here and not in the Transformers class that the
  /// model is stored as; `bert.` for a bare BERT, empty for models with heads.
  public var droppedPrefix = ""
  /// Names of modules that are trained whole beside the method, which must leave them alone: heads,
  /// tables with new rows, and those that the user named.
  public var savedModules: [String] = []
  /// What names of attached parameters begin with: several adapters of one model need different
  /// ones.
  public var namePrefix = ""
  /// Whether a name of a module that the model lacks is an error: not for settings that were stored
  /// with an adapter, where PEFT writes names of several classes.
  public var isStrict = true
  /// Seeds the first values of attached parameters.
  public var seed: UInt64 = 0
  /// The ids of a text's tokens without special ones, for methods that begin from words; nil where
  /// no tokenizer is at hand.
  public var tokenIDs: ((String) throws -> [Int])?

  /// Names the model.
  public init(family: ModelFamily, configuration: ConfigurationFile) {
    self.family = family
    self.configuration = configuration
  }

  /// The name that Transformers has for a module: what adapters' files and targets use.
  public func moduleName(_ name: String) -> String {
    name.hasPrefix(droppedPrefix) ? String(name.dropFirst(droppedPrefix.count)) : name
  }

  /// Whether a module is trained whole, itself or as a part of another.
  public func isSaved(_ name: String) -> Bool {
    savedModules.contains { name == $0 || name.hasPrefix($0 + ".") }
  }

  /// Adds a parameter under the module's name here.
  ///
  /// - Parameters:
  ///   - name: Its name without ``namePrefix``.
  ///   - initializer: Its first values.
  ///   - shape: The size of each dimension.
  ///   - store: The model's parameters.
  /// - Returns: The parameter.
  /// - Throws: `LayersError` when the name is taken.
  func attach(
    _ name: String, _ initializer: Initializer, _ shape: [Int], to store: ParameterStore
  ) throws -> Parameter {
    try store.attach(namePrefix + name, initializer(shape, name: name, seed: seed))
  }
}
