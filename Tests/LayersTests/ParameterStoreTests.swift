import Layers
import Testing
import Torch

/// A checkpoint of one tensor.
private final class OneTensor: WeightSource {
  let names = ["a", "left over"]
  let origin = "here"

  func shape(of name: String) -> [Int]? { names.contains(name) ? [2] : nil }
  func dataType(of name: String) -> DataType? { names.contains(name) ? .float32 : nil }
  func tensor(_ name: String) throws -> Tensor { try Tensor([Float(1), 2]) }
}

struct ParameterStoreTests {
  @Test func aClosedCheckpointIsLetGoAndItsReportStays() throws {
    weak var held: OneTensor?
    let store: ParameterStore
    do {
      let source = OneTensor()
      held = source
      store = ParameterStore(source: source)
    }
    let parameter = try store.root.parameter("a", shape: [2], .zeros)
    _ = try store.root.parameter("b", shape: [2], .zeros)
    let report = store.report
    #expect(report.unexpected == ["left over"] && report.missing == ["b"])
    #expect(held != nil)
    store.closeCheckpoint()
    #expect(held == nil)
    #expect(store.report == report)
    #expect(try parameter.value.values(as: Float.self) == [1, 2])
  }

  @Test func noLayerIsMadeAfterTheCheckpointWasClosed() throws {
    let store = ParameterStore(source: nil)
    store.closeCheckpoint()
    let error = #expect(throws: LayersError.self) {
      try store.root["layer"].parameter("weight", shape: [2], .zeros)
    }
    #expect(error?.description == "layer.weight is asked for after the checkpoint was closed.")
  }

  @Test func aParameterIsTakenFromItsSecondNameWhereTheFirstIsMissing() throws {
    let store = ParameterStore(source: OneTensor())
    let parameter = try store.root["layer"].parameter("weight", or: "a", shape: [2], .zeros)
    #expect(parameter.name == "layer.weight" && parameter.origin == .checkpoint)
    #expect(try parameter.value.values(as: Float.self) == [1, 2])
    #expect(store.report.missing.isEmpty && store.report.matched == ["a"])
  }

  @Test func aParameterThatNoNameStandsForIsMissingUnderItsFirst() throws {
    let store = ParameterStore(source: OneTensor())
    _ = try store.root.parameter("b", or: "c", shape: [2], .zeros)
    #expect(store.report.missing == ["b"])
  }

  @Test func aCopyIsStoredAndItsValueInTheCheckpointIsNotUsed() throws {
    let store = ParameterStore(source: OneTensor())
    let parameter = try store.root.parameter("a", shape: [2], .zeros)
    try store.root.copy(parameter, as: "left over")
    #expect(store.report.unexpected.isEmpty && store.report.contradicted.isEmpty)
    #expect(store.stored.map(\.name) == ["a", "left over"])
    #expect(store.stored.allSatisfy { $0.parameter === parameter })
    #expect(throws: LayersError.self) { try store.root.copy(parameter, as: "a") }
    #expect(throws: LayersError.self) { try store.root.copy(parameter, as: "left over") }
  }
}
