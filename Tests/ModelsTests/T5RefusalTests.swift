import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch

/// Options of T5 and XLNet that are not computed here are refused by name; so is input that does
/// not fit.
struct T5RefusalTests {
  @Test(arguments: [
    (
      "feed_forward_proj", JSONValue.string("gated-mish"),
      "feed_forward_proj asks for the activation \"mish\"; supported are "
    ),
    (
      "feed_forward_proj", .string("doubled-gelu"),
      "feed_forward_proj is \"doubled-gelu\"; it must be an activation or \"gated-\" with an "
        + "activation."
    ),
    (
      "feed_forward_proj", .string("gated-gelu-new"),
      "feed_forward_proj is \"gated-gelu-new\"; it must be an activation or \"gated-\" with an "
        + "activation."
    ),
    (
      "dense_act_fn", .string("mish"),
      "dense_act_fn asks for the activation \"mish\"; supported are "
    ),
    (
      "relative_attention_max_distance", .integer(16),
      "relative_attention_max_distance is 16; it must be more than half of "
        + "relative_attention_num_buckets 32, and at most 1048576."
    ),
    (
      "relative_attention_num_buckets", .integer(3),
      "relative_attention_num_buckets must be a whole number of at least 4, and is the number 3."
    ),
    (
      "is_decoder", .bool(true),
      "is_decoder is true; a T5 is supported as an encoder and as a whole only."
    ),
    ("d_kv", .integer(0), "d_kv must be a whole number of at least 1, and is the number 0."),
    (
      "dropout_rate", .number(1),
      "dropout_rate must be a number from 0.0 to 0.999, and is the number 1.0."
    ),
  ])
  func refusesAnOptionByName(key: String, value: JSONValue, expected: String) {
    let file = ConfigurationFile(values: ["model_type": .string("t5"), key: value])
    let told = sentence { try T5Configuration(file) } ?? "nothing"
    #expect(told.hasPrefix("config.json: \(expected)"), "\(told)")
  }

  @Test func takesTheDefaultsOfTransformersForKeysThatAreMissing() throws {
    let configuration = try T5Configuration(ConfigurationFile(values: [:]))
    #expect(configuration.vocabularySize == 32128)
    #expect(configuration.hiddenSize == 512)
    #expect(configuration.headSize == 64)
    #expect(configuration.intermediateSize == 2048)
    #expect(configuration.encoderLayers == 6)
    #expect(configuration.decoderLayers == 6)
    #expect(configuration.attentionHeads == 8)
    #expect(configuration.activation == .relu)
    #expect(!configuration.isGated)
    #expect(configuration.scalesOutput)
    #expect(configuration.dropout == 0.1)
    #expect(configuration.classifierDropout == 0)
    #expect(configuration.startToken == nil)
    #expect(configuration.endToken == 1)
  }

  @Test func asksForAStartTokenWhereADecoderIs() {
    let store = ParameterStore(source: nil)
    let told = sentence {
      try T5(T5Configuration(ConfigurationFile(values: [:])), at: store.root)
    }
    #expect(
      told == "config.json has no decoder_start_token_id, which a T5 with its decoder needs. It is "
        + "usually that of padding, 0.")
  }

  @Test func refusesSeveralEndTokensOfAClassifier() {
    let file = ConfigurationFile(values: [
      "eos_token_id": .array([.integer(1), .integer(2)]), "decoder_start_token_id": .integer(0),
    ])
    let told = sentence {
      try T5ForSequenceClassification(
        T5Configuration(file), labels: 2, at: ParameterStore(source: nil).root)
    }
    #expect(
      told == "config.json: eos_token_id is a list; a T5 classifier reads the vector of one.")
  }

  @Test func refusesATextWithoutAnEndToken() throws {
    let model = try small()
    let told = sentence { try model(RaggedBatch([[3, 1], [3, 4]])) }
    #expect(
      told == "Sequence 1 of a batch holds no end token (eos_token_id 1), whose vector a T5 "
        + "classifier reads. The tokenizer has to add it to every text.")
  }

  @Test func refusesATokenOutsideTheTable() throws {
    let model = try small()
    #expect(sentence { try model(RaggedBatch([[31, 1]])) } != nil)
    #expect(sentence { try model(RaggedBatch([[-1, 1]])) } != nil)
  }

  @Test func refusesATargetWithoutASource() throws {
    let model = try small().model
    let source = try model.encode(RaggedBatch([[3, 1], [4, 1]]))
    let told = sentence { try model.hidden(RaggedBatch([[0]]), of: source, only: nil) }
    #expect(told == "1 target sequences cannot be written of 2 sources.")
  }

  @Test func refusesAHeadThatTransformersHasNot() throws {
    let folder = try T5Case.all[0].model(.model)
    let told = sentence { try PretrainedModel(folder: folder, .maskedLanguageModel) }
    #expect(
      told == "A model of the family t5 cannot be made into one for masked language modelling: "
        + "Transformers has no such head.")
  }

  private func small() throws -> T5ForSequenceClassification {
    try T5ForSequenceClassification(
      T5Configuration(ConfigurationFile(values: T5Case.small)), labels: 2,
      at: ParameterStore(source: nil).root)
  }
}
