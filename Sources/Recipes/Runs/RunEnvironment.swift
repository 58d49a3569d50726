internal import Foundation
public import Layers
public import Torch
public import Training

/// Where and in what precision a model computes, and why.
public struct RunEnvironment: Sendable {
  /// The device.
  public let device: Device
  /// The type that the model computes in.
  public let computeType: DataType
  /// Threads of each operation.
  public let threads: Int
  private let deviceReason: String
  private let typeReason: String

  /// Decides, and sets the number of threads for the whole process.
  ///
  /// - Parameters:
  ///   - device: The device asked for.
  ///   - precision: The precision asked for.
  ///   - threads: The threads asked for; nil takes every core.
  /// - Throws: `TorchError` when the device is not there.
  public init(
    device: TrainingConfiguration.Device, precision: TrainingConfiguration.Precision, threads: Int?
  ) throws {
    let choice: DeviceChoice =
      switch device {
      case .automatic: .automatic
      case .cpu: .exactly(.cpu)
      case .cuda: .exactly(.cuda(0))
      }
    let chosen = try ChosenDevice(choice)
    self.device = chosen.device
    deviceReason = chosen.reason
    let isFast = chosen.device != .cpu || Engine.hasFastBFloat16
    switch precision {
    case .fp32: (computeType, typeReason) = (.float32, "asked for")
    case .bf16: (computeType, typeReason) = (.bfloat16, "asked for; fp32 originals")
    case .automatic:
      computeType = isFast ? .bfloat16 : .float32
      typeReason =
        isFast
        ? "the processor multiplies it natively; fp32 originals"
        : "the processor has no native bf16 products"
    }
    if let threads { try Engine.setThreadCount(threads) }
    self.threads = Engine.threadCount
  }

  /// One line that says what is used, and why.
  public var line: String {
    let type = computeType == .float32 ? "fp32" : "bf16"
    return "libtorch \(Engine.version) on \(device) (\(deviceReason)), \(type) (\(typeReason)), "
      + "\(threads) \(threads == 1 ? "thread" : "threads"), kernels \(KernelChoice.instructionSet)"
  }

  /// How a parameter store of a run is made.
  public func storeOptions(seed: Int, isTrainable: Bool) -> ParameterStore.Options {
    var options = ParameterStore.Options()
    options.computeType = computeType
    options.device = device
    options.seed = UInt64(clamping: seed)
    options.isTrainable = isTrainable
    return options
  }
}
