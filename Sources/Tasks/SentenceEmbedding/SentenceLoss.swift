public import Torch

/// The losses of sentence embeddings over the vectors of a batch, as sentence-transformers defines
/// them, in fp32.
public struct SentenceLoss: Sendable {
  /// The settings, ``SentenceEmbeddingSettings/loss`` among them.
  public let settings: SentenceEmbeddingSettings
  /// Which loss.
  public let kind: SentenceEmbeddingSettings.Loss

  /// Makes a loss.
  ///
  /// - Parameters:
  ///   - settings: What it may be told.
  ///   - isScored: Whether the pairs have scores, which chooses the loss where the settings do not.
  public init(_ settings: SentenceEmbeddingSettings, isScored: Bool) {
    self.settings = settings
    kind = settings.loss ?? (isScored ? .cosine : .multipleNegativesRanking)
  }

  /// What the summed loss is divided by: rows, for `triplet` the texts that they are set against,
  /// and 1 for `online-contrastive`, which is a sum.
  ///
  /// - Throws: ``TasksError`` for a row that this loss cannot learn from.
  public func weight(_ examples: [SentenceExample]) throws -> Double {
    var weight = 0
    for example in examples {
      try example.requirePartner()
      switch kind {
      case .multipleNegativesRanking: weight += 1
      case .cosine, .contrastive:
        _ = try example.requiredScore()
        weight += 1
      case .onlineContrastive:
        let score = try example.requiredScore()
        guard score == 0 || score == 1 else {
          throw TasksError(
            .example,
            "\(example.location): the score is \(score) of 1, and the loss online-contrastive "
              + "learns from 0 and 1 alone. Choose the loss contrastive or cosine.")
        }
        weight = 1
      case .triplet:
        guard !example.negatives.isEmpty else {
          throw TasksError(
            .example,
            "\(example.location): the row has no third text, which the loss triplet sets the pair "
              + "against. Name its column, or choose the loss multiple-negatives-ranking.")
        }
        weight += example.negatives.count
      }
    }
    return Double(weight)
  }

  /// The sum over a batch; rank 0.
  ///
  /// - Parameters:
  ///   - vectors: One row a text, `[texts, width]`: those of the first example, then those of the
  ///     second, and so on.
  ///   - examples: The examples.
  /// - Returns: The sum of the losses, fp32, differentiable.
  /// - Throws: ``TasksError`` for a row that this loss cannot learn from.
  public func sum(_ vectors: Tensor, _ examples: [SentenceExample]) throws -> Tensor {
    _ = try weight(examples)
    let places = TextPlaces(examples)
    let vectors = try vectors.to(.float32)
    return switch kind {
    case .multipleNegativesRanking: try ranking(vectors.normalizedRows(), places, examples)
    case .cosine: try cosine(vectors, places, examples)
    case .triplet: try triplet(vectors, places)
    case .contrastive: try contrastive(vectors, places, examples)
    case .onlineContrastive: try onlineContrastive(vectors, places, examples)
    }
  }

  /// Cross-entropy of the scaled cosines of each text with all partners and opposed texts of the
  /// batch, those left out that are no negatives.
  private func ranking(
    _ unit: Tensor, _ places: TextPlaces, _ examples: [SentenceExample]
  ) throws -> Tensor {
    let anchors = try unit.slices(places.index(places.anchors, like: unit))
    let candidates = try unit.slices(
      places.index(places.positives + places.negatives, like: unit))
    let known = KnownMatches(examples)
    var scores = try anchors.matmul(candidates.transposed()) * settings.scale
    if let mask = try known.mask(on: unit.device) {
      scores = try scores.filled(where: mask, with: -.infinity)
    }
    let own = try Tensor((0..<examples.count).map(Int64.init)).to(unit.device)
    let forward = try scores.crossEntropy(own, reduction: .sum)
    guard settings.isSymmetric else { return forward }
    let back = try scores.narrowed(1, from: 0, count: examples.count).transposed()
    return try (forward + back.crossEntropy(own, reduction: .sum)) / 2
  }

  private func cosine(
    _ vectors: Tensor, _ places: TextPlaces, _ examples: [SentenceExample]
  ) throws -> Tensor {
    let cosines = try cosines(vectors, places.anchors, places.positives, places)
    let scores = try Tensor(examples.map { Float(try $0.requiredScore()) }).to(vectors.device)
    return try cosines.meanSquaredError(scores, reduction: .sum)
  }

