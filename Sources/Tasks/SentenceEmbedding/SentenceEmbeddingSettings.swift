/// What a run of sentence embeddings may be told; every setting has a default.
public struct SentenceEmbeddingSettings: Codable, Sendable, Equatable {
  /// What is learned from.
  public enum Loss: String, Codable, Sendable, CaseIterable {
    /// Each text is to be nearer to its own partner than to those of all other rows of the batch,
    /// and to the texts that it is set against (Henderson et al. 2017, arXiv:1705.00652).
    case multipleNegativesRanking = "multiple-negatives-ranking"
    /// The squared difference of the pair's cosine and its score (Reimers and Gurevych 2019,
    /// arXiv:1908.10084).
    case cosine
    /// The partner is to be nearer than a text that it is set against, by a margin.
    case triplet
    /// Pairs of score 1 are to be near, pairs of score 0 farther than a margin (Hadsell et al.
    /// 2006).
    case contrastive
    /// The same, of the hard pairs of a batch alone: those of score 1 that are farther than the
    /// nearest of score 0, and those of score 0 that are nearer than the farthest of score 1; their
    /// losses are summed, not averaged (sentence-transformers' `OnlineContrastiveLoss`).
    case onlineContrastive = "online-contrastive"

    /// Whether it has a distance and a margin.
    var hasMargin: Bool { self == .triplet || self == .contrastive || self == .onlineContrastive }
  }

  /// How far apart two vectors are, for losses with a margin.
  public enum Distance: String, Codable, Sendable, CaseIterable {
    /// The length of their difference.
    case euclidean
    /// One less their cosine.
    case cosine
  }

  /// How the vectors of tokens become one.
  ///
  /// Default: nil, what the model's folder says; where it says nothing the mean, of decoders the
  /// last token.
  public var pooling: TextPooling?
  /// Whether vectors get the length 1.
  ///
  /// Default: nil, what the model's folder says; where it says nothing they do not.
  public var normalizes: Bool?
  /// What is learned from.
  ///
  /// Default: nil, `cosine` for pairs with scores and `multiple-negatives-ranking` for others.
  public var loss: Loss?
  /// What cosines are multiplied with before the softmax of `multiple-negatives-ranking`.
  ///
  /// Default: 20.
  public var scale: Double
  /// Whether `multiple-negatives-ranking` also asks each partner for its text; the two losses are
  /// averaged.
  ///
  /// Default: false.
  public var isSymmetric: Bool
  /// The distance of `triplet`, `contrastive` and `online-contrastive`.
  ///
  /// Default: nil, Euclidean for `triplet` and cosine for the others.
  public var distance: Distance?
  /// The margin of `triplet`, `contrastive` and `online-contrastive`.
  ///
  /// Default: nil, 5 for Euclidean distances and 0.5 for those by cosine.
  public var margin: Double?
  /// Texts that are computed with everything that their gradients need.
  ///
  /// Of a larger batch only the vectors are kept, and its texts are computed again in the backward
  /// pass, so many at a time: more negatives in the same memory (Gao et al. 2021,
  /// arXiv:2101.06983).
  ///
  /// Default: nil, the whole batch at once.
  public var cachedBatch: Int?
  /// The score of two texts that mean the same; scores are divided by it.
  ///
  /// Default: nil, found in the training data: 1 when no score is larger, else 5 when none is.
  public var maximumScore: Double?
  /// Tokens of the longest text, special ones included; longer ones are cut, and that is told.
  ///
  /// Default: nil, what the model's folder says; where it says nothing, as long as the model takes.
  public var maximumLength: Int?
  /// The columns of texts that do not belong to a row's pair.
  ///
  /// Default: nil, those that are called `negative` and the like.
  public var negativeColumns: [String]?

