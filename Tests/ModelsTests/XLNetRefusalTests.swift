import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch

/// Options of XLNet that are not computed here are refused by name; so is input that does not fit.
struct XLNetRefusalTests {
  @Test(arguments: [
    (
      "attn_type", JSONValue.string("cross"), "attn_type is \"cross\"; supported are bi and uni."
    ),
    ("ff_activation", .string("mish"), "ff_activation is \"mish\"; supported are "),
    (
      "summary_type", .string("attn"),
      "summary_type is \"attn\"; supported are last, first, mean and cls_index."
    ),
    ("summary_activation", .string("mish"), "summary_activation is \"mish\"; supported are "),
    (
      "summary_proj_to_labels", .bool(true),
      "summary_proj_to_labels is true; the layer of the labels follows the summary, so it must be "
        + "false."
    ),
    ("d_head", .integer(63), "d_head is 63; it must be d_model / n_head, 64."),
    ("n_head", .integer(15), "d_model 1024 must be even and a multiple of n_head 15."),
    ("dropout", .number(1), "dropout must be a number from 0.0 to 0.999, and is the number 1.0."),
    ("untie_r", .integer(1), "untie_r must be true or false, and is the number 1."),
    (
      "mem_len", .integer(-1), "mem_len must be a whole number of at least 0, and is the number -1."
    ),
  ])
  func refusesAnOptionByName(key: String, value: JSONValue, expected: String) {
    let file = ConfigurationFile(values: ["model_type": .string("xlnet"), key: value])
    let told = sentence { try XLNetConfiguration(file) } ?? "nothing"
    #expect(told.hasPrefix("config.json: \(expected)"), "\(told)")
  }

  @Test func takesTheDefaultsOfTransformersForKeysThatAreMissing() throws {
    let configuration = try XLNetConfiguration(ConfigurationFile(values: [:]))
    #expect(configuration.vocabularySize == 32000)
    #expect(configuration.hiddenSize == 1024)
    #expect(configuration.layers == 24)
    #expect(configuration.attentionHeads == 16)
    #expect(configuration.intermediateSize == 4096)
    #expect(configuration.activation == .gelu)
    #expect(configuration.attention == .bidirectional)
    #expect(configuration.memoryLength == 512)
    #expect(configuration.reusedLength == nil)
    #expect(configuration.largestDistance == nil)
    #expect(configuration.summary == .last)
    #expect(configuration.summaryActivation == .tanh)
    #expect(configuration.summaryLastDropout == 0.1)
    #expect(configuration.startBeams == 5)
  }

  @Test(arguments: [
    (
      FactorizationOrder(hidden: [[0]], targets: nil),
      "An order names the hidden tokens of 1 sequences; the batch has 2."
    ),
    (
      FactorizationOrder(hidden: [[0], [2]], targets: nil),
      "The hidden tokens [2] of an order are not different places of a sequence of 2 tokens."
    ),
    (
      FactorizationOrder(hidden: [[0], []], targets: [[1, 1], []]),
      "The targets [1, 1] of an order are not different places of a sequence of 3 tokens."
    ),
    (
      FactorizationOrder(hidden: [[0], []], targets: [[], []]),
      "An order with targets names none for any sequence."
    ),
  ])
  func refusesAnOrderThatDoesNotFit(order: FactorizationOrder, expected: String) throws {
    let model = try small()
    let told = sentence {
      try model.states(RaggedBatch([[3, 4, 5], [6, 7]]), order: order, memory: nil)
    }
    #expect(told == expected)
  }

  @Test func refusesTheMemoryOfOtherTexts() throws {
    let model = try small()
    let memory = try model.states(RaggedBatch([[3, 4]]), order: nil, memory: nil).memory
    let told = sentence {
      try model.states(RaggedBatch([[3], [4]]), order: nil, memory: memory)
    }
    #expect(told == "The memory is not that of 2 sequences and 2 layers.")
  }

  @Test func refusesABatchThatCannotBeHalved() throws {
    let model = try small(["bi_data": .bool(true)])
    let told = sentence { try model.states(RaggedBatch([[3, 4]]), only: nil) }
    #expect(
      told == "A batch of 1 sequences cannot be halved: with bi_data the second half is read "
        + "backwards.")
  }

  @Test func refusesATokenOutsideTheTable() throws {
    let model = try small()
    #expect(sentence { try model.states(RaggedBatch([[31]]), only: nil) } != nil)
    #expect(sentence { try model.states(RaggedBatch([[-1]]), only: nil) } != nil)
  }

  @Test func refusesAnAnswerOutsideItsText() throws {
    let model = try PretrainedModel(
      folder: XLNetCase.all[0].model(.beam), .beamQuestionAnswering
    ).model
    let batch = try RaggedBatch([[3, 4], [5, 6, 7]])
    #expect(
      sentence { try model.logits(batch, starts: [2, 0], limits: SpanLimits()) }
        == "The beginning of an answer, 2, lies outside its sequence of 2 tokens.")
    #expect(
      sentence { try model.candidates(batch, limits: SpanLimits(classPlaces: [0])) }
        == "The place of the class is given for 1 sequences of 2.")
    #expect(
      sentence { try model.candidates(batch, limits: SpanLimits(excluded: [[], [3]])) } != nil)
  }

  private func small(_ changes: [String: JSONValue] = [:]) throws -> XLNetLanguageModel {
    try XLNetLanguageModel(
      XLNetConfiguration(
        ConfigurationFile(values: XLNetCase.small.merging(changes) { $1 })),
      at: ParameterStore(source: nil).root)
  }
}
