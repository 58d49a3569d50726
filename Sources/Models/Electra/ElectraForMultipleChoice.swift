import Layers
import Torch

/// ELECTRA with Transformers' head for choices: a summary of each text and a dense layer of one
/// result.
///
/// The family's head for labels of texts is another one.
struct ElectraForMultipleChoice: SequenceClassifier {
  let encoder: PostNormEncoder
  private let summary: XLNetConfiguration.Summary
  private let projection: Linear?
  private let activation: Activation?
  private let firstDropout, lastDropout: Dropout
  private let output: Linear

  /// Makes the model at the root of a store, under Transformers' names.
  ///
  /// - Throws: ``ModelsError`` when the file asks for a summary that is not supported.
  init(
    _ file: ConfigurationFile, _ configuration: BertConfiguration, at scope: ModuleScope
  ) throws {
    let (size, deviation) = (configuration.hiddenSize, configuration.initializerRange)
    encoder = try PostNormEncoder(configuration, hasPooler: false, at: scope["electra"])
    summary =
      switch try file.text("summary_type", default: "first") {
      case "mean": .mean
      // Without an index, and a head for choices gives none, Transformers takes the last token.
      case "last", "cls_index": .last
      default: .first
      }
    guard try !file.flag("summary_proj_to_labels", default: false) else {
      throw ModelsError(
        .configuration,
        "\(file.path): summary_proj_to_labels is true; the layer of the choices' score follows the "
          + "summary, so it must be false.")
    }
    firstDropout = scope.dropout(
      try file.number("summary_first_dropout", default: 0, in: 0...0.999))
    projection =
      try file.flag("summary_use_proj", default: true)
      ? try Linear(size, size, deviation: deviation, at: scope["sequence_summary"]["summary"])
      : nil
    activation =
      switch file.values["summary_activation"] {
      case .null, .string(""): nil
      default: try file.activation("summary_activation", default: .gelu)
      }
    lastDropout = scope.dropout(
      try file.number("summary_last_dropout", default: 0.1, in: 0...0.999))
    output = try Linear(size, 1, deviation: deviation, at: scope["classifier"])
  }

  var vocabularySize: Int { encoder.vocabularySize }
  var maximumLength: Int? { encoder.maximumLength }

  /// A batch of N sequences to scores `[N, 1]`.
  func callAsFunction(_ batch: RaggedBatch) throws -> Tensor {
    var vectors = try firstDropout(encoder.summarised(batch, by: summary))
    if let projection {
      vectors = try activation.map { try $0(after: projection, vectors) } ?? projection(vectors)
    } else if let activation {
      vectors = try activation(vectors)
    }
    return try output(lastDropout(vectors))
  }
}
