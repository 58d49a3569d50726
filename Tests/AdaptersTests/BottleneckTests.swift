import Adapters
import Foundation
import Layers
import TestSupport
import Testing
import Torch
import TorchTestSupport

/// Bottleneck adapters against the formulas of the `adapters` library, written out one by one.
struct BottleneckTests {
  /// `up(activation(down(x)))` with the parameters that are attached.
  private func plain(_ input: Tensor, _ store: ParameterStore, activation: Activation) throws
    -> Tensor
  {
    let name = "bert.encoder.layer.0.feedForward.adapter"
    func value(_ part: String) -> Tensor? { store["\(name).\(part)"]?.value }
    let down = try #require(value("down.weight"))
    let up = try #require(value("up.weight"))
    let hidden = try activation(input.linear(weight: down, bias: value("down.bias")))
    return try hidden.linear(weight: up, bias: value("up.bias"))
  }

  private func made(_ settings: BottleneckSettings, postNorm: Bool) throws -> (
    result: Tensor, part: SublayerResult, store: ParameterStore
  ) {
    let place = try BottleneckCase()
    let attached = try place.attach(settings)
    for (seed, parameter) in attached.parameters.enumerated() {
      try parameter.assign(BottleneckCase.numbers(UInt64(seed) + 10, parameter.shape) * 0.5)
    }
    let part = try BottleneckCase.part(postNorm: postNorm)
    let adapter = try #require(place.feedForward.adapter)
    return (try adapter(part), part, place.store)
  }

  @Test(arguments: [true, false])
  func `Pfeiffer's adapter reads the normalised sum and is added to what the part made`(
    postNorm: Bool
  ) throws {
    var settings = BottleneckSettings.pfeiffer
    settings.reductionFactor = 2
    let (result, part, store) = try made(settings, postNorm: postNorm)
    let norm = part.norm ?? { $0 }
    let read = try norm(part.output + part.residual)
    let adapted = try plain(read, store, activation: .relu) + part.output
    try expectClose(result, to: norm(adapted + part.residual), within: 1e-5)
  }

  @Test(arguments: [true, false])
  func `Houlsby's adapter reads what the part made`(postNorm: Bool) throws {
    var settings = BottleneckSettings.houlsby
    settings.reductionFactor = 2
    let (result, part, store) = try made(settings, postNorm: postNorm)
    let norm = part.norm ?? { $0 }
    let adapted = try plain(part.output, store, activation: .swish) + part.output
    try expectClose(result, to: norm(adapted + part.residual), within: 1e-5)
  }

  @Test(arguments: [true, false])
  func `A parallel adapter reads the stream and is added to the part`(postNorm: Bool) throws {
    let (result, part, store) = try made(.parallel, postNorm: postNorm)
    let norm = part.norm ?? { $0 }
    let adapted = try plain(part.residual, store, activation: .relu) * 4 + part.output
    try expectClose(result, to: norm(adapted + part.residual), within: 1e-5)
  }

  @Test func `The connection around an adapter begins where it is told to`() throws {
    for residual in BottleneckSettings.Residual.allCases {
      var settings = BottleneckSettings.pfeiffer
      settings.residual = residual
      settings.reductionFactor = 4
      settings.originalNormAfter = false
      let (result, part, store) = try made(settings, postNorm: true)
      let sum = try part.output + part.residual
      let read = try BottleneckCase.norm(sum)
      let start =
        switch residual {
        case .beforeSum: part.output
        case .afterSum: sum
        case .afterNorm: read
        }
      try expectClose(
        result, to: plain(read, store, activation: .relu) + start, within: 1e-5, "\(residual)")
    }
  }

