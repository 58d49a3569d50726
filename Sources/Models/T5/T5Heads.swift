public import Layers
public import Torch

/// T5 with scores for each token of the vocabulary, Transformers' `T5ForConditionalGeneration`.
public struct T5ForConditionalGeneration: ConditionalLanguageModel {
  /// Encoder and decoder.
  public let model: T5
  /// The layer to the vocabulary, without bias: the word table, unless the checkpoint has another.
  public let output: Linear

  /// Makes the model at the root of a store, under Transformers' names.
  public init(_ configuration: T5Configuration, at scope: ModuleScope) throws {
    model = try T5(configuration, at: scope)
    let table = model.encoder.words.weight
    // Transformers ties whatever the configuration says, unless the weights show that they are two:
    // those of the second release, where tie_word_embeddings only stands for the missing scale.
    output = try Linear(
      vocabularyOutput: table, isTied: !scope["lm_head"].holdsOther("weight", than: table),
      deviation: configuration.initializerFactor, bias: nil, at: scope["lm_head"])
  }

  /// Rows of the word table.
  public var vocabularySize: Int { model.vocabularySize }
  /// None: distances have no limit.
  public var maximumLength: Int? { nil }
  /// Width of the residual stream.
  public var hiddenSize: Int { model.hiddenSize }
  /// The token before the first of every target.
  public var startToken: Int32 { model.startToken }

  /// Reads a batch of N sources.
  public func encode(_ source: RaggedBatch) throws -> EncodedSource { try model.encode(source) }

  /// An empty cache for targets that are written piece by piece.
  public func makeCache(sequences: Int) -> KeyValueCache {
    model.makeCache(sequences: sequences)
  }

  /// The decoder's vectors of a target batch's T tokens `[T, hidden]`, or of the chosen ones.
  public func hidden(
    _ target: RaggedBatch, of source: EncodedSource, only selection: TokenSelection?,
    cache: KeyValueCache?
  ) throws -> Tensor {
    try model.hidden(target, of: source, only: selection, cache: cache)
  }

  /// The same as ``output`` reads them: scaled where the configuration says so.
  public func states(
    _ target: RaggedBatch, of source: EncodedSource, only selection: TokenSelection?,
    cache: KeyValueCache?
  ) throws -> Tensor {
    let hidden = try hidden(target, of: source, only: selection, cache: cache)
    return model.configuration.scalesOutput
      ? try hidden * (1 / Double(hiddenSize).squareRoot()) : hidden
  }
}

/// T5 with Transformers' head for whole texts: the text is its own target, and the decoder's vector
/// of the last end token is classified.
public struct T5ForSequenceClassification: SequenceClassifier {
  /// Encoder and decoder.
  public let model: T5
  let dropout, outputDropout: Dropout
  let dense, output: Linear
  private let endToken: Int32

  /// Makes the model at the root of a store, under Transformers' names.
  ///
  /// - Throws: ``ModelsError`` when the configuration names no end token, or several.
  public init(_ configuration: T5Configuration, labels: Int, at scope: ModuleScope) throws {
    guard let end = configuration.endToken else {
      throw ModelsError(
        .configuration,
        "\(configuration.path): eos_token_id is a list; a T5 classifier reads the vector of one.")
    }
    endToken = Int32(clamping: end)
    model = try T5(configuration, at: scope["transformer"])
    let size = configuration.hiddenSize
    let deviation = configuration.initializerFactor / Double(size).squareRoot()
    let head = scope["classification_head"]
    dropout = scope.dropout(configuration.classifierDropout)
    dense = try Linear(size, size, deviation: deviation, at: head["dense"])
    outputDropout = scope.dropout(configuration.classifierDropout)
    output = try Linear(size, labels, deviation: deviation, at: head["out_proj"])
  }

  /// Rows of the word table.
  public var vocabularySize: Int { model.vocabularySize }
  /// None: distances have no limit.
  public var maximumLength: Int? { nil }

  /// A batch of N sequences to logits `[N, labels]`.
  ///
  /// - Throws: ``ModelsError`` when a sequence holds no end token.
  public func callAsFunction(_ batch: RaggedBatch) throws -> Tensor {
    let ends = try batch.sequences.enumerated().map { index, sequence in
      guard let place = sequence.lastIndex(of: endToken) else {
        throw ModelsError(
          .input,
          "Sequence \(index) of a batch holds no end token (eos_token_id \(endToken)), whose "
            + "vector a T5 classifier reads. The tokenizer has to add it to every text.")
      }
      return [place]
    }
    let summary = try model.hidden(ofItself: batch, only: batch.selection(of: ends))
    return try output(outputDropout(dense(dropout(summary)).hyperbolicTangent()))
  }
}

/// T5 with Transformers' head for answers within a text, which is its own target.
struct T5ForQuestionAnswering: SpanFinder {
  let model: T5
  let outputs: Linear

  init(_ configuration: T5Configuration, at scope: ModuleScope) throws {
    model = try T5(configuration, at: scope)
    outputs = try Linear(
      configuration.hiddenSize, 2,
      deviation: configuration.initializerFactor / Double(configuration.hiddenSize).squareRoot(),
      at: scope["qa_outputs"])
  }

  var vocabularySize: Int { model.vocabularySize }
  var maximumLength: Int? { nil }

  func callAsFunction(_ batch: RaggedBatch) throws -> SpanLogits {
    let scores = try outputs(model.hidden(ofItself: batch, only: nil))
    return SpanLogits(start: try scores.select(1, 0), end: try scores.select(1, 1))
  }
}
