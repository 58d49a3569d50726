/// How documents are scored for a query.
public struct RankingSettings: Codable, Sendable, Equatable {
  /// What the scores of a query's documents are learned towards.
  public enum Loss: String, Codable, Sendable, CaseIterable {
    /// Each document by itself: binary cross-entropy of its score against its grade, as a share of
    /// the largest grade of the training data. What sentence-transformers trains cross-encoders with.
    case pointwise
    /// The documents of a query together: cross-entropy of the softmax of their scores against their
    /// shares of all grades (Cao et al., "Learning to Rank", 2007). Queries without a grade above 0
    /// teach nothing.
    case listwise
  }

  /// What scores are learned towards.
  public var loss: Loss

  /// Makes settings; each has a default.
  public init(loss: Loss = .pointwise) {
    self.loss = loss
  }

  /// Reads settings; what is not there has its default.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    self.init(loss: try container.decodeIfPresent(Loss.self, forKey: .loss) ?? .pointwise)
  }
}
