import Testing
import Torch
import TorchTestSupport

private func make(
  _ expression: String, _ operation: @escaping @Sendable () throws -> Tensor
) -> OperationCase {
  OperationCase(expression, []) { _ in [try operation()] }
}

private let conversions = DataType.allCases.flatMap { source in
  DataType.allCases.map { target in
    OperationCase(
      "a.to(torch.\(target.rawValue))", [Input([2, 5], source, .positive)], differentiates: false
    ) { [try $0[0].to(target)] }
  }
}

private let battery = OperationBattery(
  cases: conversions
    + DataType.allCases.flatMap { type in
      [
        make("torch.zeros(2, 3, dtype=torch.\(type.rawValue))") { try Tensor.zeros([2, 3], type) },
        make("torch.ones((), dtype=torch.\(type.rawValue))") { try Tensor.ones([], type) },
        make("torch.full((0, 2), 1, dtype=torch.\(type.rawValue))") {
          try Tensor.full([0, 2], 1, type)
        },
      ]
    } + [
      make("torch.full((2,), -1.5)") { try Tensor.full([2], -1.5) },
      make("torch.full((1,), math.nan)") { try Tensor.full([1], .nan) },
      make("torch.arange(7)") { try Tensor.range(to: 7) },
      make("torch.arange(2, 9, 3, dtype=torch.int32)") {
        try Tensor.range(from: 2, to: 9, by: 3, .int32)
      },
      make("torch.arange(1, 0, -0.25, dtype=torch.float32)") {
        try Tensor.range(from: 1, to: 0, by: -0.25, .float32)
      },
      make("torch.arange(3, 3)") { try Tensor.range(from: 3, to: 3) },
    ])

private let answers = Result { try battery.answers() }

@Suite struct MakingTests {
  @Test(arguments: battery.cases.indices)
  func equalsPyTorch(_ index: Int) throws {
    try OperationBattery.check(battery.cases[index], against: answers.get()[index])
  }

  @Test func copiesValuesInAndOut() throws {
    #expect(try Tensor([Float(1), 2, 3]).values(as: Float.self) == [1, 2, 3])
    #expect(try Tensor([Int64.min, 0, .max]).values(as: Int64.self) == [.min, 0, .max])
    #expect(try Tensor([Int32.min, .max]).values(as: Int32.self) == [.min, .max])
    #expect(try Tensor([true, false]).values(as: Bool.self) == [true, false])
    #expect(try Tensor([UInt8(255)]).values(as: UInt8.self) == [255])
    #expect(try Tensor([Double.pi]).values(as: Double.self) == [.pi])
    #expect(try Tensor([Float]()).values(as: Float.self) == [])
  }

  @Test func convertsValuesOnTheWayOut() throws {
    #expect(try Tensor([Float(1.7), -1.7]).values(as: Int64.self) == [1, -1])
    #expect(try Tensor([Int64(0), 3]).values(as: Bool.self) == [false, true])
  }

  @Test func readsValuesInRowMajorOrder() throws {
    let tensor = try Tensor([Float(1), 2, 3, 4, 5, 6], shape: [2, 3]).transposed()
    #expect(try tensor.values(as: Float.self) == [1, 4, 2, 5, 3, 6])
    #expect(!tensor.isContiguous)
    #expect(try tensor.contiguous().isContiguous)
  }

  @Test func describesItself() throws {
    let tensor = try Tensor.zeros([2, 0, 3], .bfloat16)
    #expect(tensor.rank == 3)
    #expect(tensor.shape == [2, 0, 3])
    #expect(tensor.size(-1) == 3)
    #expect(tensor.count == 0)
    #expect(tensor.byteCount == 0)
    #expect(tensor.dataType == .bfloat16)
    #expect(tensor.device == .cpu)
    #expect(try Tensor.zeros([3, 2], .int16).byteCount == 12)
    #expect(try Tensor(scalar: Float(2)).rank == 0)
  }

  @Test func readsSingleElements() throws {
    #expect(try Tensor(scalar: Float(0.5)).item() == 0.5)
    #expect(try Tensor([Int64.max - 1]).integerItem() == Int(Int64.max - 1))
    #expect(try Tensor(scalar: true).item() == 1)
  }

  @Test func uninitializedTensorsHaveTheirShape() throws {
    #expect(try Tensor.uninitialized([4, 2], .float16).shape == [4, 2])
  }

  @Test func copiesBytesWithoutAlignment() throws {
    let bytes: [UInt8] = [9, 0, 0, 0x80, 0x3F]
    let tensor = unsafe try bytes.withUnsafeBytes { bytes in
      unsafe try Tensor.copying(
        UnsafeRawBufferPointer(rebasing: bytes[1...]), shape: [1], .float32)
    }
    #expect(try tensor.item() == 1)
  }

  @safe private final class Owner {
    let memory: UnsafeMutableRawPointer
    let ended: () -> Void
    init(ended: @escaping () -> Void) {
      unsafe memory = UnsafeMutableRawPointer.allocate(byteCount: 16, alignment: 16)
      unsafe memory.initializeMemory(as: Float.self, repeating: 2, count: 4)
      self.ended = ended
    }
    deinit {
      unsafe memory.deallocate()
      ended()
    }
  }

  @Test func sharedMemoryLivesAsLongAsItsTensors() throws {
    var hasEnded = false
    var view: Tensor?
    do {
      let owner = Owner { hasEnded = true }
      let tensor = unsafe try Tensor.sharing(
        owner.memory, shape: [2, 2], .float32, ownedBy: owner)
      view = try tensor.select(0, 1)
    }
    #expect(!hasEnded)
    #expect(try view?.sum().item() == 4)
    view = nil
    #expect(hasEnded)
  }

  @Test func aFailedShareReleasesItsOwnerOnce() throws {
    var hasEnded = false
    do {
      let owner = Owner { hasEnded = true }
      #expect(throws: TorchError.self) {
        unsafe try Tensor.sharing(owner.memory, shape: [-2], .float32, ownedBy: owner)
      }
    }
    #expect(hasEnded)
  }
}
