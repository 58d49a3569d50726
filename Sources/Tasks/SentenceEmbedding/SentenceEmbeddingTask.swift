public import Datasets
public import Foundation
public import Models
internal import Tokenizers

/// Sentence embeddings before there is a model: from pairs, triplets or pairs with scores.
public struct SentenceEmbeddingTask: TaskDeclaration {
  /// What a run may be told.
  public let settings: SentenceEmbeddingSettings
  /// Whether pairs have scores, as the training data show.
  public private(set) var isScored = false
  /// What scores are divided by: as said, as found, or as the tuned model's folder says.
  public private(set) var maximumScore: Double?
  /// What the model's folder says of its vectors; nil where it says nothing.
  public private(set) var stored: SentenceFolder?

  /// Declares the task.
  public init(_ settings: SentenceEmbeddingSettings = SentenceEmbeddingSettings()) {
    self.settings = settings
    maximumScore = settings.maximumScore
  }

  /// `sentence-similarity`.
  public static var pipelineTag: String { "sentence-similarity" }

  /// None have.
  public var hasLabels: Bool { false }

  /// As the settings say, else the model's folder.
  public var maximumLength: Int? { settings.maximumLength ?? stored?.maximumLength }

  /// What the folder asks for and is not followed.
  public var notes: [String] { stored?.notes ?? [] }

  /// Pairs, triplets and scored pairs; to be answered, single texts too.
  public func reader(_ file: URL, _ reading: RowReading) throws -> any RowReader {
    try SentencePairReader(file, reading, negatives: settings.negativeColumns)
  }

  /// What the rows are, what is learned from them, and how scores are read.
  public func summary(of reading: RowReading) -> String {
    let loss = SentenceLoss(settings, isScored: isScored).kind
    let why = settings.loss == nil ? " (embedding.loss says otherwise)" : ""
    guard isScored else { return "texts that belong together: the loss \(loss.rawValue)\(why)" }
    let scale = maximumScore.map { $0 == 1 ? "taken as they are" : "divided by \(Self.text($0))" }
    let found = settings.maximumScore == nil ? ", as the data show" : ""
    return "pairs of texts with scores, \(scale ?? "")\(found): the loss \(loss.rawValue)\(why)"
  }

  /// With the vectors' settings of a folder in sentence-transformers' layout.
  public func settled(onBase model: ModelDescription) throws -> Self {
    var task = self
    let file = URL(filePath: model.configuration.path)
    task.stored = try SentenceFolder(folder: file.deletingLastPathComponent())
    return task
  }

  /// The same, with the scale of the scores that the model learned from.
  public func settled(on model: ModelDescription) throws -> Self {
    var task = try settled(onBase: model)
    task.maximumScore = settings.maximumScore ?? task.stored?.maximumScore
    return task
  }

  /// Pairs have scores when a row has one; what scores are divided by is found in them.
  ///
  /// - Throws: ``TasksError`` for scores of a scale that cannot be told.
  public func settled(on train: TextTable) throws -> Self? {
    try settings.validate()
    guard train.rows.contains(where: { $0.target.score != nil }) else { return nil }
    var task = self
    task.isScored = true
    task.maximumScore = try scale(of: train.rows)
    return task
  }

  /// One example a row.
  public func encode(
    _ rows: [TextRow], labels: LabelSet?, with encoder: RowEncoder, for purpose: ExamplePurpose
  ) throws -> [EncodedRow<SentenceExample>] {
    var encoder = encoder
    encoder.options.maximumLength =
      [encoder.options.maximumLength, maximumLength].compactMap(\.self).min()
    let scale = purpose == .prediction ? 1 : try scale(of: rows)
    let texts = rows.map { [$0.text] + ($0.pair.map { [$0] } ?? []) + $0.others }
    let encodings = try encoder.encode(texts.flatMap(\.self).map { TextInput($0) })
    var next = 0
    return try zip(rows, texts).map { row, texts in
      let own = encodings[next..<next + texts.count]
      next += texts.count
      guard purpose == .prediction || row.pair != nil else { throw Self.lacksPartner(row) }
      let score = purpose == .prediction ? nil : row.target.score.map { $0 / scale }
      let example = SentenceExample(
        texts: own.map { TokenSequence($0) }, score: score, location: row.location)
      // What has to fit is each text by itself: the longest of them is the row's length.
      return EncodedRow(
        examples: [example], length: own.map { $0.count + $0.truncatedTokens }.max() ?? 0,
        truncatedTokens: own.reduce(0) { $0 + $1.truncatedTokens },
        unknownTokens: own.reduce(0) { $0 + encoder.unknownTokens($1) })
    }
  }

