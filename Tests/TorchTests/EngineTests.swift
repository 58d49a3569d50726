import Foundation
import TestSupport
import Testing
import Torch

private struct EngineFacts: Decodable {
  let version: String
  let capability: String
  let gpus: Int
}

@Suite struct EngineTests {
  @Test func agreesWithPyTorchAboutItselfAndTheProcessor() throws {
    let output = try PythonOracle("torch_engine").run()
    let facts = try JSONDecoder().decode(EngineFacts.self, from: output)
    #expect(Engine.version == facts.version)
    #expect(Engine.processorCapability == facts.capability)
    let chosen = try ChosenDevice(.automatic)
    #expect(chosen.device == (facts.gpus > 0 ? .cuda(0) : .cpu))
    #expect(!chosen.reason.isEmpty)
  }

  @Test(.enabled(if: FileManager.default.fileExists(atPath: "/proc/cpuinfo"), "Linux only"))
  func knowsWhetherTheProcessorMultipliesBFloat16() throws {
    let flags = try String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8)
    if flags.contains("GenuineIntel") || flags.contains("AuthenticAMD") {
      #expect(Engine.hasFastBFloat16 == flags.contains("avx512_bf16"))
    }
  }

  @Test func usesAsManyThreadsAsItIsTold() throws {
    let before = Engine.threadCount
    defer { try? Engine.setThreadCount(before) }
    #expect(before > 0)
    try Engine.setThreadCount(before + 1)
    #expect(Engine.threadCount == before + 1)
  }

  @Test func tellsNewThreadsHowManyToUse() throws {
    let before = Engine.threadCount
    defer { try? Engine.setThreadCount(before) }
    try Engine.setThreadCount(before + 2)
    nonisolated(unsafe) var found = 0
    let done = DispatchSemaphore(value: 0)
    Thread.detachNewThread {
      unsafe found = Engine.threadCount
      done.signal()
    }
    done.wait()
    #expect(unsafe found == before + 2)
  }

  @Test func theProcessorCanAlwaysBeChosen() throws {
    #expect(try ChosenDevice(.exactly(.cpu)).device == .cpu)
  }

  @Test(arguments: [-1, 4096])
  func saysWhyAGPUCannotBeUsed(_ index: Int) throws {
    let error = try #require(throws: TorchError.self) { try ChosenDevice(.exactly(.cuda(index))) }
    #expect(error.code == .device)
    #expect(error.description.contains("cuda:\(index) cannot be used"))
    #expect(error.description.contains("--device cpu"))
  }

  @Test func refusesTensorsOnAGPUThatIsNotThere() throws {
    #expect(throws: TorchError.self) { try Tensor.zeros([1], on: .cuda(63)) }
    #expect(throws: TorchError.self) { try Tensor.zeros([1]).to(.cuda(63)) }
    #expect(throws: TorchError.self) { try Generator(seed: 1, on: .cuda(63)) }
  }

  @Test func onlyGPUsTellOfGPUMemory() throws {
    let error = try #require(throws: TorchError.self) { try Engine.gpuMemory(.cpu) }
    #expect(error.code == .device)
  }

  @Test func devicesReadAsPyTorchWritesThem() {
    #expect(Device.cpu.description == "cpu")
    #expect(Device.cuda(1).description == "cuda:1")
  }

  @Test func elementTypesKnowTheirSizes() throws {
    for type in DataType.allCases {
      #expect(try Tensor.zeros([3], type).byteCount == 3 * type.size)
      #expect(try Tensor.zeros([3], type).dataType == type)
    }
    #expect(
      DataType.allCases.filter(\.isFloatingPoint) == [.float32, .float16, .bfloat16, .float64])
  }
}
