public import Layers
public import Torch

/// T5's encoder and decoder over ragged batches, Transformers' `T5Model`.
public struct T5: EncoderDecoder {
  /// The encoder.
  public let encoder: T5Encoder
  let decoder: T5Decoder
  /// The token before the first of every target.
  public let startToken: Int32

  /// Makes the model at a scope, under Transformers' names of `T5Model`.
  ///
  /// - Throws: ``ModelsError`` when the configuration names no start token.
  public init(_ configuration: T5Configuration, at scope: ModuleScope) throws {
    guard let start = configuration.startToken else {
      throw ModelsError(
        .configuration,
        "\(configuration.path) has no decoder_start_token_id, which a T5 with its decoder needs. "
          + "It is usually that of padding, 0.")
    }
    startToken = Int32(clamping: start)
    encoder = try T5Encoder(configuration, at: scope)
    decoder = try T5Decoder(configuration, words: encoder.words, at: scope["decoder"])
  }

  /// The sizes and options.
  public var configuration: T5Configuration { encoder.configuration }
  /// Rows of the word table.
  public var vocabularySize: Int { encoder.vocabularySize }
  /// None: distances have no limit.
  public var maximumLength: Int? { nil }
  /// Width of the residual stream.
  public var hiddenSize: Int { encoder.hiddenSize }

  /// Reads a batch of N sources.
  public func encode(_ source: RaggedBatch) throws -> EncodedSource {
    try encoder.source(source)
  }

  /// The decoder's vectors of a target batch's T tokens `[T, hidden]`, or of the chosen ones, where
  /// a cache holds what came before the batch.
  public func hidden(
    _ target: RaggedBatch, of source: EncodedSource, only selection: TokenSelection?,
    cache: KeyValueCache?
  ) throws -> Tensor {
    guard let cache else {
      return try decoder.hidden(target, of: source, only: selection, cache: nil)
    }
    return try cache.reading(target) {
      try decoder.hidden(target, of: source, only: selection, cache: cache)
    }
  }

  /// An empty cache for targets that are written piece by piece.
  public func makeCache(sequences: Int) -> KeyValueCache {
    let layers = configuration.decoderLayers
    return KeyValueCache(sequences: sequences, layers: layers, crossLayers: layers)
  }

  /// The decoder's vectors where a text is its own target, as Transformers' classifiers have it.
  func hidden(ofItself batch: RaggedBatch, only selection: TokenSelection?) throws -> Tensor {
    try hidden(
      batch.shiftedRight(from: startToken), of: encode(batch), only: selection)
  }
}
