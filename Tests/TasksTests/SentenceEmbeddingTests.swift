import Datasets
import Evaluation
import Foundation
import Layers
import Models
import Tasks
import TestSupport
import Testing
import Tokenizers
import Torch
import TorchTestSupport

private func sentence<Value>(_ body: () throws -> Value) -> String? {
  do {
    _ = try body()
    return nil
  } catch {
    return "\(error)"
  }
}

/// Examples of words, without a file.
private func example(
  _ texts: [Int32]..., score: Double? = nil, line: Int = 2
) -> SentenceExample {
  SentenceExample(
    texts: texts.map { TokenSequence(ids: $0, segments: $0.map { _ in 0 }) }, score: score,
    location: RowLocation(file: "rows.csv", line: line))
}

/// A small encoder with dropout, on its own.
private func task(
  _ settings: SentenceEmbeddingSettings = .init(), dropout: Double = 0,
  _ type: DataType = .float32, isScored: Bool = false
) throws -> (small: SmallTask, task: SentenceEmbedding) {
  let small = try SmallTask()
  var options = ParameterStore.Options()
  options.computeType = type
  let model = try SentenceEmbedding(
    PretrainedEncoder(folder: small.folder.url, dropout: dropout, options: options),
    tokenizer: PretrainedTokenizer(folder: small.folder.url),
    layout: SentenceFolder(pooling: .mean, normalizes: false), settings: settings,
    isScored: isScored)
  try model.store.setTrainable()
  return (small, model)
}

private func gradients(_ task: SentenceEmbedding, _ examples: [SentenceExample]) throws
  -> (loss: Double, gradients: [String: Tensor])
{
  let sum = try task.loss(examples).sum
  try sum.backward()
  var gradients: [String: Tensor] = [:]
  for parameter in task.store.parameters {
    gradients[parameter.name] = try parameter.value.gradient?.to(.float32).clone()
  }
  try task.store.clearGradients()
  return (try sum.item(), gradients)
}

