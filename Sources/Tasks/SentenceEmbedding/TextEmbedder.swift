internal import Datasets
public import Foundation
public import Layers
internal import Models
internal import Tokenizers
internal import Torch

/// Vectors of texts from a model folder: a tuned one, one of sentence-transformers, or a bare
/// encoder's.
///
/// ```swift
/// let embedder = try TextEmbedder(folder: URL(filePath: "runs/faq"))
/// let vectors = try embedder(["How do I reset my password?", "I forgot my password."])
/// let cosine = vectors[0].cosine(with: vectors[1])
/// ```
///
/// Vectors are those of `SentenceTransformer(folder).encode(texts)`.
public struct TextEmbedder {
  /// The vector of a text.
  public struct Embedding: Sendable, Equatable {
    /// The vector.
    public let values: [Float]
    /// Tokens that were cut off because the text is too long.
    public let truncatedTokens: Int

    /// The cosine with another vector.
    public func cosine(with other: Embedding) -> Double {
      SentenceVectors(vectors: [values, other.values]).cosine()
    }
  }

  /// Texts that are in memory, sorted by length together, at once.
  private static var window: Int { 4096 }

  /// The model.
  public let model: SentenceEmbedding
  private let encoder: RowEncoder
  private let task: SentenceEmbeddingTask

  /// The width of the vectors.
  public var dimension: Int { model.dimension }
  /// Tokens of the longest text that is not cut; nil without a limit.
  public var maximumLength: Int? { model.layout.maximumLength }
  /// Sentences for the user on what the folder says.
  public let notes: [String]

  /// Loads a folder.
  ///
  /// - Parameters:
  ///   - folder: The folder, in Hugging Face's layout.
  ///   - settings: Pooling, length and normalisation, where the folder says nothing or is to be
  ///     overruled.
  ///   - threads: Threads that turn texts into tokens.
  ///   - options: How parameters are stored; they are not to be trained.
  /// - Throws: An error of the layer that refused, as a sentence.
  public init(
    folder: URL, settings: SentenceEmbeddingSettings = SentenceEmbeddingSettings(),
    threads: Int = 1, options: ParameterStore.Options = .inference
  ) throws {
    try settings.validate()
    let tokenizer = try PretrainedTokenizer(folder: folder)
    task = SentenceEmbeddingTask(settings)
    model = try task.tuned(
      TunedModelRequest(folder: folder, tokenizer: tokenizer, options: options))
    notes =
      tokenizer.notes + (try SentenceFolder(folder: folder)?.notes ?? [])
      + model.store.report.notes()
    encoder = RowEncoder(
      tokenizer: tokenizer,
      options: EncodingOptions(maximumLength: model.layout.maximumLength), threads: threads)
  }

  /// The vectors of texts, in their order.
  ///
  /// - Throws: As ``embed(_:batch:receive:)`` does.
  public func callAsFunction(_ texts: [String]) throws -> [Embedding] {
    var embeddings: [Embedding] = []
    embeddings.reserveCapacity(texts.count)
    try embed(texts) { embeddings.append($0) }
    return embeddings
  }

  /// Gives the vector of each text, in order, without holding the texts or the vectors.
  ///
  /// - Parameters:
  ///   - texts: The texts; a lazy sequence is read as it goes.
  ///   - batch: Tokens of one pass of the model.
  ///   - receive: Gets each vector; what it throws ends the work.
  /// - Throws: ``TasksError`` when the model gives numbers that are not finite, `TorchError` when
  ///   memory runs out.
  public func embed(
    _ texts: some Sequence<String>, batch: Int = 8192, receive: (Embedding) throws -> Void
  ) throws {
    var rows: [TextRow] = []
    var line = 0
    for text in texts {
      line += 1
      rows.append(TextRow(text: text, location: RowLocation(file: "texts", line: line)))
      if rows.count == Self.window {
        try embed(rows, batch, receive)
        rows.removeAll(keepingCapacity: true)
      }
    }
    try embed(rows, batch, receive)
  }

  private func embed(
    _ rows: [TextRow], _ batch: Int, _ receive: (Embedding) throws -> Void
  ) throws {
    let encoded = try task.encode(rows, labels: nil, with: encoder, for: .prediction)
    let examples = encoded.flatMap(\.examples)
    let longest = examples.map(\.tokenCount).max() ?? 1
    let evaluator = Evaluator(model, batch: .tokens(Swift.max(batch, longest)))
    var next = 0
    try evaluator.predict(examples) { outputs, _ in
      for output in outputs {
        try receive(
          Embedding(values: output.vectors[0], truncatedTokens: encoded[next].truncatedTokens))
        next += 1
      }
    }
  }
}

extension ParameterStore.Options {
  /// fp32 on the CPU, not to be trained: parameters share the checkpoint's memory.
  public static var inference: Self {
    var options = Self()
    options.isTrainable = false
    return options
  }
}
