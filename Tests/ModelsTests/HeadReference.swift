import Foundation
import Layers
import Models
import Testing
import Torch
import TorchTestSupport

/// A model with a head, after one pass: what it computed, and what computed it.
struct HeadRun {
  /// The class that Transformers calls it.
  let architecture: String
  let store: ParameterStore
  /// What Transformers' names of parameters lack.
  var prefix = ""
  let outputs: [String: Tensor]
  let save: (URL) throws -> Void

  /// Checks outputs and all gradients against what an oracle stored.
  ///
  /// Outputs are compared in fp32 at 1e-5; gradients at 1e-4 of each parameter's largest, and never
  /// finer than 1e-6 of the largest of all: what is zero but for rounding has no size of its own.
  func expect(
    _ reference: SafetensorsFile, sourceLocation: SourceLocation = #_sourceLocation
  ) throws {
    let names = reference.names.filter { $0.hasPrefix("probe.") }.map { $0.dropFirst(6) }
    #expect(Set(names.map(String.init)) == Set(outputs.keys), sourceLocation: sourceLocation)
    var loss: Tensor?
    for (name, output) in outputs.sorted(by: { $0.key < $1.key }) {
      let expected = try reference.tensor("output.\(name)")
      try expectClose(
        output, to: expected, within: 1e-5, "\(architecture): \(name)",
        sourceLocation: sourceLocation)
      let part = try (output * reference.tensor("probe.\(name)")).sum()
      loss = try loss.map { try $0 + part } ?? part
    }
    try loss?.backward()
    try expectGradients(reference, sourceLocation: sourceLocation)
  }

  private func expectGradients(
    _ reference: SafetensorsFile, sourceLocation: SourceLocation
  ) throws {
    let names = reference.names.filter { $0.hasPrefix("gradient.") }
    #expect(names.count == store.parameters.count, sourceLocation: sourceLocation)
    var largest = 0.0
    for name in names {
      largest = max(largest, try reference.tensor(name).absolute().maximum().item())
    }
    for parameter in store.parameters {
      let name =
        parameter.name.hasPrefix(prefix)
        ? String(parameter.name.dropFirst(prefix.count)) : parameter.name
      let expected = try reference.tensor("gradient.\(name)")
      let gradient = try parameter.value.gradient ?? Tensor.zeros(parameter.shape)
      let difference = try (gradient - expected).absolute().maximum().item()
      let size = try expected.absolute().maximum().item()
      #expect(
        difference <= max(1e-4 * size, 1e-6 * largest),
        "\(architecture): the gradient of \(name) is off by \(difference) of \(size)",
        sourceLocation: sourceLocation)
    }
  }
}

/// What Transformers said about a folder that was saved.
struct LoadedHead: Decodable {
  let missing, unexpected, mismatched, architectures: [String]
  let outputs: [String: [Float]]

  /// Which folder to load as which class, and what to compute.
  struct Request: Encodable {
    let `class`: String
    let folder: String
    let sources: [[Int32]]
    var targets: [[Int32]] = []
  }

  /// Checks that the folder was whole and gave the same outputs.
  func expect(_ run: HeadRun, sourceLocation: SourceLocation = #_sourceLocation) throws {
    #expect(missing + unexpected + mismatched == [], sourceLocation: sourceLocation)
    #expect(architectures == [run.architecture], sourceLocation: sourceLocation)
    #expect(Set(outputs.keys) == Set(run.outputs.keys), sourceLocation: sourceLocation)
    for (name, output) in run.outputs {
      try expectClose(
        output, to: outputs[name] ?? [], within: 1e-5, "\(run.architecture): \(name)",
        sourceLocation: sourceLocation)
    }
  }
}

extension SafetensorsFile {
  /// Sequences that an oracle stored one after another.
  func sequences(_ name: String, lengths: String) throws -> [[Int32]] {
    let tokens = try tensor(name).values(as: Int64.self).map(Int32.init)
    var start = 0
    return try tensor(lengths).values(as: Int64.self).map { length in
      defer { start += Int(length) }
      return Array(tokens[start..<start + Int(length)])
    }
  }

  /// The batch of such sequences, with segments where they are stored.
  func batch(_ name: String, lengths: String, segments: String? = nil) throws -> RaggedBatch {
    let kinds = segments.flatMap { names.contains($0) ? $0 : nil }
    return try RaggedBatch(
      sequences(name, lengths: lengths),
      segments: kinds.map { try sequences($0, lengths: lengths) })
  }
}

/// The code that fused operations run in tests of whole families: the best kernels, and libtorch's
/// plain operations.
enum PathInUse: String, CaseIterable, Sendable {
  case kernels, plainOperations

  func run(_ body: () throws -> Void) throws {
    switch self {
    case .kernels: try body()
    case .plainOperations: try KernelChoice.usingReference(body)
    }
  }
}

extension HeadRun {
  /// A classifier of three labels that a folder with another head, or none, is made into, after one
  /// step of training with dropout.
  static func trainedClassifier(
    from folder: URL, _ batch: RaggedBatch, sourceLocation: SourceLocation = #_sourceLocation
  ) throws -> HeadRun {
    let labels = ClassificationLabels(names: ["no", "maybe", "yes"], problem: .singleLabel)
    let classifier = try PretrainedClassifier(folder: folder, labels: labels)
    try classifier.store.setTrainable()
    let targets = try Tensor((0..<batch.count).map { Int64($0 % 3) })
    let loss = { try classifier.model(batch).crossEntropy(targets) }
    let before = try loss().item()
    classifier.store.forwardState.isTraining = true
    try loss().backward()
    classifier.store.forwardState.isTraining = false
    for parameter in classifier.store.parameters {
      guard let gradient = parameter.value.gradient else { continue }
      try withoutGradients { try parameter.value.add(gradient, scale: -0.01) }
    }
    #expect(try loss().item() < before, sourceLocation: sourceLocation)
    return HeadRun(
      architecture: classifier.pretrained.architecture, store: classifier.store,
      outputs: ["logits": try classifier.model(batch)], save: classifier.save)
  }
}