private func expectEqual(
  _ one: [String: Tensor], _ other: [String: Tensor], within tolerance: Double
) throws {
  #expect(Set(one.keys) == Set(other.keys))
  for (name, gradient) in one {
    let largest = try gradient.absolute().maximum().item()
    let difference = try (gradient - #require(other[name])).absolute().maximum().item()
    // The gradient of the keys' bias is zero but for rounding.
    #expect(difference <= tolerance * max(largest, 0.01), "\(name): \(difference) of \(largest)")
  }
}

private let batch = (0..<7).map { row in
  let word = Int32(5 + 3 * row)
  return example(
    [2, word, word + 1, 3], [2, word + 2, 3], [2, word + 4, word + 5, word + 6, 3], line: row + 2)
}

struct SentenceEmbeddingTests {
  @Test("A cached batch has the loss and the gradients of a whole one", arguments: [1, 4, 20, 21])
  func cachesGradients(size: Int) throws {
    let whole = try gradients(task().task, batch)
    let cached = try gradients(task(.init(cachedBatch: size)).task, batch)
    #expect(abs(whole.loss - cached.loss) <= 1e-5 * abs(whole.loss))
    try expectEqual(cached.gradients, whole.gradients, within: 1e-5)
  }

  @Test("With dropout the second pass of a cached batch draws the masks of the first")
  func repeatsMasks() throws {
    let settings = SentenceEmbeddingSettings(cachedBatch: 5)
    let model = try task(settings, dropout: 0.3).task
    model.store.forwardState.isTraining = true
    model.store.forwardState.seed = 9
    let first = try gradients(model, batch)
    #expect(model.store.forwardState.seed == 9)
    // The same masks by hand: what a part computes, with everything kept.
    let texts = batch.flatMap(\.texts)
    let state = model.store.forwardState
    let plain = try task(dropout: 0.3).task
    plain.store.forwardState.isTraining = true
    let parts = try stride(from: 0, to: texts.count, by: 5).enumerated().map { part, start in
      plain.store.forwardState.seed = state.seed ^ (0x9e37_79b9_7f4a_7c15 &* UInt64(part))
      return try plain.vectors(Array(texts[start..<min(start + 5, texts.count)]))
    }
    let sum = try plain.lossFunction.sum(Tensor.concatenated(parts), batch)
    try sum.backward()
    #expect(abs(first.loss - (try sum.item())) <= 1e-5 * abs(first.loss))
    for parameter in plain.store.parameters {
      guard let gradient = parameter.value.gradient else { continue }
      let own = try #require(first.gradients[parameter.name])
      let largest = try gradient.absolute().maximum().item()
      let difference = try (gradient - own).absolute().maximum().item()
      #expect(difference <= 1e-5 * max(largest, 0.01), "\(parameter.name)")
    }
  }

  @Test("Layers that are computed again inside a cached batch draw the same masks")
  func nestsCheckpoints() throws {
    func run(checkpoints: Bool) throws -> (loss: Double, gradients: [String: Tensor]) {
      let model = try task(.init(cachedBatch: 5), dropout: 0.3).task
      model.store.forwardState.isTraining = true
      model.store.forwardState.checkpointsActivations = checkpoints
      return try gradients(model, batch)
    }
    let plain = try run(checkpoints: false)
    let nested = try run(checkpoints: true)
    #expect(plain.loss == nested.loss)
    try expectEqual(nested.gradients, plain.gradients, within: 1e-6)
  }

  @Test("What a cached batch keeps grows with its vectors alone")
  func keepsVectorsOnly() throws {
    func held(_ settings: SentenceEmbeddingSettings) throws -> Int {
      let model = try task(settings).task
      let many = Array(repeating: batch, count: 8).flatMap(\.self)
      return try CountedMemory.of { try model.loss(many).sum }.memory.held
    }
    #expect(try held(.init(cachedBatch: 4)) * 4 < held(.init()))
  }

  @Test("Texts that are known to belong together are no negatives of each other")
  func leavesKnownMatchesOut() throws {
    let one: [Int32] = [2, 9, 3]
    let two: [Int32] = [2, 14, 15, 3]
    let three: [Int32] = [2, 22, 3]
    let four: [Int32] = [2, 30, 31, 3]
    let model = try task().task
    func loss(_ examples: [SentenceExample]) throws -> Double {
      try withoutGradients { try model.loss(examples).sum.item() }
    }
    // The partner again: nothing is left to be set against, so each loss is that of certainty.
    #expect(try abs(loss([example(one, two), example(three, two)])) < 1e-6)
    // The same text with another partner.
    #expect(try abs(loss([example(one, two), example(one, four)])) < 1e-6)
    // The text itself as another's partner: only the other row has a negative.
    let swapped = try loss([example(one, two), example(three, one)])
    let vectors = try withoutGradients {
      try model.predict([example(three, one, two)])[0]
    }
    let certain = log1p(exp(20 * (vectors.cosine(with: 2) - vectors.cosine(with: 1))))
    #expect(abs(swapped - certain) < 1e-4)
  }

  @Test("Of one kind of pairs alone, those beyond their mean distance are hard")
  func learnsFromHardPairsOfOneKind() throws {
    // As vectors of length 1: distances 0, 0.2 and 1 by cosine.
    let vectors = try Tensor(
      [Float(1), 0, 1, 0, 1, 0, 0.8, 0.6, 1, 0, 0, 1], shape: [6, 2])
    let loss = SentenceLoss(.init(loss: .onlineContrastive), isScored: true)
    func sum(_ score: Double) throws -> Double {
      let pairs = (0..<3).map { example([2, 5, 3], [2, 6, 3], score: score, line: $0 + 2) }
      #expect(try loss.weight(pairs) == 1)
      return try loss.sum(vectors, pairs).item()
    }
    // The mean is 0.4: the third alone is farther, the first two are nearer than it.
    #expect(abs(try sum(1) - 1) < 1e-6)
    #expect(abs(try sum(0) - (0.25 + 0.09)) < 1e-6)
  }

  @Test func scoresBetweenTheEndsAreNoneForHardPairs() throws {
    let model = try task(.init(loss: .onlineContrastive), isScored: true).task
    let told = sentence { try model.loss([example([2, 5, 3], [2, 6, 3], score: 0.4, line: 8)]) }
    #expect(
      told == "rows.csv, line 8: the score is 0.4 of 1, and the loss online-contrastive learns "
        + "from 0 and 1 alone. Choose the loss contrastive or cosine.")
    let bare = sentence { try model.loss([example([2, 5, 3], [2, 6, 3], line: 9)]) }
    #expect(bare?.contains("line 9: the row has no score") == true)
  }

  @Test("bf16 models give finite vectors and losses near those of fp32")
  func worksInHalfPrecision() throws {
    let full = try task().task.loss(batch).sum.item()
    let (_, model) = try task(dropout: 0, .bfloat16)
    let half = try gradients(model, batch)
    // Cosines of bf16 vectors are off by some 2⁻⁸, times the scale of 20.
    #expect(abs(full - half.loss) / 7 < 0.4)
    #expect(try half.gradients.values.allSatisfy { try $0.isFinite().all().integerItem() == 1 })
  }

  @Test("Pooling follows libtorch, in both directions", arguments: [DataType.float32, .bfloat16])
  func poolsAsLibtorchDoes(type: DataType) throws {
    let boundaries = try Tensor([Int32(0), 1, 6, 130])
    let start = try Tensor.zeros([130, 19])
    try start.fillNormal(deviation: 1, using: Generator(seed: 3))
    for pooling in [SequencePooling.mean, .maximum] {
      func run() throws -> (result: Tensor, gradient: Tensor) {
        let leaf = try start.to(type).clone()
        try leaf.setRequiresGradient(true)
        let result = try leaf.pooled(pooling, boundaries: boundaries)
        try (result * result).sum().backward()
        return (try result.detached(), try #require(leaf.gradient))
      }
      let own = try run()
      let other = try KernelChoice.usingReference { try run() }
      // A sum of 124 numbers of about 1 in another order; one rounding of the gradient to bf16.
      try expectClose(own.result, to: other.result, within: 1e-5)
      try expectClose(own.gradient, to: other.gradient, within: type == .float32 ? 1e-5 : 1e-2)
    }
  }

  @Test func refusesBoundariesThatAreNotThose() throws {
    let hidden = try Tensor.zeros([4, 2])
    for places in [[Int32(0), 3], [0, 2, 2, 4], [1, 4]] {
      let told = sentence { try hidden.pooled(.mean, boundaries: Tensor(places)) }
      #expect(told?.contains("must ascend from 0 to their 4 tokens") == true, "\(places)")
    }
  }
}

struct SentenceDataTests {
  private func settled(_ scores: Double?..., settings: SentenceEmbeddingSettings = .init()) throws
    -> SentenceEmbeddingTask?
  {
    let table = scores.enumerated().map { line, score in
      TextRow(
        text: "a", pair: "b", target: score.map { .value($0) } ?? .none,
        location: RowLocation(file: "rows.csv", line: line + 2))
    }
    return try SentenceEmbeddingTask(settings).settled(on: TextTable(rows: table))
  }

  @Test("What scores are divided by is said, or found, and told")
  func findsTheScaleOfScores() throws {
    #expect(try settled(nil, nil) == nil)
    let five = try #require(try settled(0, 4.5))
    #expect(five.isScored && five.maximumScore == 5)
    #expect(
      five.summary(of: RowReading())
        == "pairs of texts with scores, divided by 5, as the data show: the loss cosine "
        + "(embedding.loss says otherwise)")
    #expect(try settled(0.2, 1)?.maximumScore == 1)
    #expect(try settled(2, 70, settings: .init(maximumScore: 100))?.maximumScore == 100)
    let told = sentence { try settled(1, 70) }
    #expect(
      told == "rows.csv, line 3: the score is 70. Scores up to 1 and up to 5 are understood; for "
        + "others say with embedding.maximumScore which one means the same.")
    let beyond = sentence { try settled(1, 4, settings: .init(maximumScore: 3)) }
    #expect(
      beyond == "rows.csv, line 3: the score is 4, beyond 3, which means the same. Set "
        + "embedding.maximumScore.")
  }

  @Test func encodesEachTextByItself() throws {
    let small = try SmallTask()
    let encoder = RowEncoder(
      tokenizer: try PretrainedTokenizer(folder: small.folder.url),
      options: EncodingOptions(maximumLength: 6), threads: 2)
    let row = TextRow(
      text: "word1 unheard", pair: "word2 word3 word4 word5 word6 word7", others: ["word8"],
      target: .value(4), location: RowLocation(file: "rows.csv", line: 2))
    let encoded = try SentenceEmbeddingTask().encode(
      [row], labels: nil, with: encoder, for: .training)[0]
    #expect(encoded.examples[0].texts.map(\.ids.count) == [4, 6, 3])
    #expect(encoded.examples[0].score == 0.8)
    #expect(encoded.length == 8 && encoded.truncatedTokens == 2 && encoded.unknownTokens == 1)
    let shorter = try SentenceEmbeddingTask(.init(maximumLength: 4)).encode(
      [row], labels: nil, with: encoder, for: .prediction)[0]
    #expect(shorter.examples[0].texts.map(\.ids.count) == [4, 4, 3])
    #expect(shorter.examples[0].score == nil)
  }

  @Test func namesTheRowThatHasNoPartnerScoreOrThirdText() throws {
    let one = example([2, 5, 3], line: 7)
    let pair = example([2, 5, 3], [2, 6, 3], line: 8)
    func told(_ settings: SentenceEmbeddingSettings, _ example: SentenceExample) throws -> String? {
      let model = try task(settings).task
      return sentence { try model.loss([example]) }
    }
    #expect(
      try told(.init(), one)?.hasPrefix("rows.csv, line 7: the row has one text.") == true)
    #expect(
      try told(.init(loss: .cosine), pair)?.hasPrefix("rows.csv, line 8: the row has no score")
        == true)
    #expect(
      try told(.init(loss: .triplet), pair)?.hasPrefix(
        "rows.csv, line 8: the row has no third text") == true)
    let small = try SmallTask()
    let encoder = RowEncoder(
      tokenizer: try PretrainedTokenizer(folder: small.folder.url), options: EncodingOptions(),
      threads: 1)
    let lone = TextRow(text: "word1", location: RowLocation(file: "rows.csv", line: 4))
    #expect(
      sentence {
        try SentenceEmbeddingTask().encode([lone], labels: nil, with: encoder, for: .evaluation)
      }?.hasPrefix("rows.csv, line 4: the row has one text.") == true)
  }

  @Test(
    "Settings that make no run are refused by name",
    arguments: [
      (SentenceEmbeddingSettings(scale: 0), "embedding.scale is 0.0"),
      (.init(cachedBatch: 0), "embedding.cachedBatch is 0"),
      (.init(loss: .triplet, margin: -1), "embedding.margin is -1.0"),
      (.init(maximumScore: 0), "embedding.maximumScore is 0.0"),
      (.init(maximumLength: 0), "embedding.maximumLength is 0"),
      (.init(loss: .cosine, isSymmetric: true), "embedding.symmetric is for the loss"),
      (.init(margin: 1), "embedding.margin and embedding.distance are for the losses"),
    ])
  func validates(settings: SentenceEmbeddingSettings, beginning: String) throws {
    let told = try #require(sentence { try settings.validate() })
    #expect(told.hasPrefix(beginning), "\(told)")
  }

  @Test func settingsAreReadAndWrittenWithTheirDefaults() throws {
    let read = try JSONDecoder().decode(
      SentenceEmbeddingSettings.self, from: Data(#"{"pooling": "max", "symmetric": true}"#.utf8))
    #expect(read == SentenceEmbeddingSettings(pooling: .max, isSymmetric: true))
    let again = try JSONDecoder().decode(
      SentenceEmbeddingSettings.self, from: JSONEncoder().encode(read))
    #expect(again == read)
  }

  @Test("One text is answered by its vector, two by their cosine")
  func answers() throws {
    let model = try task().task
    let declaration = SentenceEmbeddingTask()
    let location = RowLocation(file: "input", line: 1)
    let vectors = SentenceVectors(vectors: [[3, 4], [4, 3], [-3, -4]])
    let single = declaration.answer(
      SentenceVectors(vectors: [[3, 4]]), to: TextRow(text: "a", location: location), of: model,
      AnswerOptions())
    #expect(single.vector == [3, 4] && single.similarity == nil)
    let pair = declaration.answer(
      vectors, to: TextRow(text: "a", pair: "b", target: .value(4), location: location), of: model,
      AnswerOptions())
    #expect(pair.vector == nil && pair.expected == 4)
    #expect(abs((pair.similarity ?? 0) - 0.96) < 1e-12)
    #expect(pair.otherSimilarities == [-1])
  }

  @Test("Pairs with scores are evaluated by correlation, others by retrieval")
  func choosesTheEvaluation() throws {
    let scored = try task(isScored: true).task
    #expect(scored.defaultMetric == "spearman" && scored.evaluationKind == .similarity)
    let examples = (0..<12).map { row in
      example(
        [2, Int32(5 + row), 3], [2, Int32(50 - row), 3], score: Double(row) / 12, line: row + 2)
    }
    let report = try Evaluator(scored, batch: .sequences(5)).evaluate(examples)
    #expect(report.rows == 12 && report.scores["pearson"] != nil && report.scores["loss"] != nil)
    let mixed = sentence {
      try Evaluator(scored, batch: .sequences(5)).evaluate(examples + [batch[0]])
    }
    #expect(
      mixed == "rows.csv, line 2: this row has no score, and the row rows.csv, line 2 has one. "
        + "Either all pairs have scores or none.")
    let plain = try task().task
    #expect(plain.defaultMetric == "ndcg@10" && plain.evaluationKind == .retrieval)
    let retrieval = try Evaluator(plain, batch: .sequences(5)).evaluate(batch)
    #expect(retrieval.rows == 7 && retrieval.scores["ndcg@10"] != nil)
    #expect(retrieval.scores["loss"]?.isFinite == true)
  }

  @Test func namesTheRowWhoseVectorIsNotFinite() throws {
    let model = try task().task
    let weight = try #require(model.store["bert.embeddings.LayerNorm.weight"])
    try weight.assign(weight.master * Double.nan)
    let told = try #require(sentence { try model.predict(batch) })
    #expect(told.hasPrefix("rows.csv, line 2: the model gave numbers that are not finite"))
  }
}