  @Test func `An adapter's own norms and its trained scale have their places`() throws {
    for addsBeforeNorm in [true, false] {
      var settings = BottleneckSettings.houlsby
      (settings.normBefore, settings.normAfter) = (true, true)
      settings.addsBeforeNorm = addsBeforeNorm
      settings.scaling = .channels
      let (result, part, store) = try made(settings, postNorm: true)
      let name = "bert.encoder.layer.0.feedForward.adapter"
      func norm(_ input: Tensor, _ part: String) throws -> Tensor {
        let weight = try #require(store["\(name).\(part).weight"]?.value)
        return try input.layerNormalized(
          weight: weight, bias: store["\(name).\(part).bias"]?.value, epsilon: 1e-5)
      }
      let scale = try #require(store["\(name).scaling"]?.value)
      let scaled =
        try plain(norm(part.output, "norm_before"), store, activation: .swish) * scale
      let adapted =
        addsBeforeNorm
        ? try norm(scaled + part.output, "norm_after")
        : try norm(scaled, "norm_after") + part.output
      try expectClose(
        result, to: BottleneckCase.norm(adapted + part.residual), within: 1e-5)
    }
  }

  @Test func `Adapters that begin as zeros change nothing`() throws {
    for preset in [BottleneckSettings.pfeiffer, .houlsby, .parallel] {
      var settings = preset
      settings.start = .mam
      for postNorm in [true, false] {
        let place = try BottleneckCase()
        _ = try place.attach(settings)
        let part = try BottleneckCase.part(postNorm: postNorm)
        let sum = try part.output + part.residual
        let adapter = try #require(place.feedForward.adapter)
        let result = try adapter(part)
        try expectClose(result, to: part.norm?(sum) ?? sum, within: 1e-6)
      }
    }
  }

  @Test func `Only an adapter's own parameters have gradients`() throws {
    let place = try BottleneckCase()
    let attached = try place.attach(.pfeiffer)
    let part = try BottleneckCase.part(postNorm: true)
    let adapter = try #require(place.feedForward.adapter)
    try adapter(part).squared().sum().backward()
    for parameter in attached.parameters {
      #expect(parameter.value.gradient != nil, "\(parameter.name)")
      #expect(parameter.isAttached)
    }
    #expect(part.residual.gradient == nil)
    #expect(place.attention.adapter == nil)
  }

  @Test func `Numbers of Houlsby's start lie within two deviations`() throws {
    var settings = BottleneckSettings.houlsby
    settings.start = .houlsby
    settings.reductionFactor = 0.01
    let place = try BottleneckCase()
    let attached = try place.attach(settings)
    for parameter in attached.parameters where parameter.name.hasSuffix("weight") {
      #expect(try parameter.value.absolute().maximum().item() <= 2e-2)
      #expect(try parameter.value.absolute().maximum().item() > 1.5e-2)
    }
  }

  @Test func `What is stored is put back under the library's names`() throws {
    for preset in [BottleneckSettings.pfeiffer, .houlsby, .parallel] {
      var settings = preset
      settings.normBefore = true
      settings.scaling = .learned
      let place = try BottleneckCase()
      let first = try place.attach(settings)
      let folder = try TemporaryFolder()
      let file = folder.url.appending(path: "a.safetensors")
      try SafetensorsWriter.write(first.stored(), to: file)
      let source = try SafetensorsFile(file)
      #expect(
        source.contains("bert.encoder.layer.0.output.adapters.default.adapter_down.1.weight"))
      let other = try BottleneckCase()
      let second = try other.attach(settings)
      for parameter in second.parameters { try parameter.assign(Tensor.ones(parameter.shape)) }
      #expect(try Set(second.names(in: source)) == Set(source.names))
      try second.load(source)
      for (one, another) in zip(first.parameters, second.parameters) {
        try expectClose(another.value, to: one.value, within: 0)
      }
    }
  }

  @Test func `Bottleneck adapters cannot be merged, and say why`() throws {
    let attached = try BottleneckCase().attach(.pfeiffer)
    #expect(attached.mergeRefusal?.contains("non-linearity") == true)
    #expect(throws: AdaptersError.self) { try attached.merge() }
  }
}
