import Foundation
import Layers
import Models
import TestSupport
import Testing

/// Options of GPT-2's and Llama's `config.json`: what is not computed here is refused by name.
struct DecoderConfigurationTests {
  private func refusal(_ type: String, _ key: String, _ value: JSONValue) throws -> String? {
    let folder = try TemporaryFolder()
    var file = ConfigurationFile(
      values: [
        "model_type": .string(type), "num_hidden_layers": .integer(2), "hidden_size": .integer(24),
        "num_attention_heads": .integer(4), "num_key_value_heads": .integer(2),
      ])
    file.values[key] = value
    try file.encoded().write(to: folder.url.appending(path: "config.json"))
    let path = folder.url.appending(path: "config.json").path
    return sentence { try ModelDescription(folder: folder.url) }?
      .replacingOccurrences(of: path, with: "config.json")
  }

  private static func rope(_ settings: [String: JSONValue]) -> JSONValue { .object(settings) }

  private static let activations = Activation.allCases.map(\.rawValue).joined(separator: ", ")
  private typealias Refusal = (type: String, key: String, value: JSONValue, sentence: String)
  private static let refusals: [Refusal] = [
    (
      "gpt2", "activation_function", .string("mish"),
      "activation_function is \"mish\"; supported are \(activations)."
    ),
    ("gpt2", "n_head", .integer(5), "n_embd 24 is not a multiple of n_head 5."),
    (
      "gpt2", "add_cross_attention", .bool(true),
      "add_cross_attention is true; a GPT-2 is supported as a decoder by itself only."
    ),
    (
      "llama", "quantization_config", rope(["bits": .integer(4)]),
      "quantization_config is not supported. Use the model's unquantised weights, or a GGUF file."
    ),
    (
      "llama", "pretraining_tp", .integer(2),
      "pretraining_tp is 2; only 1 is supported, which is the same function but for rounding."
    ),
    (
      "llama", "num_key_value_heads", .integer(3),
      "num_attention_heads 4 is not a multiple of num_key_value_heads 3."
    ),
    (
      "llama", "num_attention_heads", .integer(10),
      "hidden_size 24 is not a multiple of num_attention_heads 10."
    ),
    (
      "llama", "rope_scaling", rope(["type": .string("longrope"), "long_factor": .array([])]),
      "rope_scaling: the type \"longrope\" is not supported; supported are default, linear, "
        + "dynamic, llama3 and yarn."
    ),
    (
      "llama", "rope_parameters", rope(["rope_type": .string("linear")]),
      "rope_parameters has no key factor, which this kind of model needs."
    ),
    (
      "qwen2", "rope_scaling", rope(["type": .string("default"), "mrope_section": .array([])]),
      "rope_scaling: mrope_section is not supported."
    ),
    (
      "llama", "rope_parameters", rope(["partial_rotary_factor": .number(0.5)]),
      "rope_parameters: partial_rotary_factor 0.5 is not supported, only 1."
    ),
    (
      "mistral", "layer_types", .array([]),
      "layer_types is not supported for this kind of model, whose layers are all of one type."
    ),
    (
      "qwen2", "layer_types", .array([.string("full_attention")]),
      "layer_types must name the types of 2 layers."
    ),
    (
      "qwen3", "layer_types", .array([.string("full_attention"), .string("sliding_attention")]),
      "layer_types names sliding_attention, and use_sliding_window or sliding_window gives no "
        + "window."
    ),
    (
      "qwen3", "layer_types", .array([.string("full_attention"), .string("linear_attention")]),
      "layer_types names the text \"linear_attention\"; supported are full_attention and "
        + "sliding_attention."
    ),
  ]

  @Test(arguments: refusals)
  func refusesAnOptionByName(
    type: String, key: String, value: JSONValue, sentence: String
  ) throws {
    let told = try #require(try refusal(type, key, value))
    #expect(told.hasPrefix("config.json"))
    #expect(told.hasSuffix(sentence), "\(told)")
  }

  @Test("The longest sequence is the one that the model was made for")
  func tellsTheLongestSequence() throws {
    let folder = try TemporaryFolder()
    for (type, expected) in [
      ("gpt2", 1024), ("llama", 2048), ("mistral", 131072), ("qwen2", 32768),
    ] {
      let file = ConfigurationFile(values: ["model_type": .string(type)])
      try file.encoded().write(to: folder.url.appending(path: "config.json"))
      #expect(try ModelDescription(folder: folder.url).maximumLength == expected)
    }
  }
}
