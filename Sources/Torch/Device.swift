internal import CTorch

/// Where a tensor's memory lies and its operations run.
public enum Device: Sendable, Hashable, CustomStringConvertible {
  /// The processor.
  case cpu
  /// The NVIDIA GPU of this index.
  case cuda(Int)

  /// "cpu" or "cuda:0", as PyTorch's users write it.
  public var description: String {
    switch self {
    case .cpu: "cpu"
    case .cuda(let index): "cuda:\(index)"
    }
  }

  var code: ct_device {
    switch self {
    case .cpu: ct_device(kind: 0, index: 0)
    case .cuda(let index): ct_device(kind: 1, index: Int32(clamping: index))
    }
  }

  init(code: ct_device) {
    self = code.kind == 1 ? .cuda(Int(code.index)) : .cpu
  }
}

/// What the user asked to compute on.
public enum DeviceChoice: Sendable, Hashable {
  /// A GPU where there is one that works, else the processor.
  case automatic
  /// This device, or an error.
  case exactly(Device)
}

/// The device that was chosen, and why.
public struct ChosenDevice: Sendable {
  /// Where the model will lie.
  public let device: Device
  /// One clause for the first line that a run prints.
  public let reason: String

  /// Decides on a device.
  ///
  /// - Throws: ``TorchError`` of code `device` when the one asked for is not there.
  public init(_ choice: DeviceChoice) throws(TorchError) {
    switch choice {
    case .exactly(.cpu):
      self.init(device: .cpu, reason: "asked for")
    case .exactly(.cuda(let index)):
      let count = Int(ct_cuda_device_count())
      guard index >= 0, count > index else {
        let why = count < 0 ? unsafe String(cString: ct_last_error()) : "\(count) GPUs were found"
        throw TorchError(
          .device, "The device cuda:\(index) cannot be used: \(why). Use --device cpu.")
      }
      self.init(device: .cuda(index), reason: "asked for")
    case .automatic:
      let count = ct_cuda_device_count()
      if count > 0 {
        self.init(device: .cuda(0), reason: "the first of \(count) GPUs")
      } else if count == 0 {
        self.init(device: .cpu, reason: "no GPU was found")
      } else {
        self.init(device: .cpu, reason: unsafe String(cString: ct_last_error()))
      }
    }
  }

  private init(device: Device, reason: String) {
    self.device = device
    self.reason = reason
  }
}
