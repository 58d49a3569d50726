internal import Adapters
public import Foundation
internal import Layers
internal import Optimizers
internal import Torch

/// The stored states of a run: `state.json`, and a folder of weights and optimiser for each state
/// that is kept.
///
/// Only what training changes is stored: what is frozen comes from the model that the run began
/// with.
///
/// A state is complete before `state.json` names it, so a run killed while storing has the one
/// before.
public struct ResumeFolder: Sendable {
  /// Where it lies: `resume` in the run folder.
  public let url: URL

  /// Names the folder; nothing is made.
  public init(_ url: URL) {
    self.url = url
  }

  private var stateFile: URL { url.appending(path: "state.json") }

  /// The newest stored state; nil when there is none.
  ///
  /// - Throws: ``TrainingError`` when the file cannot be understood.
  public func state() throws -> ResumeState? {
    guard FileManager.default.fileExists(atPath: stateFile.path) else { return nil }
    do {
      let state = try JSONDecoder().decode(ResumeState.self, from: Data(contentsOf: stateFile))
      guard state.format == ResumeState().format else {
        throw TrainingError(
          .resume,
          "\(stateFile.path) is of format \(state.format), which this version does not read. "
            + "Resume with the version that wrote it, or start anew with --overwrite.")
      }
      return state
    } catch let error as TrainingError {
      throw error
    } catch {
      throw TrainingError(
        .resume, "\(stateFile.path) cannot be read: \(error). Start anew with --overwrite.")
    }
  }

  /// Stores weights, optimiser, the method's state and the counters, then removes states older than the newest `keeping`.
  func store(
    _ state: ResumeState, optimizer: Optimizer, tuning: (any AttachedMethod)?, keeping: Int
  ) throws -> ResumeState {
    var state = state
    state.weights = "step-\(state.step)"
    let folder = url.appending(path: state.weights, directoryHint: .isDirectory)
    try failing("stored in \(url.path)") {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    }
    try SafetensorsWriter.write(
      optimizer.parameters.map { (name: $0.name, tensor: $0.master) },
      to: folder.appending(path: "weights.safetensors"))
    try SafetensorsWriter.write(
      optimizer.state().map { (name: $0.name, tensor: $0.tensor) },
      to: folder.appending(path: "optimizer.safetensors"))
    if let memory = try tuning?.state(), !memory.isEmpty {
      try SafetensorsWriter.write(memory, to: Self.method(in: folder))
    }
    try write(state)
    try removeOthers(than: state.step, keeping: max(1, keeping))
    return state
  }

  /// Overwrites `state.json` alone.
  func write(_ state: ResumeState) throws {
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys]
    // On the disk before it takes the old one's place: the state must outlive a power cut too.
    let file = try AtomicFile(stateFile)
    try file.write(String(decoding: encoder.encode(state), as: UTF8.self))
    try file.commit()
  }

  /// What a method of tuning remembers.
  private static func method(in folder: URL) -> URL {
    folder.appending(path: "method.safetensors")
  }

  /// Puts stored weights, the optimiser's memory and the method's back.
  func restore(
    _ state: ResumeState, optimizer: Optimizer, tuning: (any AttachedMethod)?
  ) throws {
    let folder = url.appending(path: state.weights, directoryHint: .isDirectory)
    let weights = try SafetensorsFile(folder.appending(path: "weights.safetensors"))
    for parameter in optimizer.parameters {
      try parameter.assign(weights.tensor(parameter.name))
    }
    let memory = try SafetensorsFile(folder.appending(path: "optimizer.safetensors"))
    try optimizer.restore(memory, stepCount: state.step)
    let method = Self.method(in: folder)
    if let tuning, FileManager.default.fileExists(atPath: method.path) {
      try tuning.restore(SafetensorsFile(method))
    }
  }

  /// Keeps the newest states up to the current one.
  ///
  /// Later ones are of a run that was killed before `state.json` named them.
  private func removeOthers(than current: Int, keeping: Int) throws {
    try failing("tidied up in \(url.path)") {
      let names = try FileManager.default.contentsOfDirectory(atPath: url.path)
      let steps = names.compactMap { name in
        name.hasPrefix("step-") ? Int(name.dropFirst(5)) : nil
      }.sorted(by: >)
      let kept = steps.filter { $0 <= current }.prefix(keeping)
      for step in steps where !kept.contains(step) {
        try FileManager.default.removeItem(at: url.appending(path: "step-\(step)"))
      }
    }
  }

  private func failing(_ what: String, _ body: () throws -> Void) throws {
    do {
      try body()
    } catch let error as CocoaError {
      throw TrainingError(
        .access, "The state of the run could not be \(what): \(error.localizedDescription)")
    }
  }
}
