internal import Datasets
internal import Tracking
internal import Training

extension PreflightReport.Memory {
  /// What a run's tensors need, beside what the process held before the model was loaded.
  init(_ estimate: MemoryEstimate, withoutModel: Int) {
    let parts: [PreflightReport.MemoryPart] = [
      .init(name: "program and data", bytes: withoutModel),
      .init(name: "weights", bytes: estimate.parameters),
      .init(name: "moments", bytes: estimate.moments),
      .init(name: "gradients", bytes: estimate.gradients + estimate.gradientSums),
      .init(
        name: "activations of \(TrainingRun.grouped(estimate.tokens)) tokens",
        bytes: estimate.activations),
    ]
    let peak = withoutModel + estimate.peak
    let list = parts.map { "\($0.name) \(ProcessMemory.text($0.bytes))" }.joined(separator: ", ")
    self.init(
      peak: peak, parts: parts,
      sentence: "Memory: about \(ProcessMemory.text(peak)) at most (\(list); "
        + "gradients come as activations go)")
  }
}
