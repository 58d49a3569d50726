import Adapters
import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch

/// Folders that are no adapters, of no known kind, or of another base.
struct FolderRefusalTests {
  private static func refusal(_ configuration: String?) throws -> String {
    let folder = try TemporaryFolder()
    if let configuration { _ = try folder.file("adapter_config.json", containing: configuration) }
    let error = #expect(throws: AdaptersError.self) { try AdapterFolder(folder.url) }
    return error?.description ?? ""
  }

  @Test func `A folder without a configuration is no adapter`() throws {
    #expect(try Self.refusal(nil).contains("holds no readable adapter_config.json"))
  }

  @Test func `A kind that is not known is refused with those that are`() throws {
    let told = try Self.refusal(#"{"peft_type": "LOHA"}"#)
    #expect(told.contains("\"LOHA\"") && told.contains("ADALORA"))
    #expect(try Self.refusal("{}").contains("names no peft_type"))
    #expect(try Self.refusal("[]").contains("is not a JSON object"))
  }

  @Test(arguments: [
    (#""init_lora_weights": "pissa""#, "init_lora_weights"),
    (#""layer_replication": [[0, 2]]"#, "layer_replication"),
    (#""r": "eight""#, "r must be a whole number"),
    (#""r": 0"#, "rank is 0"),
    (#""bias": "some""#, "bias must be none, all or lora_only"),
    (#""target_parameters": ["mlp.weight"]"#, "target_parameters"),
  ])
  func `What is not computed here is refused by name`(_ member: String, _ told: String) throws {
    #expect(try Self.refusal(#"{"peft_type": "LORA", \#(member)}"#).contains(told))
  }

  @Test func `Keys that are not known are kept and told`() throws {
    let example = PEFTCase.all[0]
    let base = try example.base()
    let folder = try TemporaryFolder()
    let tuning = try base.attach(.lora(LoRASettings()))
    try tuning.save(to: folder.url)
    let file = folder.url.appending(path: "adapter_config.json")
    let text = try String(contentsOf: file, encoding: .utf8)
    try Data(("{\"new_idea\": 3," + text.dropFirst()).utf8).write(to: file)
    let report = try tuning.load(from: folder.url)
    #expect(report.notes.contains { $0.contains("new_idea") })
    #expect(try AdapterFolder(folder.url).configuration.values["new_idea"] == .integer(3))
  }

  @Test func `An adapter of another base is refused with names and shapes`() throws {
    let gpt2 = try #require(PEFTCase.all.first { $0.name == "lora-transposed" })
    let bert = PEFTCase.all[0]
    let base = try bert.base()
    let before = base.store.parameters.count
    // Its targets are no modules of a BERT at all.
    let unfit = #expect(throws: AdaptersError.self) {
      try gpt2.adapter().attach(
        to: base.store, of: base.family, configuration: base.configuration)
    }
    #expect(unfit?.description.contains("match no module") == true)
    #expect(base.store.parameters.count == before)

    let folder = try TemporaryFolder()
    let tuning = try base.attach(.lora(LoRASettings(rank: 2, alpha: 2)))
    try tuning.save(to: folder.url)
    tuning.detach()
    let other = try base.attach(.lora(LoRASettings(rank: 3, alpha: 2)))
    let shapes = #expect(throws: AdaptersError.self) { try other.load(from: folder.url) }
    #expect(shapes?.description.contains("[2, 24]") == true)
    other.detach()
    let elsewhere = try base.attach(
      .lora(LoRASettings(rank: 2, alpha: 2, targets: .modules(["key"]))))
    let nothing = #expect(throws: AdaptersError.self) { try elsewhere.load(from: folder.url) }
    #expect(nothing?.description.contains("key.lora_A.weight") == true)
    elsewhere.detach()
    let kind = try base.attach(.ia3(IA3Settings()))
    let wrong = #expect(throws: AdaptersError.self) { try kind.load(from: folder.url) }
    #expect(wrong?.description.contains("is of the kind LORA") == true)
  }

  @Test func `The name of another base is told`() throws {
    let base = try PEFTCase.all[0].base()
    var options = base.tuningOptions
    options.baseName = "google/bert-one"
    let folder = try TemporaryFolder()
    let first = try Tuning.attach(
      .lora(LoRASettings()), to: base.store, of: base.family, configuration: base.configuration,
      options: options)
    try first.save(to: folder.url)
    #expect(try AdapterFolder(folder.url).baseName == "google/bert-one")
    first.detach()
    options.baseName = "google/bert-two"
    let second = try Tuning.attach(
      .lora(LoRASettings()), to: base.store, of: base.family, configuration: base.configuration,
      options: options)
    #expect(try second.load(from: folder.url).notes.contains { $0.contains("google/bert-one") })
  }
}
