import Adapters
import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// How AdaLoRA shares ranks out, beside PEFT's allocator.
struct AdaLoRATests {
  private static let example = PEFTCase(
    "allocate", .bert, "AdaLoraConfig",
    [
      "init_r": 5, "target_r": 2, "tinit": 3, "tfinal": 4, "deltaT": 2, "total_step": 20,
      "orth_reg_weight": 0.3, "target_modules": ["query", "value"],
    ], seed: 41)

  private static let reference = Result {
    let folder = try TemporaryFolder()
    try PythonOracle("adapters_peft").run(
      ["allocate", folder.url.path], input: JSONEncoder().encode(example))
    return folder
  }

  private static func attached() throws -> (base: LoadedBase, tuning: Tuning) {
    let place = try reference.get().url.appending(path: "allocate")
    let base = try LoadedBase(place.appending(path: "base"), example.architecture, .init())
    let tuning = try AdapterFolder(place.appending(path: "adapter")).attach(
      to: base.store, of: base.family, configuration: base.configuration,
      options: base.tuningOptions
    ).tuning
    return (base, tuning)
  }

  /// One step of the trainer that the oracle plays, with its gradients.
  private static func step(_ number: Int, _ tuning: Tuning, _ reference: SafetensorsFile) throws {
    for (name, parameter) in tuning.trained where name.contains(".lora_") {
      let gradient = try reference.tensor("\(number).gradient.\(name)")
      try withoutGradients {
        try parameter.value.setGradient(gradient.clone())
        try parameter.value.add(gradient, scale: -0.01)
      }
    }
    try tuning.attached.stepEnded(number, of: 20)
  }

  private static func expectValues(
    after number: Int, _ tuning: Tuning, _ reference: SafetensorsFile
  ) throws {
    for (name, parameter) in tuning.trained where name.hasSuffix(".lora_E") {
      let expected = try reference.tensor("\(number).values.\(name)")
      try expectClose(parameter.master, to: expected, within: 1e-6, "step \(number), \(name)")
      let zeros = try expected.values(as: Float.self).map { $0 == 0 }
      #expect(try parameter.master.values(as: Float.self).map { $0 == 0 } == zeros)
    }
  }

  @Test func `Masks and ranks are those of PEFT's allocator at every step`() throws {
    let reference = try SafetensorsFile(
      Self.reference.get().url.appending(path: "allocation.safetensors"))
    let (base, tuning) = try Self.attached()
    let term = try #require(try tuning.attached.regularization())
    try expectClose(term, to: reference.tensor("regularization"), within: 1e-5)
    for number in 1...20 {
      try Self.step(number, tuning, reference)
      try Self.expectValues(after: number, tuning, reference)
    }
    let ranks = try #require(try tuning.attached.ranks())
    // The budget is 2 a layer for 6 layers.
    #expect(ranks.map(\.rank).reduce(0, +) == 12)
    #expect(ranks.contains { $0.rank != 2 })
    _ = base
  }

  @Test func `A run that is resumed shares ranks out as if it had not stopped`() throws {
    let reference = try SafetensorsFile(
      Self.reference.get().url.appending(path: "allocation.safetensors"))
    let (_, first) = try Self.attached()
    for number in 1...9 { try Self.step(number, first, reference) }
    let folder = try TemporaryFolder()
    let file = folder.url.appending(path: "state.safetensors")
    try SafetensorsWriter.write(first.attached.state(), to: file)
    let (_, second) = try Self.attached()
    for (one, other) in zip(first.trained, second.trained) {
      try other.parameter.assign(one.parameter.master)
    }
    try second.attached.restore(SafetensorsFile(file))
    for number in 10...20 {
      try Self.step(number, second, reference)
      try Self.expectValues(after: number, second, reference)
    }
  }

  @Test func `What PEFT pruned and saved gives the same outputs here, saved again too`() throws {
    let place = try Self.reference.get().url.appending(path: "allocate")
    let reference = try SafetensorsFile(place.appending(path: "reference.safetensors"))
    let (base, tuning) = try Self.attached()
    let batch = try reference.batch()
    try tuning.load(from: place.appending(path: "pruned"))
    try expectClose(
      withoutGradients { try base.outputs(batch) }, to: reference.tensor("adapted"), within: 1e-5)
    #expect(try tuning.attached.ranks()?.map(\.rank).reduce(0, +) == 12)
    let folder = try TemporaryFolder()
    try tuning.save(to: folder.url)
    let again = try SafetensorsFile(folder.url.appending(path: "adapter_model.safetensors"))
    let pruned = try SafetensorsFile(
      place.appending(path: "pruned").appending(path: "adapter_model.safetensors"))
    #expect(again.names == pruned.names)
    for name in again.names { #expect(again.shape(of: name) == pruned.shape(of: name), "\(name)") }
  }
}
