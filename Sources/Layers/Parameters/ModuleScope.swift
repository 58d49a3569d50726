internal import Torch

/// A place in the tree of a model's parameter names, such as `bert.encoder.layer.0.`.
///
/// A layer is made at a scope and says each of its names once; the scope gives it the checkpoint's
/// tensor when one is open, an initialised one when not, and keeps the account.
public struct ModuleScope {
  /// The store that owns what is made here.
  public let store: ParameterStore
  /// The names so far, joined by dots.
  public let path: String

  init(store: ParameterStore, path: String) {
    self.store = store
    self.path = path
  }

  /// The scope one name further down.
  public subscript(_ name: String) -> ModuleScope {
    ModuleScope(store: store, path: path.isEmpty ? name : "\(path).\(name)")
  }

  /// The scope of one element of a list of layers.
  public subscript(_ index: Int) -> ModuleScope { self[String(index)] }

  /// Makes a parameter of this scope.
  ///
  /// - Parameters:
  ///   - name: Its name below the scope.
  ///   - second: A whole name that checkpoints may have it under instead.
  ///   - shape: The size of each dimension.
  ///   - initializer: Its values where the checkpoint has none.
  /// - Returns: The parameter.
  /// - Throws: ``LayersError`` when the name is taken, or the checkpoint's file cannot be read. A
  ///   tensor that is missing or has another shape is noted in the store's ``LoadReport`` instead,
  ///   so that all are told at once.
  public func parameter(
    _ name: String, or second: String? = nil, shape: [Int], _ initializer: Initializer
  ) throws -> Parameter {
    try store.makeParameter(self[name].path, or: second, shape: shape, initializer)
  }

  /// Says that a name of this scope stands for a parameter that was made under another name.
  ///
  /// A checkpoint may hold both: the second is then accounted for, and looked at only to tell when
  /// its values are other ones.
  ///
  /// - Throws: ``LayersError`` when the name is taken, or the checkpoint's file cannot be read.
  public func tie(_ name: String, to parameter: Parameter) throws {
    try store.tie(self[name].path, to: parameter)
  }

  /// Says that checkpoints hold a parameter under a name of this scope too: it is written there as
  /// well, and what a checkpoint has there is accounted for and not used.
  ///
  /// - Throws: ``LayersError`` when the name is taken.
  public func copy(_ parameter: Parameter, as name: String) throws {
    try store.copy(parameter, as: self[name].path)
  }

  /// Whether the checkpoint holds a tensor under a name of this scope, and its values are not those
  /// of a parameter that was made under another name.
  ///
  /// - Throws: ``LayersError`` when the checkpoint's file cannot be read.
  public func holdsOther(_ name: String, than parameter: Parameter) throws -> Bool {
    try store.holdsOther(self[name].path, than: parameter)
  }

  /// Makes a dropout of this scope, with a place of its own among the random numbers.
  public func dropout(_ rate: Double) -> Dropout {
    Dropout(rate: rate, site: store.nextDropoutSite(), state: store.forwardState)
  }

  /// Makes the slot of an attention of this scope.
  public func attentionSlot(_ kind: AttentionSlot.Kind, keyHeads: Int, size: Int) -> AttentionSlot {
    let slot = AttentionSlot(name: path, kind: kind, keyHeads: keyHeads, size: size)
    store.modules.attentions.append(slot)
    return slot
  }

  /// Makes the slot after a part of the layer of this scope.
  public func sublayerSlot(_ kind: SublayerSlot.Kind, width: Int) -> SublayerSlot {
    let slot = SublayerSlot(name: path, kind: kind, width: width)
    store.modules.sublayers.append(slot)
    return slot
  }

  /// Makes the slot before the words of the table of this scope.
  public func tokenSlot(width: Int) -> TokenSlot {
    let slot = TokenSlot(name: path, width: width)
    store.modules.tokens.append(slot)
    return slot
  }
}
