/// The places of a model that methods of tuning can fill, in the order in which layers made them.
///
/// Kept by the ``ParameterStore``: a method finds them by name and role and knows no model.
public struct ModuleRegistry {
  /// Dense layers.
  public internal(set) var linears: [Linear] = []
  /// Tables of vectors.
  public internal(set) var embeddings: [Embedding] = []
  /// Attentions.
  public internal(set) var attentions: [AttentionSlot] = []
  /// What follows the parts of layers.
  public internal(set) var sublayers: [SublayerSlot] = []
  /// What stands before the words; two in a model that reads one text and writes another.
  public internal(set) var tokens: [TokenSlot] = []
}