  private func triplet(_ vectors: Tensor, _ places: TextPlaces) throws -> Tensor {
    let distance = settings.distance ?? .euclidean
    let near = try distances(
      vectors, places.negativeOwners.map { places.anchors[$0] },
      places.negativeOwners.map { places.positives[$0] }, distance, places)
    let far = try distances(
      vectors, places.negativeOwners.map { places.anchors[$0] }, places.negatives, distance, places)
    return try (near - far + margin(distance)).relu().sum()
  }

  private func contrastive(
    _ vectors: Tensor, _ places: TextPlaces, _ examples: [SentenceExample]
  ) throws -> Tensor {
    let distance = settings.distance ?? .cosine
    let apart = try distances(vectors, places.anchors, places.positives, distance, places)
    let scores = try Tensor(examples.map { Float(try $0.requiredScore()) }).to(vectors.device)
    let near = try scores * apart.squared()
    let far = try (-scores + 1) * (-apart + margin(distance)).relu().squared()
    return try (near + far).sum() * 0.5
  }

  private func onlineContrastive(
    _ vectors: Tensor, _ places: TextPlaces, _ examples: [SentenceExample]
  ) throws -> Tensor {
    let distance = settings.distance ?? .cosine
    let apart = try distances(vectors, places.anchors, places.positives, distance, places)
    let hard = HardPairs(
      distances: try apart.values(as: Float.self), areAlike: examples.map { $0.score == 1 })
    func mask(_ chosen: [Bool]) throws -> Tensor {
      try Tensor(chosen.map { $0 ? Float(1) : 0 }).to(vectors.device)
    }
    let near = try apart.squared() * mask(hard.alike)
    let far = try (-apart + margin(distance)).relu().squared() * mask(hard.different)
    return try (near + far).sum()
  }

  private func margin(_ distance: SentenceEmbeddingSettings.Distance) -> Double {
    settings.margin ?? (distance == .euclidean ? 5 : 0.5)
  }

  private func cosines(
    _ vectors: Tensor, _ left: [Int], _ right: [Int], _ places: TextPlaces
  ) throws -> Tensor {
    let unit = try vectors.normalizedRows()
    let one = try unit.slices(places.index(left, like: unit))
    let other = try unit.slices(places.index(right, like: unit))
    return try (one * other).sum([-1])
  }

  private func distances(
    _ vectors: Tensor, _ left: [Int], _ right: [Int],
    _ distance: SentenceEmbeddingSettings.Distance, _ places: TextPlaces
  ) throws -> Tensor {
    guard distance == .euclidean else {
      return try -cosines(vectors, left, right, places) + 1
    }
    let one = try vectors.slices(places.index(left, like: vectors))
    let other = try vectors.slices(places.index(right, like: vectors))
    // PyTorch's `pairwise_distance` adds this to each element; it also keeps the root's slope
    // finite where two vectors are equal.
    return try (one - other + 1e-6).squared().sum([-1]).squareRoot()
  }
}

/// The pairs of a batch that are harder than some pair of the other kind.
struct HardPairs {
  /// Whether a pair is alike and farther than the nearest different one; without different ones,
  /// than the mean of those alike.
  let alike: [Bool]
  /// Whether a pair is different and nearer than the farthest alike; without alike ones, than the
  /// mean of the different ones.
  let different: [Bool]

  init(distances: [Float], areAlike: [Bool]) {
    let pairs = zip(distances, areAlike)
    let near = pairs.filter(\.1).map(\.0)
    let far = pairs.filter { !$0.1 }.map(\.0)
    let nearest = far.min() ?? near.reduce(0, +) / Float(max(1, near.count))
    let farthest = near.max() ?? far.reduce(0, +) / Float(max(1, far.count))
    alike = pairs.map { $0.1 && $0.0 > nearest }
    different = pairs.map { !$0.1 && $0.0 < farthest }
  }
}

/// Which rows of a batch's vectors are which texts.
struct TextPlaces {
  private(set) var anchors: [Int] = []
  private(set) var positives: [Int] = []
  private(set) var negatives: [Int] = []
  /// The example of each negative.
  private(set) var negativeOwners: [Int] = []

  init(_ examples: [SentenceExample]) {
    var next = 0
    for (row, example) in examples.enumerated() {
      anchors.append(next)
      positives.append(next + 1)
      for place in 2..<max(2, example.texts.count) {
        negatives.append(next + place)
        negativeOwners.append(row)
      }
      next += example.texts.count
    }
  }

  func index(_ places: [Int], like tensor: Tensor) throws -> Tensor {
    try Tensor(places.map(Int64.init)).to(tensor.device)
  }
}
