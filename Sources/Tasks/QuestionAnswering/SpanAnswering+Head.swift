public import Foundation
public import Layers
public import Models
internal import Torch

extension SpanAnswering {
  /// Transformers' name of the head that looks for ends after beginnings.
  static let beamArchitecture = "XLNetForQuestionAnswering"

  /// A model with one of the two heads that there are.
  public enum Head {
    /// Scores of beginning and end, each by itself.
    case spans(PretrainedModel<any SpanFinder>)
    /// The end after the beginning, and whether there is an answer.
    case beams(PretrainedModel<any BeamSpanFinder>)

    /// Loads or makes a model to be tuned; a head that the source lacks is initialised.
    ///
    /// - Throws: `ModelsError` or `LayersError`.
    init(
      _ source: ModelSource, beams: Bool, dropout: Double?, options: ParameterStore.Options
    ) throws {
      self =
        beams
        ? .beams(try Self.made(source, .beamQuestionAnswering, dropout, options))
        : .spans(try Self.made(source, .questionAnswering, dropout, options))
      // Transformers would give the head as many outputs as there are labels.
      configure { file in
        for key in ["id2label", "label2id", "num_labels"] { file.values[key] = nil }
      }
    }

    /// Loads a tuned model: every parameter must be there.
    ///
    /// - Throws: `ModelsError` or `LayersError`.
    public init(tuned folder: URL, beams: Bool = false, options: ParameterStore.Options = .init())
      throws
    {
      try self.init(tuned: TunedFiles(folder: folder), beams: beams, options: options)
    }

    /// Loads a tuned model from wherever its parts lie.
    ///
    /// - Throws: `ModelsError` or `LayersError`.
    public init(
      tuned files: TunedFiles, beams: Bool = false, options: ParameterStore.Options = .init()
    ) throws {
      self =
        beams
        ? .beams(try PretrainedModel(tuned: files, .beamQuestionAnswering, options: options))
        : .spans(try PretrainedModel(tuned: files, .questionAnswering, options: options))
    }

    private static func made<Model>(
      _ source: ModelSource, _ kind: HeadKind<Model>, _ dropout: Double?,
      _ options: ParameterStore.Options
    ) throws -> PretrainedModel<Model> {
      switch source {
      case .folder(let folder):
        try PretrainedModel(tuning: folder, kind, dropout: dropout, options: options)
      case .scratch(let file):
        try PretrainedModel(scratch: file, kind, dropout: dropout, options: options)
      }
    }

    /// The model without regard to its head.
    var model: any TextModel {
      switch self {
      case .spans(let pretrained): pretrained.model
      case .beams(let pretrained): pretrained.model
      }
    }

    /// All parameters.
    public var store: ParameterStore {
      switch self {
      case .spans(let pretrained): pretrained.store
      case .beams(let pretrained): pretrained.store
      }
    }

    /// Changes the configuration that is written with the weights.
    mutating func configure(_ change: (inout ConfigurationFile) throws -> Void) rethrows {
      switch self {
      case .spans(var pretrained):
        try change(&pretrained.configuration)
        self = .spans(pretrained)
      case .beams(var pretrained):
        try change(&pretrained.configuration)
        self = .beams(pretrained)
      }
    }

    func save(to folder: URL) throws {
      switch self {
      case .spans(let pretrained): try pretrained.save(to: folder)
      case .beams(let pretrained): try pretrained.save(to: folder)
      }
    }

    func reload(from folder: URL) throws {
      switch self {
      case .spans(let pretrained): try pretrained.reload(from: folder)
      case .beams(let pretrained): try pretrained.reload(from: folder)
      }
    }

    /// The summed loss of windows, rank 0, fp32.
    func loss(_ windows: [AnswerWindow]) throws -> Tensor {
      let batch = try RaggedBatch(windows.map(\.tokens), on: store.options.device)
      switch self {
      case .spans(let pretrained):
        let logits = try pretrained.model(batch)
        return try SpanLoss.sum(logits.start, logits.end, windows)
      case .beams(let pretrained):
        return try SpanLoss.sum(
          pretrained.model.logits(
            batch, starts: windows.map(\.target.lowerBound), limits: SpanLimits(windows)),
          windows)
      }
    }
  }
}

extension SpanLimits {
  /// Answers lie within the text, or are the token that stands for none.
  init(_ windows: [AnswerWindow]) {
    self.init(
      classPlaces: windows.map(\.nullPlace),
      excluded: windows.map { window in
        window.tokens.ids.indices.filter {
          !window.body.contains($0) && $0 != window.nullPlace
        }
      })
  }
}
