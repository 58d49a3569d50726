public import Datasets
public import Foundation
public import Layers
public import Models
public import Tokenizers

/// Where a model to be tuned comes from.
public enum ModelSource: Sendable {
  /// A folder in Hugging Face's layout, or a GGUF file.
  case folder(URL)
  /// Nothing but a configuration: every weight is initialised.
  case scratch(ConfigurationFile)
}

/// What a model to be tuned is made of.
public struct ModelRequest<Example: TaskExample> {
  /// The pre-trained model.
  public let source: ModelSource
  /// The labels in the order of the logits; nil for tasks without.
  public let labels: LabelSet?
  /// The training examples, for what is counted in them.
  public let training: [Example]
  /// The tokenizer, with what the task added.
  public let tokenizer: PretrainedTokenizer
  /// Replaces the configuration's dropout rates; nil keeps them.
  public let dropout: Double?
  /// How parameters are stored and initialised.
  public let options: ParameterStore.Options

  /// Names the parts.
  public init(
    source: ModelSource, labels: LabelSet?, training: [Example], tokenizer: PretrainedTokenizer,
    dropout: Double?, options: ParameterStore.Options
  ) {
    self.source = source
    self.labels = labels
    self.training = training
    self.tokenizer = tokenizer
    self.dropout = dropout
    self.options = options
  }
}

/// What a tuned model is loaded from.
public struct TunedModelRequest {
  /// The folder, for what a task stores beside the weights.
  public let folder: URL
  /// The folder's tokenizer.
  public let tokenizer: PretrainedTokenizer
  /// How parameters are stored.
  public let options: ParameterStore.Options
  private let located: TunedFiles?

  /// Names the parts.
  ///
  /// - Parameters:
  ///   - folder: The folder.
  ///   - files: Where configuration and weights lie; nil for in the folder.
  ///   - tokenizer: The tokenizer.
  ///   - options: How parameters are stored.
  public init(
    folder: URL, files: TunedFiles? = nil, tokenizer: PretrainedTokenizer,
    options: ParameterStore.Options
  ) {
    self.folder = folder
    located = files
    self.tokenizer = tokenizer
    self.options = options
  }

  /// Where configuration and weights lie: in the folder, unless it is an adapter's.
  public var files: TunedFiles {
    get throws { try located ?? TunedFiles(folder: folder) }
  }
}
