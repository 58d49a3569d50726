import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// What Transformers says about decoders that we saved.
@Suite(.serialized) struct DecoderSavingTests {
  private struct Request: Encodable {
    let name: String
    let head: DecoderHead
    let sequences: [[Int32]]
  }

  private struct Answer: Decodable {
    let problems: [String]
    let `class`: String
    let architectures: [String]
    let output: [Float]
  }

  private static let sequences: [[Int32]] = [[2, 5, 7, 9, 3], [1], [4, 4, 8, 6, 11, 12, 13]]

  @Test("Every head is whole in Transformers after we saved it, and gives the same")
  func savesForTransformers() throws {
    let folder = try TemporaryFolder()
    var requests: [Request] = []
    var outputs: [Tensor] = []
    let examples = [
      "gpt2-old", "gpt2-options", "llama-biases", "llama-yarn", "mistral-whole", "qwen2", "qwen3",
    ]
    for name in examples {
      for head in DecoderHead.allCases {
        let model = try head.load(DecoderCase.named(name).model(head))
        let request = Request(
          name: "\(name)-\(head.rawValue)", head: head, sequences: Self.sequences)
        try model.save(folder.url.appending(path: request.name))
        requests.append(request)
        outputs.append(try withoutGradients { try model.outputs(RaggedBatch(Self.sequences)) })
      }
    }
    let answers: [Answer] = try PythonOracle("models_decoders").run(
      requests, arguments: ["load", folder.url.path])
    for (index, answer) in answers.enumerated() {
      #expect(answer.problems == [], "\(requests[index].name)")
      #expect(answer.architectures == [answer.class], "\(requests[index].name)")
      try expectClose(
        outputs[index], to: answer.output, within: 1e-5, "\(requests[index].name)")
    }
  }

  @Test(arguments: ["gpt2", "qwen3"])
  func tunesAClassifierFromALanguageModel(name: String) throws {
    let folder = try TemporaryFolder()
    let labels = ClassificationLabels(names: ["a", "b", "c", "d"], problem: .singleLabel)
    let classifier = try PretrainedClassifier(
      folder: DecoderCase.named(name).model(.causal), labels: labels)
    #expect(classifier.store.report.missing == ["score.weight"])
    try classifier.save(to: folder.url)
    let again = try PretrainedClassifier(tuned: folder.url)
    let batch = try RaggedBatch(Self.sequences)
    try withoutGradients {
      let logits = try classifier.model(batch)
      #expect(logits.shape == [3, 4])
      try expectClose(again.model(batch), to: logits, within: 0)
    }
  }
}
