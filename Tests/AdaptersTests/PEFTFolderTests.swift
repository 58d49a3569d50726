import Adapters
import Foundation
import Layers
import Models
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Adapters of PEFT in our models, and ours in PEFT's.
@Suite(.serialized)
struct PEFTFolderTests {
  @Test(arguments: PEFTCase.all)
  func `An adapter of PEFT gives the same outputs and gradients here`(_ example: PEFTCase) throws {
    let base = try example.base()
    let reference = try example.reference()
    let batch = try reference.batch()
    // Sums in another order over three layers of fp32.
    try expectClose(base.outputs(batch), to: reference.tensor("plain"), within: 1e-5)
    let (tuning, report) = try example.adapter().attach(
      to: base.store, of: base.family, configuration: base.configuration,
      options: base.tuningOptions)
    #expect(report.missing == [] && report.extra == [])
    let outputs = try base.outputs(batch)
    try expectClose(outputs, to: reference.tensor("adapted"), within: 1e-5)
    try (outputs * reference.tensor("probe")).sum().backward()
    var compared: Set<String> = []
    for (name, parameter) in tuning.trained {
      let expected = "gradient.\(name)"
      guard reference.contains(expected) else { continue }
      compared.insert(expected)
      let gradient = try #require(parameter.value.gradient, "\(name) has no gradient")
      let stored = try base.family.stored(gradient, name: parameter.name)
      try expectClose(
        stored, to: reference.tensor(expected), within: 1e-4, relative: 1e-4, "\(name)")
    }
    #expect(compared == Set(reference.names.filter { $0.hasPrefix("gradient.") }))
    for parameter in base.store.parameters where !parameter.isTrainable {
      #expect(parameter.value.gradient == nil)
    }
  }

  @Test func `Adapters that are trained here load in PEFT and give the same outputs`() throws {
    struct Request: Encodable {
      let `case`: PEFTCase
      let folder: String
    }
    struct Answer: Decodable {
      let missing: [String]
      let unexpected: [String]
      let difference: Double
    }
    let folder = try TemporaryFolder()
    let requests = try PEFTCase.all.map { example in
      let base = try example.base()
      let batch = try example.reference().batch()
      let (tuning, _) = try example.adapter().attach(
        to: base.store, of: base.family, configuration: base.configuration,
        options: base.tuningOptions)
      try Perturbation.apply(tuning.trained, deviation: example.deviation)
      let place = folder.url.appending(path: example.name)
      try tuning.save(to: place)
      try SafetensorsWriter.write(
        [("outputs", withoutGradients { try base.outputs(batch) })],
        to: place.appending(path: "outputs.safetensors"))
      return Request(case: example, folder: place.path)
    }
    let references = try PEFTCase.references.get().url.path
    let answers: [Answer] = try PythonOracle("adapters_peft").run(
      requests, arguments: ["load", references])
    for (example, answer) in zip(PEFTCase.all, answers) {
      #expect(answer.missing == [], "\(example.name)")
      #expect(answer.unexpected == [], "\(example.name)")
      #expect(answer.difference < 1e-5, "\(example.name)")
    }
  }

  @Test(arguments: PEFTCase.all)
  func `Merged into the base an adapter computes the same`(_ example: PEFTCase) throws {
    let base = try example.base()
    let batch = try example.reference().batch()
    let (tuning, _) = try example.adapter().attach(
      to: base.store, of: base.family, configuration: base.configuration,
      options: base.tuningOptions)
    let adapted = try withoutGradients { try base.outputs(batch) }
    if example.name == "lora-tables" {
      // The table is the output layer as well, which LoRA does not change.
      let error = #expect(throws: AdaptersError.self) { try tuning.attached.merge() }
      #expect(error?.description.contains("tied") == true)
      return
    }
    try tuning.attached.merge()
    #expect(base.store.modules.linears.allSatisfy { $0.adapter == nil })
    try expectClose(withoutGradients { try base.outputs(batch) }, to: adapted, within: 2e-5)
  }

  @Test(arguments: PEFTCase.all)
  func `What was saved comes back bit by bit`(_ example: PEFTCase) throws {
    let folder = try TemporaryFolder()
    let first = try example.base()
    let batch = try example.reference().batch()
    let tuning = try example.adapter().attach(
      to: first.store, of: first.family, configuration: first.configuration,
      options: first.tuningOptions
    ).tuning
    try Perturbation.apply(tuning.trained, deviation: example.deviation)
    try tuning.save(to: folder.url)
    let expected = try withoutGradients { try first.outputs(batch) }
    let second = try example.base()
    let (_, report) = try AdapterFolder(folder.url).attach(
      to: second.store, of: second.family, configuration: second.configuration,
      options: second.tuningOptions)
    #expect(report.missing.isEmpty && report.extra.isEmpty)
    try expectClose(withoutGradients { try second.outputs(batch) }, to: expected, within: 0)
    let third = try tuning.load(from: folder.url)
    #expect(third.missing.isEmpty)
  }
}

/// Moves parameters off where they are, by numbers of a seed.
enum Perturbation {
  static func apply(
    _ trained: [(name: String, parameter: Parameter)], deviation: Double, seed: UInt64 = 9
  ) throws {
    let generator = try Generator(seed: seed)
    try withoutGradients {
      for (_, parameter) in trained {
        let change = try Tensor.zeros(parameter.shape)
        try change.fillNormal(deviation: deviation, using: generator)
        try parameter.assign(parameter.master + change)
      }
    }
  }
}
