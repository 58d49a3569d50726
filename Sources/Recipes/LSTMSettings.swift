public import Models
public import Optimizers

/// The sizes of an LSTM that is trained from scratch, and of its vocabulary: what `model: lstm`
/// asks for.
public struct LSTMSettings: CheckedConfiguration {
  /// Width of the words' vectors; 300 by default.
  public var embeddingSize = 300
  /// Width of each direction's state; 256 by default.
  public var hiddenSize = 256
  /// Layers that read each other's states; 1 by default.
  public var layers = 1
  /// Whether texts are read backwards as well; true by default.
  public var bidirectional = true
  /// Words of the vocabulary at most, the most frequent ones; 50,000 by default.
  public var vocabularySize = 50_000
  /// How often a word must stand in the training rows to be in the vocabulary; 2 by default, so that
  /// the vector of unknown words is trained on those that are rarer.
  public var minimumCount = 2
  /// Whether words are brought to lower case; true by default.
  public var lowercase = true

  /// The defaults.
  public init() {}

  /// Everything that is wrong with the values.
  public var problems: [ConfigurationProblem] {
    var checks = ConfigurationChecks()
    checks.atLeast(1, embeddingSize, "embeddingSize")
    checks.atLeast(1, hiddenSize, "hiddenSize")
    checks.atLeast(1, layers, "layers")
    checks.atLeast(1, vocabularySize, "vocabularySize")
    checks.atLeast(1, minimumCount, "minimumCount")
    return checks.problems
  }

  /// The model's configuration for a vocabulary.
  func configuration(vocabularySize tokens: Int, padding: Int?) -> LSTMConfiguration {
    var configuration = LSTMConfiguration(vocabularySize: tokens)
    configuration.embeddingSize = embeddingSize
    configuration.hiddenSize = hiddenSize
    configuration.layers = layers
    configuration.isBidirectional = bidirectional
    configuration.paddingToken = padding
    return configuration
  }
}
