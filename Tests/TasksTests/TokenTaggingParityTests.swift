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

/// Tokens, labels, losses and gradients beside Transformers and its `run_ner.py`.
@Suite(.serialized) struct TokenTaggingParityTests {
  @Test(
    "Words become the tokens and labels that run_ner.py makes of them",
    arguments: TaggingCase.families)
  func alignsAsTransformersDoes(family: String) throws {
    let told = try TaggingCase.told(family)
    for everywhere in [false, true] {
      let settings = TokenClassificationSettings(labelledTokens: everywhere ? .all : .first)
      let encoded = try TaggingCase.encode(
        TaggingCase.rows, family, settings, for: .training)
      for (row, encoded) in encoded.enumerated() {
        let example = try #require(encoded.examples.first)
        let window = try #require(example.windows.first)
        #expect(window.tokens.ids == told.ids[row], "\(family), row \(row)")
        let expected = everywhere ? told.every[row] : told.first[row]
        #expect(window.places == expected.indices.filter { expected[$0] != -100 })
        if everywhere { continue }
        #expect(window.places.map { expected[$0] } == example.targets.map(Int.init))
      }
    }
  }

  @Test(
    "Logits, loss and every gradient are those of Transformers", arguments: TaggingCase.families)
  func followsTransformers(family: String) throws {
    let reference = try TaggingCase.reference(family)
    let task = try TaggingCase.tagger(family)
    #expect(task.store.report.missing.isEmpty)
    let examples = try TaggingCase.encode(TaggingCase.rows, family, for: .training)
      .flatMap(\.examples)
    let outputs = try withoutGradients { try task.predict(examples) }
    let logits = try Tensor(
      outputs.flatMap(\.logits), shape: [outputs.reduce(0) { $0 + $1.words.count }, 5])
    try expectClose(logits, to: reference.tensor("logits"), within: 1e-5, "logits")

    let loss = try task.loss(examples)
    let mean = try loss.sum / loss.weight
    try expectClose(mean, to: reference.tensor("loss"), within: 1e-5, "loss")
    try mean.backward()
    for parameter in task.store.parameters {
      let name = parameter.name
      let expected = try reference.tensor("gradient.\(name)")
      let gradient = try #require(parameter.value.gradient, "no gradient of \(name)")
      // The gradient of the keys' bias is zero but for rounding.
      let scale =
        name.hasSuffix("self.key.bias")
        ? try reference.tensor("gradient.\(name.replacingOccurrences(of: "key", with: "query"))")
        : expected
      let difference = try (gradient - expected).absolute().maximum().item()
      let largest = try scale.absolute().maximum().item()
      #expect(difference <= 1e-4 * largest, "\(name): off by \(difference) of \(largest)")
    }
    // The loss of outputs that were computed is the same one.
    let again = try task.loss(of: outputs, examples)
    #expect(abs(again.sum / again.weight - (try reference.tensor("loss").item())) < 1e-5)
  }

  @Test(
    "With all tokens labelled, the further ones of a word go on where the first begins",
    arguments: TaggingCase.families)
  func labelsAllTokens(family: String) throws {
    let settings = TokenClassificationSettings(labelledTokens: .all)
    let task = try TaggingCase.tagger(family, settings)
    let examples = try TaggingCase.encode(TaggingCase.rows, family, settings, for: .training)
      .flatMap(\.examples)
    let loss = try withoutGradients { try task.loss(examples) }
    let mean = try loss.sum.item() / loss.weight
    let expected = try TaggingCase.reference(family).tensor("loss.every").item()
    #expect(abs(mean - expected) < 1e-5)
  }

  private struct Loaded: Decodable {
    var `class`: String
    var missing: [String]
    var unexpected: [String]
    var ids: [[Int32]]
    var logits: [[Float]]
    var labels: [String]
  }

  private struct Saved: Encodable {
    var folders: [String]
    var rows: [TaggingCase.Sentence]
  }

  @Test("Transformers loads what is saved, with a CRF too: the same tokens, the same scores")
  func savesForTransformers() throws {
    let cases = [("bert", false), ("roberta", true), ("xlm-roberta", true)]
    let output = try TemporaryFolder()
    let folders = cases.map { output.url.appending(path: $0.0) }
    for ((family, crf), folder) in zip(cases, folders) {
      try TaggingCase.tagger(family, TokenClassificationSettings(crf: crf)).save(to: folder)
    }
    let loaded: [Loaded] = try PythonOracle("tasks_tokens").run(
      Saved(folders: folders.map(\.path), rows: TaggingCase.sentences), arguments: ["load"])
    for (((family, crf), folder), loaded) in zip(zip(cases, folders), loaded) {
      #expect(loaded.missing.isEmpty)
      #expect(
        loaded.unexpected
          == (crf ? ["crf.end_transitions", "crf.start_transitions", "crf.transitions"] : []))
      #expect(loaded.labels == TaggingCase.labels)
      #expect(loaded.class.hasSuffix("ForTokenClassification"))
      #expect(try loaded.ids == TaggingCase.told(family).ids)
      try expectSame(family, crf: crf, folder, logits: loaded.logits)
    }
  }

  /// Compares the scores of a saved tagger, which is loaded again in both ways.
  private func expectSame(_ family: String, crf: Bool, _ folder: URL, logits: [[Float]]) throws {
    let task = try TaggingCase.tagger(family, TokenClassificationSettings(crf: crf))
    let examples = try TaggingCase.encode(TaggingCase.rows, family, for: .evaluation)
      .flatMap(\.examples)
    let outputs = try withoutGradients { try task.predict(examples) }
    for (output, expected) in zip(outputs, logits) {
      #expect(output.logits.count == expected.count)
      for (left, right) in zip(output.logits, expected) { #expect(abs(left - right) < 2e-5) }
    }
    let tuned = try TokenClassificationTask().tuned(
      TunedModelRequest(
        folder: folder, tokenizer: PretrainedTokenizer(folder: folder), options: .init()))
    #expect(tuned.settings.crf == crf)
    try expectRepeated(tuned, outputs, examples)
    let bias = try #require(task.store["classifier.bias"])
    try bias.assign(bias.master + 1)
    try task.reload(from: folder)
    try expectRepeated(task, outputs, examples)
  }

  /// Weights that are fixed may be multiplied in another order than those that learn.
  private func expectRepeated(
    _ task: TokenTagging, _ outputs: [TaggingOutput], _ examples: [TaggingExample]
  ) throws {
    let again = try withoutGradients { try task.predict(examples) }
    #expect(again.map(\.words) == outputs.map(\.words))
    for (left, right) in zip(again.flatMap(\.logits), outputs.flatMap(\.logits)) {
      #expect(abs(left - right) < 1e-5)
    }
  }
}
