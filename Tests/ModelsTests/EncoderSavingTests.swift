import Foundation
import Layers
import Models
import TestSupport
import Testing

/// Encoders of the BERT kind, saved by us and loaded by Transformers; and what a head lacks in a
/// bare checkpoint.
@Suite(.serialized) struct EncoderSavingTests {
  private struct Request: Encodable {
    struct Saved: Encodable {
      let `case`: EncoderCase
      let folder: String
    }
    struct Head: Encodable {
      let name, architecture: String
    }
    let saved: [Saved]
    let heads: [Head]
  }

  private struct Answer: Decodable {
    struct Saved: Decodable {
      let missing, unexpected, mismatched, architectures: [String]
      let difference: Double
      let type: String
    }
    let saved: [Saved]
    let missing: [[String]]
  }

  /// Bare models, and each head that can be put on them.
  private static let headed = EncoderCase.bare.flatMap { bare in
    EncoderCase.all.filter {
      $0.head != .base && !$0.old && $0.configuration["tie_word_embeddings"] == .bool(true)
        && $0.architecture.hasPrefix(bare.architecture.dropLast("Model".count) + "For")
    }.map { (bare: bare, head: $0) }
  }

  /// What Transformers says about every model that we save, and about every head; asked once.
  private static let answer = Result {
    let output = try TemporaryFolder()
    let saved = try EncoderCase.all.map { example in
      let folder = output.url.appending(path: example.name)
      try example.load().save(folder)
      return Request.Saved(case: example, folder: folder.path)
    }
    return try PythonOracle("models_encoders").run(
      Request(
        saved: saved,
        heads: headed.map { .init(name: $0.bare.name, architecture: $0.head.architecture) }),
      arguments: ["load", EncoderCase.references.get().url.path], returning: Answer.self)
  }

  @Test("Every model that we save is whole in Transformers and gives the same outputs")
  func savesForTransformers() throws {
    let answers = try Self.answer.get().saved
    #expect(answers.count == EncoderCase.all.count)
    for (example, answer) in zip(EncoderCase.all, answers) {
      let told = answer.missing + answer.unexpected + answer.mismatched
      #expect(told.isEmpty, "\(example.name): \(told)")
      #expect(answer.architectures == [example.architecture])
      #expect(answer.type == "torch.float32")
      // The weights are the same bits and the code is the same: nothing but the order of sums in a
      // product may differ between two runs.
      #expect(answer.difference <= 1e-6, "\(example.name): off by \(answer.difference)")
    }
  }

  @Test("In a bare checkpoint a head lacks what it lacks in Transformers")
  func initialisesTheHeadsWeights() throws {
    let answers = try Self.answer.get().missing
    #expect(answers.count == Self.headed.count)
    for ((bare, example), names) in zip(Self.headed, answers) {
      // A tied layer has one bias here, under the other of its two names.
      let expected = names.filter { !$0.hasSuffix("decoder.bias") }
      let found = try missing(example.head, in: bare.model()).sorted()
      #expect(found == expected, "\(example.architecture)")
    }
  }

  private func missing(_ head: EncoderCase.Head, in folder: URL) throws -> [String] {
    switch head {
    case .base: try PretrainedEncoder(folder: folder).store.report.missing
    case .texts: try PretrainedModel(folder: folder, .sequenceClassification).store.report.missing
    case .pairs: try PretrainedModel(folder: folder, .nextSentence).store.report.missing
    case .tokens: try PretrainedModel(folder: folder, .tokenClassification).store.report.missing
    case .answers: try PretrainedModel(folder: folder, .questionAnswering).store.report.missing
    case .masked: try PretrainedModel(folder: folder, .maskedLanguageModel).store.report.missing
    }
  }
}
