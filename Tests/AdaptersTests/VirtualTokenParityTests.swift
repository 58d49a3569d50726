import Adapters
import Foundation
import Layers
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Virtual tokens on models against PEFT.
struct VirtualTokenParityTests {
  @Test(arguments: VirtualTokenCase.all)
  func `An adapter of PEFT gives PEFT's outputs`(item: VirtualTokenCase) throws {
    let model = try item.load()
    let adapter = try AdapterFolder(item.folder().appending(path: "adapter"))
    let (_, report) = try adapter.attach(
      to: model.store, of: model.family, configuration: model.configuration,
      options: item.options)
    #expect(report.extra.isEmpty)
    let outputs = try withoutGradients { try model.outputs() }
    try expectClose(outputs, to: item.reference().tensor("outputs"), within: 1e-5, relative: 1e-5)
  }

  @Test(arguments: VirtualTokenCase.all.filter { $0.settings.isEmpty })
  func `The gradients of keys, values and vectors are PEFT's`(item: VirtualTokenCase) throws {
    let model = try item.load()
    let adapter = try AdapterFolder(item.folder().appending(path: "adapter"))
    let (tuning, _) = try adapter.attach(
      to: model.store, of: model.family, configuration: model.configuration,
      options: item.options)
    let reference = try item.reference()
    try (model.outputs() * reference.tensor("weights")).sum().backward()
    let columns = try tuning.attached.parameters.map {
      try $0.value.gradient ?? Tensor.zeros($0.shape)
    }
    let expected = try reference.tensor("gradient.embedding.weight")
    try expectClose(
      Tensor.concatenated(columns, along: 1), to: expected, within: 1e-4, relative: 1e-4)
  }

  @Test(arguments: VirtualTokenCase.all.filter { $0.method == "p_tuning" })
  func `A network of PEFT's gives PEFT's outputs and gradients`(item: VirtualTokenCase) throws {
    let model = try item.load()
    let tuning = try Tuning.attach(
      item.tuning, to: model.store, of: model.family, configuration: model.configuration,
      options: item.options)
    let reference = try item.reference()
    func inPEFT(_ kind: String, _ parameter: Parameter) throws -> Tensor {
      try reference.tensor("\(kind).\(parameter.name.dropFirst("prompt_encoder.".count))")
    }
    for parameter in tuning.attached.parameters {
      try parameter.assign(inPEFT("value", parameter))
    }
    let outputs = try model.outputs()
    try expectClose(outputs, to: reference.tensor("outputs"), within: 1e-5, relative: 1e-5)
    try (outputs * reference.tensor("weights")).sum().backward()
    for parameter in tuning.attached.parameters {
      let gradient = try #require(parameter.value.gradient)
      try expectClose(
        gradient, to: inPEFT("gradient", parameter), within: 1e-4, relative: 1e-4,
        "\(parameter.name)")
    }
  }

  @Test func `Adapters made here give the same outputs in PEFT`() throws {
    let folder = try TemporaryFolder()
    var expected: [(VirtualTokenCase, URL, Tensor)] = []
    for item in VirtualTokenCase.all {
      let model = try item.load()
      let tuning = try Tuning.attach(
        item.tuning, to: model.store, of: model.family, configuration: model.configuration,
        options: item.options)
      let saved = folder.url.appending(path: item.name)
      try tuning.save(to: saved)
      expected.append((item, saved, try withoutGradients { try model.outputs() }))
    }
    try PythonOracle("adapters_virtual_tokens").run(
      ["run", VirtualTokenCase.references.get().url.path] + expected.map(\.1.path),
      input: JSONEncoder().encode(expected.map(\.0)))
    for (item, saved, outputs) in expected {
      let found = try SafetensorsFile(saved.appending(path: "outputs.safetensors"))
      try expectClose(
        outputs, to: found.tensor("outputs"), within: 1e-5, relative: 1e-5, "\(item.name)")
    }
  }
}
