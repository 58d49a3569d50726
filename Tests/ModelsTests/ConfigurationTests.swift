import Foundation
import Layers
import Models
import TestSupport
import Testing

/// Options of `config.json`: what is not computed here is refused by name.
struct ConfigurationTests {
  private static let known = ModelFamily.all.map(\.modelType).joined(separator: ", ")

  @Test(arguments: [
    (
      "hidden_act", JSONValue.string("mish"),
      "hidden_act is \"mish\"; supported are gelu, gelu_new, "
        + "gelu_pytorch_tanh, gelu_fast, gelu_accurate, gelu_python_tanh, gelu_python, quick_gelu, "
        + "relu, relu2, silu, swish, tanh."
    ),
    (
      "num_attention_heads", .integer(3),
      "hidden_size 8 is not a multiple of num_attention_heads 3."
    ),
    (
      "position_embedding_type", .string("relative_key"),
      "position_embedding_type \"relative_key\" is not supported, only \"absolute\"."
    ),
    ("is_decoder", .bool(true), "is_decoder is true; a BERT is supported as an encoder only."),
    (
      "add_cross_attention", .bool(true),
      "add_cross_attention is true; a BERT is supported as an encoder only."
    ),
    ("hidden_size", .string("8"), "hidden_size must be a whole number, and is the text \"8\"."),
    (
      "num_hidden_layers", .integer(-1),
      "num_hidden_layers must be a whole number of at least 0, and is the number -1."
    ),
    ("layer_norm_eps", .bool(false), "layer_norm_eps must be a number, and is false."),
    (
      "type_vocab_size", .number(1.5),
      "type_vocab_size must be a whole number, and is the number 1.5."
    ),
    (
      "hidden_dropout_prob", .number(1),
      "hidden_dropout_prob must be a number from 0.0 to 0.999, and is the number 1.0."
    ),
  ])
  func refusesAnOptionByName(key: String, value: JSONValue, expected: String) throws {
    let model = try SmallBert([key: value])
    let path = model.url.appending(path: "config.json").path
    #expect(sentence { try PretrainedEncoder(folder: model.url) } == "\(path): \(expected)")
    // The description of a folder refuses the same, before any weight is read.
    #expect(sentence { try ModelDescription(folder: model.url) } == "\(path): \(expected)")
  }

  @Test func refusesAnUnknownArchitecture() throws {
    let model = try SmallBert(["model_type": .string("mamba")])
    let path = model.url.appending(path: "config.json").path
    #expect(
      sentence { try PretrainedEncoder(folder: model.url) }
        == "\(path): the architecture \"mamba\" is not supported. Supported are: \(Self.known).")
  }

  @Test func refusesAConfigurationWithoutAnArchitecture() throws {
    let model = try SmallBert(["model_type": .null])
    let path = model.url.appending(path: "config.json").path
    #expect(
      sentence { try ModelDescription(folder: model.url) }
        == "\(path) has no model_type. Supported are: \(Self.known).")
  }

  @Test func tellsAFolderWithoutConfiguration() throws {
    let folder = try TemporaryFolder()
    let told = try #require(sentence { try PretrainedEncoder(folder: folder.url) })
    #expect(told.hasPrefix("The folder \(folder.url.path) holds no readable config.json."))
    let absent = folder.url.appending(path: "absent")
    #expect(
      try #require(sentence { try PretrainedEncoder(folder: absent) })
        .hasPrefix("There is no folder \(absent.path)."))
    let file = try folder.file("model.bin", containing: "x")
    #expect(
      try #require(sentence { try PretrainedEncoder(folder: file) })
        .hasPrefix("\(file.path) is a file, not a model folder."))
  }

  @Test(arguments: ["", "{", "[]", "{\"a\": }", "\u{FFFE}"])
  func refusesADamagedConfiguration(text: String) throws {
    let model = try SmallBert()
    let file = try model.folder.file("config.json", containing: text)
    let told = try #require(sentence { try PretrainedEncoder(folder: model.url) })
    #expect(told.hasPrefix("\(file.path) is not a JSON object: "))
  }

  @Test func refusesEqualKeys() throws {
    let model = try SmallBert()
    let file = try model.folder.file(
      "config.json", containing: #"{"model_type": "bert", "hidden_size": 8, "hidden_size": 16}"#)
    let told = try #require(sentence { try PretrainedEncoder(folder: model.url) })
    #expect(told.hasPrefix("\(file.path) is not a JSON object: "))
    #expect(told.contains("hidden_size"))
  }

  @Test("Written again, every value is what it was, and a fraction keeps its point")
  func writesWhatItRead() throws {
    let text = """
      {
        "a": [
          1,
          1.0,
          1e-12,
          -2.5,
          9007199254740993
        ],
        "b": {
          "2": "好 \\"quoted\\" \\\\ \\n / é",
          "10": {}
        },
        "c": [],
        "d": null,
        "e": false
      }

      """
    let folder = try TemporaryFolder()
    _ = try folder.file("config.json", containing: text)
    let file = try ConfigurationFile(folder: folder.url)
    #expect(String(decoding: file.encoded(), as: UTF8.self) == text)
  }

  @Test func takesTheDefaultsOfTransformersForKeysThatAreMissing() throws {
    let configuration = try BertConfiguration(
      ConfigurationFile(values: ["model_type": .string("bert"), "classifier_dropout": .null]))
    #expect(configuration.vocabularySize == 30522)
    #expect(configuration.hiddenSize == 768)
    #expect(configuration.layers == 12)
    #expect(configuration.attentionHeads == 12)
    #expect(configuration.intermediateSize == 3072)
    #expect(configuration.activation == .gelu)
    #expect(configuration.hiddenDropout == 0.1)
    #expect(configuration.classifierDropout == 0.1)
    #expect(configuration.maximumLength == 512)
    #expect(configuration.segmentTypes == 2)
    #expect(configuration.layerNormEpsilon == 1e-12)
  }

  @Test(arguments: [
    ["0": JSONValue.string("a"), "2": .string("b")], ["0": .string("a"), "x": .string("b")],
    ["0": .integer(3)], ["00": .string("a"), "0": .string("b")],
  ])
  func refusesLabelsThatAreNoList(entries: [String: JSONValue]) throws {
    let model = try SmallBert(["id2label": .object(entries)])
    let told = try #require(sentence { try ModelDescription(folder: model.url) })
    #expect(told.contains("id2label must map 0 to \(entries.count - 1) to texts"))
  }

  @Test func refusesAnUnknownProblem() throws {
    let model = try SmallBert([
      "id2label": .object(["0": .string("a")]), "problem_type": .string("ranking"),
    ])
    let told = try #require(sentence { try ModelDescription(folder: model.url) })
    #expect(told.contains("problem_type is \"ranking\"; known are single_label_classification"))
  }

  @Test func describesAFolderWithoutItsWeights() throws {
    let model = try SmallBert([
      "id2label": .object(["0": .string("坏"), "1": .string("好")])
    ])
    try FileManager.default.removeItem(at: model.url.appending(path: "model.safetensors"))
    let description = try ModelDescription(folder: model.url)
    #expect(description.family.modelType == "bert")
    #expect(description.labels == .init(names: ["坏", "好"], problem: .singleLabel))
    #expect(description.maximumLength == 16)
  }
}
