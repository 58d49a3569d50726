import Datasets
import Evaluation
import Foundation
import Layers
import Tasks
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Vectors, losses, gradients and measures beside sentence-transformers, in fp32.
@Suite(.serialized) struct SentenceParityTests {
  @Test("Vectors are those of sentence-transformers", arguments: SentenceCase.all)
  func embedsAsSentenceTransformers(example: SentenceCase) throws {
    let embedder = try TextEmbedder(folder: example.folder())
    let embeddings = try embedder(SentenceCase.request.texts)
    let vectors = try Tensor(
      embeddings.flatMap(\.values), shape: [embeddings.count, embedder.dimension])
    try expectClose(vectors, to: example.reference().tensor("vectors"), within: 1e-5)
    #expect(embedder.maximumLength == 12)
    #expect(embeddings.contains { $0.truncatedTokens > 0 })
  }

  @Test(
    "Losses and gradients are those of sentence-transformers",
    arguments: SentenceCase.all.filter { !$0.losses.isEmpty }, [nil, 4])
  func learnsAsSentenceTransformers(example: SentenceCase, cachedBatch: Int?) throws {
    let reference = try example.reference()
    for name in example.losses {
      let (settings, texts, score) = Self.settings(name, cachedBatch)
      let task = try example.load(settings, isScored: score != nil)
      let examples = try example.examples(SentenceCase.request.rows, texts: texts, scored: score)
      let loss = try task.loss(examples)
      let mean = try loss.sum / loss.weight
      try expectClose(mean, to: reference.tensor("loss.\(name)"), within: 2e-5, "\(name)")
      try mean.backward()
      try expectGradients(task.store, reference, name)
      // The loss of vectors that were computed is the same one.
      let outputs = try withoutGradients { try task.predict(examples) }
      let (sum, weight) = try task.loss(of: outputs, examples)
      #expect(abs(sum / weight - (try mean.item())) < 2e-5, "\(name)")
    }
  }

  @Test("Measures of a retrieval are those that numpy gives")
  func searchesAsNumpyDoes() throws {
    let example = SentenceCase.all[0]
    let task = try example.load()
    let rows = SentenceCase.request.rows + SentenceCase.request.further
    let examples = try example.examples(rows)
    let evaluator = Evaluator(task, batch: .sequences(4))
    let report = try evaluator.evaluate(examples)
    let expected = try SentenceCase.references.get().measures
    for (name, value) in expected {
      let found = try #require(report.scores[name], "\(name)")
      #expect(abs(found - value) < 1e-9, "\(name): \(found), not \(value)")
    }
    #expect(report.kind == .retrieval && report.rows == 28)
    let note = "28 queries were searched for among 34 distinct texts; their vectors took 1 MB"
    #expect(report.notes.contains(note), "\(report.notes)")
    var scoring = RetrievalScoring(dimension: task.dimension)
    let outputs = try withoutGradients { try task.predict(examples) }
    scoring.add(outputs, examples)
    let outcomes = try scoring.outcomes()
    #expect(outcomes.count == rows.count)
    #expect(outcomes[0].means["ndcg@10"] != nil)
  }

  private static func settings(_ name: String, _ cachedBatch: Int?) -> (
    SentenceEmbeddingSettings, texts: Int, score: KeyPath<SentenceCase.Row, Double?>?
  ) {
    var settings = SentenceEmbeddingSettings(cachedBatch: cachedBatch)
    switch name {
    case "triplets": settings.scale = 10
    case "symmetric": settings.isSymmetric = true
    case "triplet": settings.loss = .triplet
    case "triplet cosine":
      settings.loss = .triplet
      settings.distance = .cosine
    case "contrastive": settings.loss = .contrastive
    case "online contrastive": settings.loss = .onlineContrastive
    default: break
    }
    let score: KeyPath<SentenceCase.Row, Double?>? =
      switch name {
      case "cosine": \.scores
      case "contrastive", "online contrastive": \.labels
      default: nil
      }
    return (settings, name.hasPrefix("triplet") ? 3 : 2, score)
  }

  private func expectGradients(
    _ store: ParameterStore, _ reference: SafetensorsFile, _ loss: String
  ) throws {
    let largest =
      try store.parameters.compactMap { try $0.value.gradient?.absolute().maximum().item() }
      .max() ?? 0
    for parameter in store.parameters {
      let plain = parameter.name.split(separator: ".").dropFirst().joined(separator: ".")
      guard let expected = try? reference.tensor("gradient.\(loss).\(plain)") else {
        #expect(plain.hasPrefix("pooler."), "\(parameter.name) has a gradient nowhere else")
        #expect(parameter.value.gradient == nil)
        continue
      }
      let gradient = try #require(parameter.value.gradient, "no gradient of \(parameter.name)")
      // The gradient of the keys' bias is zero but for rounding; so is that of a shift that all
      // vectors share, by differences of distances.
      let like = plain.replacingOccurrences(of: "key.bias", with: "query.bias")
        .replacingOccurrences(of: "k_lin.bias", with: "q_lin.bias")
      let scale = try reference.tensor("gradient.\(loss).\(like)").absolute().maximum().item()
      let difference = try (gradient - expected).absolute().maximum().item()
      #expect(
        difference <= 2e-4 * max(scale, 1e-2 * largest),
        "\(loss), \(parameter.name): off by \(difference) of \(scale)")
    }
  }
}