  /// The pre-trained encoder with a pooling.
  public func model(_ request: ModelRequest<SentenceExample>) throws -> SentenceEmbedding {
    var folder: SentenceFolder?
    let pretrained: PretrainedEncoder
    switch request.source {
    case .folder(let url):
      folder = try SentenceFolder(folder: url)
      pretrained = try PretrainedEncoder(
        folder: url, dropout: request.dropout, options: request.options)
    case .scratch(let configuration):
      pretrained = try PretrainedEncoder(
        scratch: configuration, dropout: request.dropout, options: request.options)
    }
    return try model(pretrained, request.tokenizer, folder)
  }

  /// The encoder of a folder, which may be any model folder, with its pooling.
  public func tuned(_ request: TunedModelRequest) throws -> SentenceEmbedding {
    try model(
      PretrainedEncoder(tuned: request.files, options: request.options), request.tokenizer,
      SentenceFolder(folder: request.folder))
  }

  private func model(
    _ pretrained: PretrainedEncoder, _ tokenizer: PretrainedTokenizer, _ folder: SentenceFolder?
  ) throws -> SentenceEmbedding {
    let usual: TextPooling = pretrained.family.isCausal ? .last : .mean
    let limits = [
      settings.maximumLength ?? folder?.maximumLength, pretrained.encoder.maximumLength,
      tokenizer.maximumLength,
    ]
    let layout = SentenceFolder(
      pooling: settings.pooling ?? folder?.pooling ?? usual,
      normalizes: settings.normalizes ?? folder?.normalizes ?? false,
      maximumLength: limits.compactMap(\.self).min(),
      maximumScore: isScored ? maximumScore : folder?.maximumScore)
    return try SentenceEmbedding(
      pretrained, tokenizer: tokenizer, layout: layout, settings: settings, isScored: isScored)
  }

  /// The vector of a text, or the cosines of texts.
  public func answer(
    _ output: SentenceVectors, to row: TextRow, of model: SentenceEmbedding,
    _ options: AnswerOptions
  ) -> SentenceAnswer {
    var answer = SentenceAnswer()
    guard output.vectors.count > 1 else {
      answer.vector = output.vectors[0]
      return answer
    }
    answer.similarity = output.cosine()
    if output.vectors.count > 2 {
      answer.otherSimilarities = (2..<output.vectors.count).map { output.cosine(with: $0) }
    }
    if options.withExpected { answer.expected = row.target.score }
    return answer
  }

  // MARK: Scores

  /// What the scores of rows are divided by: 1 where none is larger, else 5 where none is larger than
  /// that.
  ///
  /// 5 is the highest grade of semantic textual similarity (Cer et al. 2017).
  private func scale(of rows: [TextRow]) throws -> Double {
    let scores = rows.compactMap { row in row.target.score.map { (score: $0, row: row) } }
    guard let largest = scores.max(by: { $0.score < $1.score }),
      let smallest = scores.min(by: { $0.score < $1.score })
    else { return 1 }
    let found = maximumScore ?? (largest.score <= 1 ? 1 : largest.score <= 5 ? 5 : nil)
    guard let found else {
      throw TasksError(
        .setting,
        "\(largest.row.location): the score is \(Self.text(largest.score)). Scores up to 1 and up "
          + "to 5 are understood; for others say with embedding.maximumScore which one means the same."
      )
    }
    for end in [smallest, largest] where abs(end.score) > found {
      throw TasksError(
        .setting,
        "\(end.row.location): the score is \(Self.text(end.score)), beyond "
          + "\(Self.text(found)), which means the same. Set embedding.maximumScore.")
    }
    return found
  }

  private static func text(_ number: Double) -> String {
    number == number.rounded() && abs(number) < 1e15 ? "\(Int(number))" : "\(number)"
  }

  private static func lacksPartner(_ row: TextRow) -> TasksError {
    TasksError(
      .example,
      "\(row.location): the row has one text. Sentence embeddings learn from, and are scored on, "
        + "pairs of texts: name the column of the second one.")
  }
}

extension RowTarget {
  /// The score of a pair.
  fileprivate var score: Double? {
    if case .value(let score) = self { score } else { nil }
  }
}

/// What is told of a text or of texts that are compared.
public struct SentenceAnswer: TaskAnswer, Codable, Equatable {
  /// The vector of a single text.
  public var vector: [Float]?
  /// The cosine of the row's two texts.
  public var similarity: Double?
  /// The cosines of the first text and each further one.
  public var otherSimilarities: [Double]?
  /// The row's score, as the data have it.
  public var expected: Double?

  /// Makes an empty answer.
  public init() {}
}
