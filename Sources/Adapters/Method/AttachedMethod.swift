public import Layers
public import Models
public import Torch

/// A method at work on a model: what it added, how it is stored, what it does in the course of
/// training.
public protocol AttachedMethod: AnyObject {
  /// PEFT's word, or another library's: "LORA", "ADALORA", "PREFIX_TUNING", "HOULSBY".
  var kind: String { get }
  /// The parameters that the method added to the store.
  var parameters: [Parameter] { get }
  /// Parameters of the model itself that the method trains, such as biases, and the names under
  /// which they are stored, without ``modulePrefix``.
  var trainedInPlace: [(name: String, parameter: Parameter)] { get }
  /// What the names of the model's modules begin with in the method's files: `base_model.model.`, or
  /// `base_model.` for methods that only add to the input.
  var modulePrefix: String { get }

  /// The tensors of `adapter_model.safetensors` by their names there, but for modules that are
  /// trained whole.
  func stored() throws -> [(name: String, tensor: Tensor)]

  /// The keys of `adapter_config.json` that belong to the method.
  func configuration() throws -> [String: JSONValue]

  /// The names that ``load(_:)`` needs in a source.
  func names(in source: any WeightSource) throws -> [String]

  /// Puts stored tensors back; every name must be there, in its shape.
  ///
  /// - Throws: ``AdaptersError`` of code `folder`.
  func load(_ source: any WeightSource) throws

  /// Fills the model's slots; they must be empty. Attaching does it the first time.
  func fillSlots() throws

  /// Empties the model's slots again: the model computes as if there were no method.
  func emptySlots()

  /// What the method does to dense layers, for several adapters at once; empty for methods that do
  /// something else.
  var linearAdapters: [(layer: Linear, adapter: any LinearAdapter)] { get }
  /// What the method does to tables.
  var embeddingAdapters: [(table: Embedding, adapter: any EmbeddingAdapter)] { get }

  /// Why the method cannot be folded into the base's weights; nil where it can.
  var mergeRefusal: String? { get }

  /// Folds the method into the base's weights and empties the slots.
  ///
  /// - Throws: ``AdaptersError`` with ``mergeRefusal``.
  func merge() throws

  /// A term of the loss besides the task's, already weighted; nil for none.
  func regularization() throws -> Tensor?

  /// Called after the optimiser moved and before gradients are freed: `step` counts from 1 of
  /// `total`. The gradients of the step are those of the parameters' values.
  func stepEnded(_ step: Int, of total: Int) throws

  /// What the learning rate of every step is multiplied with for one of ``parameters``, 0 or more.
  func rateFactor(of parameter: Parameter) -> Double

  /// State besides parameters that an exact resume needs.
  func state() throws -> [(name: String, tensor: Tensor)]

  /// Puts back what ``state()`` gave.
  func restore(_ source: any WeightSource) throws

  /// The rank of each layer that the method changes, for the log; nil for methods whose ranks stay.
  func ranks() throws -> [(module: String, rank: Int)]?
}

extension AttachedMethod {
  /// None.
  public var trainedInPlace: [(name: String, parameter: Parameter)] { [] }
  /// `base_model.model.`.
  public var modulePrefix: String { "base_model.model." }

  /// Those that ``stored()`` gives.
  public func names(in source: any WeightSource) throws -> [String] { try stored().map(\.name) }

  /// Nothing.
  public var linearAdapters: [(layer: Linear, adapter: any LinearAdapter)] { [] }
  /// Nothing.
  public var embeddingAdapters: [(table: Embedding, adapter: any EmbeddingAdapter)] { [] }

  /// None: the loss is the task's.
  public func regularization() throws -> Tensor? { nil }
  /// Nothing happens.
  public func stepEnded(_ step: Int, of total: Int) throws {}
  /// 1: the rate of all others.
  public func rateFactor(of parameter: Parameter) -> Double { 1 }
  /// None.
  public func state() throws -> [(name: String, tensor: Tensor)] { [] }
  /// Nothing is put back.
  public func restore(_ source: any WeightSource) throws {}
  /// Ranks stay as they are.
  public func ranks() throws -> [(module: String, rank: Int)]? { nil }
}
