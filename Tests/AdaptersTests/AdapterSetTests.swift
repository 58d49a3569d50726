import Adapters
import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Several adapters on one copy of a base, beside PEFT's.
struct AdapterSetTests {
  private static let example = PEFTCase(
    "combine", .gpt2, "LoraConfig", ["r": 3, "lora_alpha": 6], seed: 31)

  private static let place = Result {
    let folder = try TemporaryFolder()
    try PythonOracle("adapters_peft").run(
      ["combine", folder.url.path], input: JSONEncoder().encode([example]))
    return folder
  }

  private static func opened() throws -> (base: LoadedBase, set: AdapterSet, folder: URL) {
    let folder = try place.get().url.appending(path: "combine")
    var options = ParameterStore.Options()
    options.isTrainable = false
    let base = try LoadedBase(folder.appending(path: "base"), example.architecture, options)
    let set = AdapterSet(base.store, of: base.family, configuration: base.configuration)
    try set.load(folder.appending(path: "adapter0"), as: "one")
    try set.load(folder.appending(path: "adapter1"), as: "two")
    return (base, set, folder)
  }

  @Test func `Adapters alone, stacked and combined compute what PEFT does`() throws {
    let (base, set, folder) = try Self.opened()
    let reference = try SafetensorsFile(folder.appending(path: "combined.safetensors"))
    let batch = try reference.batch()
    func expectOutputs(_ name: String) throws {
      let outputs = try withoutGradients { try base.outputs(batch) }
      try expectClose(outputs, to: reference.tensor(name), within: 1e-5, "\(name)")
    }
    try expectOutputs("none")
    for name in ["one", "two", "one"] {
      try set.activate(name)
      try expectOutputs(name)
    }
    try set.activate([.init("one"), .init("two")])
    try expectOutputs("stack")
    let parts: [AdapterSet.Part] = [.init("one", weight: 0.7), .init("two", weight: -0.4)]
    for combination in AdapterSet.Combination.allCases {
      try set.combine(parts, as: combination.rawValue, combination)
      try set.activate(combination.rawValue)
      try expectOutputs(combination.rawValue)
    }
    // Side by side is the weighted sum of the changes, which a stack with weights computes too.
    try set.activate(parts)
    try expectOutputs("cat")
    try set.activate(nil)
    try expectOutputs("none")
  }

  @Test func `The base has its own bits whatever was loaded, used and removed`() throws {
    let example = try #require(PEFTCase.all.first { $0.name == "lora-all-biases" })
    let base = try example.base()
    let batch = try example.reference().batch()
    let bits = try base.store.parameters.map { try $0.master.values(as: Float.self) }
    let set = AdapterSet(
      base.store, of: base.family, configuration: base.configuration, options: base.tuningOptions)
    try set.load(example.folder().appending(path: "adapter"), as: "biases")
    let other = try #require(PEFTCase.all.first { $0.name == "dora" })
    // Made for a base of the same shapes.
    try set.load(other.folder().appending(path: "adapter"), as: "dora")
    let untouched = {
      try base.store.parameters.filter { !$0.isAttached }
        .map { try $0.master.values(as: Float.self) } == bits
    }
    #expect(try untouched())
    try set.activate("biases")
    let adapted = try withoutGradients { try base.outputs(batch) }
    try expectClose(adapted, to: example.reference().tensor("adapted"), within: 1e-5)
    try set.activate("dora")
    try set.activate("biases")
    try expectClose(withoutGradients { try base.outputs(batch) }, to: adapted, within: 0)
    try set.remove("biases")
    #expect(set.active == [] && set.names == ["dora"])
    #expect(try untouched())
    try set.remove("dora")
    #expect(base.store.parameters.allSatisfy { !$0.isAttached && !$0.isTrainable })
  }

  @Test func `Names and stacks that cannot be are refused, and what works goes on`() throws {
    let (_, set, folder) = try Self.opened()
    try set.activate("one")
    let unknown = #expect(throws: AdaptersError.self) { try set.activate("three") }
    #expect(unknown?.description.contains("there are one, two") == true)
    #expect(set.active == [.init("one")])
    #expect(throws: AdaptersError.self) {
      try set.load(folder.appending(path: "adapter0"), as: "one")
    }
    #expect(throws: AdaptersError.self) { try set.combine([], as: "none", .cat) }
    let gone = folder.appending(path: "nowhere")
    #expect(throws: AdaptersError.self) { try set.load(gone, as: "gone") }
    #expect(set.active == [.init("one")] && set.names == ["one", "two"])
  }
}
