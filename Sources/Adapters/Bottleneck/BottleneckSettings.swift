public import Layers

/// How small feed-forward parts stand in every layer: bottleneck adapters.
///
/// The options and their names are those of the `adapters` library, whose folders are read and
/// written. The presets are those of the papers.
public struct BottleneckSettings: MethodSettings {
  /// "Bottleneck adapters".
  public static let title = "Bottleneck adapters"

  /// How the two dense layers start.
  public enum Start: String, Sendable, CaseIterable {
    /// Normally distributed around zero, as BERT's own layers: nearly nothing is changed.
    case bert
    /// The layer back to the full width is zeros: nothing is changed (He et al., 2021).
    case mam = "mam_adapter"
    /// Normally distributed within two deviations of a hundredth (Houlsby et al., 2019).
    case houlsby
  }

  /// What the result is multiplied with.
  public enum Scaling: Sendable, Equatable {
    /// A number that stays.
    case constant(Double)
    /// One number that is trained, from 1.
    case learned
    /// A number for each place of the vector, trained, from 1.
    case channels
  }

  /// Where the connection around the adapter begins, when the model's own sum and norm come first.
  public enum Residual: String, Sendable, CaseIterable {
    /// Before them: at what the part made.
    case beforeSum
    /// Between them: at the sum.
    case afterSum = "post_add"
    /// After them: at what the adapter reads.
    case afterNorm
  }

  /// Whether an adapter follows the attention over the sequence itself.
  public var afterAttention = false
  /// Whether one follows the attention over another text.
  public var afterCrossAttention = false
  /// Whether one follows the feed-forward part.
  public var afterFeedForward = true
  /// The width of the stream over that of the bottleneck.
  public var reductionFactor = 16.0
  /// Other factors for some layers, by their numbers from 0.
  public var layerReductionFactors: [Int: Double] = [:]
  /// The non-linearity of the bottleneck, by Hugging Face's name.
  public var activation = Activation.relu
  /// Whether the model's own sum and norm come before the adapter.
  public var originalNormBefore = true
  /// Whether they come after it.
  public var originalNormAfter = true
  /// Whether the adapter begins with a norm of its own.
  public var normBefore = false
  /// Whether it ends with a norm of its own.
  public var normAfter = false
  /// Where the connection around the adapter begins.
  public var residual = Residual.beforeSum
  /// Whether that connection ends before the adapter's last norm.
  public var addsBeforeNorm = false
  /// Whether the adapter reads what the part reads, and its result is added to the part's.
  public var isParallel = false
  /// What the result is multiplied with.
  public var scaling = Scaling.constant(1)
  /// How the two dense layers start.
  public var start = Start.bert
  /// Dropout of the result.
  public var dropout = 0.0
  /// Layers without adapters, by their numbers from 0.
  public var leftOut: Set<Int> = []

  /// Modules that are trained whole and saved beside, besides heads and tables with new tokens, which
  /// always are.
  public var modulesToSave: [String] = []

  /// Those of ``pfeiffer``.
  public init() {}

  /// One adapter a layer, after the feed-forward part (Pfeiffer et al., "MAD-X", 2020).
  public static let pfeiffer = BottleneckSettings()

  /// Two adapters a layer (Houlsby et al., "Parameter-Efficient Transfer Learning for NLP", 2019).
  public static let houlsby: BottleneckSettings = {
    var settings = BottleneckSettings()
    settings.afterAttention = true
    settings.activation = .swish
    settings.originalNormBefore = false
    return settings
  }()

  /// One beside the feed-forward part (He et al., "Towards a Unified View of Parameter-Efficient
  /// Transfer Learning", 2021).
  public static let parallel: BottleneckSettings = {
    var settings = BottleneckSettings()
    settings.isParallel = true
    settings.originalNormBefore = false
    settings.reductionFactor = 2
    settings.start = .mam
    settings.scaling = .constant(4)
    return settings
  }()

  /// The factor of a layer.
  func reductionFactor(ofLayer layer: Int) -> Double {
    layerReductionFactors[layer] ?? reductionFactor
  }

  /// Refuses values that cannot be.
  public func validate() throws {
    let checks = SettingChecks(title: Self.title)
    try checks.positive(reductionFactor, "reduction_factor")
    for factor in layerReductionFactors.values { try checks.positive(factor, "reduction_factor") }
    try checks.dropout(dropout)
    guard afterAttention || afterCrossAttention || afterFeedForward else {
      throw AdaptersError(
        .setting,
        "\(Self.title): none of mh_adapter, cross_adapter and output_adapter is on, so there is "
          + "nothing to train. Turn one on.")
    }
    guard residual != .afterSum || originalNormBefore && !isParallel else {
      throw AdaptersError(
        .setting,
        "\(Self.title): residual_before_ln: post_add needs original_ln_before, and no is_parallel: "
          + "only then is there a sum before the adapter.")
    }
    if case .constant(let factor) = scaling, !factor.isFinite {
      throw AdaptersError(.setting, "\(Self.title): scaling is \(factor); it must be a number.")
    }
    if let negative = leftOut.first(where: { $0 < 0 }) {
      throw AdaptersError(
        .setting, "\(Self.title): leave_out names the layer \(negative); layers count from 0.")
    }
  }

  /// Adds the parameters and fills the slots.
  ///
  /// - Throws: ``AdaptersError`` of code `target` when the model has no such places.
  public func attach(
    to store: ParameterStore, scope: AttachmentScope
  ) throws -> any AttachedMethod {
    try BottleneckAdapters(self, to: store, scope: scope)
  }
}
