/// The sizes and options of an LSTM, as its `config.json` writes them.
///
/// The keys are this project's own: Transformers has no such family. Weights have the names of
/// PyTorch's `nn.Embedding` (`embedding`), `nn.LSTM` (`lstm`) and `nn.Linear` (`classifier`).
public struct LSTMConfiguration: Sendable {
  /// Rows of the word table.
  public var vocabularySize: Int
  /// Width of the words' vectors.
  public var embeddingSize = 300
  /// Width of each direction's state.
  public var hiddenSize = 256
  /// Layers that read each other's states.
  public var layers = 1
  /// Whether texts are read backwards as well.
  public var isBidirectional = true
  /// Dropout of the words' vectors, between layers, and before the classifier.
  public var dropout = 0.3
  /// Standard deviation of freshly initialised word vectors and of the classifier.
  public var initializerRange = 0.1
  /// The token whose vector starts as zeros.
  public var paddingToken: Int? = 0

  /// The default sizes.
  public init(vocabularySize: Int) {
    self.vocabularySize = vocabularySize
  }

  /// Reads the options.
  ///
  /// - Throws: ``ModelsError`` when a value is not usable.
  public init(_ file: ConfigurationFile) throws {
    vocabularySize = try file.integer("vocab_size", atLeast: 1)
    embeddingSize = try file.integer("embedding_size", default: embeddingSize, atLeast: 1)
    hiddenSize = try file.integer("hidden_size", default: hiddenSize, atLeast: 1)
    layers = try file.integer("num_hidden_layers", default: layers, atLeast: 1)
    isBidirectional = try file.flag("bidirectional", default: isBidirectional)
    dropout = try file.number("dropout", default: dropout, in: 0...0.999)
    initializerRange = try file.number("initializer_range", default: initializerRange, in: 0...10)
    paddingToken = try file.integer("pad_token_id", default: 0)
  }

  /// The configuration as a file, for a model that is made from scratch.
  public var file: ConfigurationFile {
    var values: [String: JSONValue] = [
      "model_type": .string("lstm"), "vocab_size": .integer(vocabularySize),
      "embedding_size": .integer(embeddingSize), "hidden_size": .integer(hiddenSize),
      "num_hidden_layers": .integer(layers), "bidirectional": .bool(isBidirectional),
      "dropout": .number(dropout), "initializer_range": .number(initializerRange),
      "dtype": .string("float32"),
    ]
    values["pad_token_id"] = paddingToken.map { .integer($0) }
    return ConfigurationFile(values: values)
  }
}
