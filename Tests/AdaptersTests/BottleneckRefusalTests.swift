import Adapters
import Foundation
import Layers
import Models
import Testing

struct BottleneckRefusalTests {
  private func refusal(_ change: (inout BottleneckSettings) -> Void) -> String {
    var settings = BottleneckSettings.pfeiffer
    change(&settings)
    do {
      _ = try BottleneckCase().attach(settings)
      return ""
    } catch { return "\(error)" }
  }

  @Test func `Settings that cannot be are refused by name`() {
    #expect(refusal { $0.reductionFactor = 0 }.contains("reduction_factor"))
    #expect(refusal { $0.layerReductionFactors = [0: -1] }.contains("reduction_factor"))
    #expect(refusal { $0.dropout = 1 }.contains("dropout"))
    #expect(refusal { $0.afterFeedForward = false }.contains("nothing to train"))
    #expect(refusal { $0.leftOut = [-1] }.contains("leave_out"))
    #expect(refusal { $0.leftOut = [5] }.contains("the layer 5"))
    #expect(refusal { $0.leftOut = [0] }.contains("left out"))
    #expect(
      refusal {
        $0.residual = .afterSum
        $0.originalNormBefore = false
      }.contains("post_add"))
    #expect(refusal { $0.scaling = .constant(.nan) }.contains("scaling"))
  }

  @Test func `A model without places for adapters is refused by its family`() throws {
    let file = ConfigurationFile(values: ["model_type": .string("lstm")])
    let scope = AttachmentScope(family: try ModelFamily.of(file), configuration: file)
    let error = #expect(throws: AdaptersError.self) {
      try BottleneckSettings.pfeiffer.attach(to: ParameterStore(source: nil), scope: scope)
    }
    #expect(error?.code == .target)
    #expect(error?.description.contains("family lstm") == true)
  }

  @Test func `A second adapter in the same places is refused`() throws {
    let place = try BottleneckCase()
    _ = try place.attach(.pfeiffer)
    var second = place.scope
    second.namePrefix = "second/"
    let error = #expect(throws: AdaptersError.self) {
      try BottleneckSettings.pfeiffer.attach(to: place.store, scope: second)
    }
    #expect(error?.description.contains("already") == true)
  }

  @Test func `The library's configuration is read back as it is written`() throws {
    var settings = BottleneckSettings.houlsby
    settings.layerReductionFactors = [1: 4]
    settings.scaling = .channels
    settings.residual = .afterNorm
    settings.leftOut = [2]
    settings.afterCrossAttention = true
    for each in [settings, .pfeiffer, .parallel] {
      let read = try BottleneckSettings(AdapterConfiguration(values: each.values()))
      #expect(read == each)
    }
  }

  @Test(arguments: [
    ("use_gating", JSONValue.bool(true)), ("phm_layer", .bool(true)),
    ("inv_adapter", .string("nice")), ("stochastic_depth", .number(0.1)),
    ("non_linearity", .string("leakyrelu")), ("scaling", .string("wide")),
    ("residual_before_ln", .string("never")), ("architecture", .string("lora")),
    ("reduction_factor", .object(["first": .integer(2)])), ("mh_adapter", .integer(1)),
  ])
  func `An option that is not supported is refused by name`(key: String, value: JSONValue) throws {
    var values = BottleneckSettings.pfeiffer.values()
    values[key] = value
    let error = #expect(throws: AdaptersError.self) {
      try BottleneckSettings(AdapterConfiguration(values: values))
    }
    let named = key == "architecture" ? "lora" : key
    #expect(error?.description.contains(named) == true)
  }
}