  /// Makes settings; each default is named at its property.
  public init(
    pooling: TextPooling? = nil, normalizes: Bool? = nil, loss: Loss? = nil, scale: Double = 20,
    isSymmetric: Bool = false, distance: Distance? = nil, margin: Double? = nil,
    cachedBatch: Int? = nil, maximumScore: Double? = nil, maximumLength: Int? = nil,
    negativeColumns: [String]? = nil
  ) {
    self.pooling = pooling
    self.normalizes = normalizes
    self.loss = loss
    self.scale = scale
    self.isSymmetric = isSymmetric
    self.distance = distance
    self.margin = margin
    self.cachedBatch = cachedBatch
    self.maximumScore = maximumScore
    self.maximumLength = maximumLength
    self.negativeColumns = negativeColumns
  }

  /// Refuses what makes no run.
  ///
  /// - Throws: ``TasksError`` that names the setting.
  public func validate() throws {
    func require(_ isRight: Bool, _ sentence: String) throws {
      if !isRight { throw TasksError(.setting, sentence) }
    }
    try require(
      scale > 0 && scale.isFinite,
      "embedding.scale is \(scale); cosines are multiplied with it: it must be above 0.")
    if let margin {
      try require(
        margin > 0 && margin.isFinite, "embedding.margin is \(margin); it must be above 0.")
    }
    if let cachedBatch {
      try require(
        cachedBatch >= 1,
        "embedding.cachedBatch is \(cachedBatch); it must be at least 1 text.")
    }
    if let maximumScore {
      try require(
        maximumScore > 0 && maximumScore.isFinite,
        "embedding.maximumScore is \(maximumScore); it must be above 0.")
    }
    if let maximumLength {
      try require(
        maximumLength >= 1,
        "embedding.maximumLength is \(maximumLength); it must be at least 1 token.")
    }
    let learnsRanking = loss == nil || loss == .multipleNegativesRanking
    try require(
      !isSymmetric || learnsRanking,
      "embedding.symmetric is for the loss multiple-negatives-ranking; the loss is "
        + "\(loss?.rawValue ?? "").")
    try require(
      loss?.hasMargin == true || (margin == nil && distance == nil),
      "embedding.margin and embedding.distance are for the losses triplet, contrastive and "
        + "online-contrastive.")
  }
}

extension SentenceEmbeddingSettings {
  /// Reads settings; what is not said has its default.
  public init(from decoder: any Decoder) throws {
    let values = try decoder.container(keyedBy: CodingKeys.self)
    self.init(
      pooling: try values.decodeIfPresent(TextPooling.self, forKey: .pooling),
      normalizes: try values.decodeIfPresent(Bool.self, forKey: .normalizes),
      loss: try values.decodeIfPresent(Loss.self, forKey: .loss),
      scale: try values.decodeIfPresent(Double.self, forKey: .scale) ?? 20,
      isSymmetric: try values.decodeIfPresent(Bool.self, forKey: .isSymmetric) ?? false,
      distance: try values.decodeIfPresent(Distance.self, forKey: .distance),
      margin: try values.decodeIfPresent(Double.self, forKey: .margin),
      cachedBatch: try values.decodeIfPresent(Int.self, forKey: .cachedBatch),
      maximumScore: try values.decodeIfPresent(Double.self, forKey: .maximumScore),
      maximumLength: try values.decodeIfPresent(Int.self, forKey: .maximumLength),
      negativeColumns: try values.decodeIfPresent([String].self, forKey: .negativeColumns))
  }

  /// The names of settings in a recipe.
  public enum CodingKeys: String, CodingKey {
    /// ``pooling``
    case pooling
    /// ``normalizes``
    case normalizes = "normalize"
    /// ``loss``
    case loss
    /// ``scale``
    case scale
    /// ``isSymmetric``
    case isSymmetric = "symmetric"
    /// ``distance``
    case distance
    /// ``margin``
    case margin
    /// ``cachedBatch``
    case cachedBatch
    /// ``maximumScore``
    case maximumScore
    /// ``maximumLength``
    case maximumLength
    /// ``negativeColumns``
    case negativeColumns
  }
}
