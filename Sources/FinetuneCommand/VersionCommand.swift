import ArgumentParser
import Finetune
import Foundation

/// `finetune version`.
struct VersionCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "version", abstract: "Prints the versions of this program and of libtorch.")

  func run() throws {
    try Screen.result("swift-finetune \(Release.version), libtorch \(Engine.version)")
  }
}

/// `finetune env`: what the program sees of the machine, for a report of a problem.
struct EnvironmentCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "env", abstract: "Prints what the program sees of this machine.",
    discussion: "Add its output to a report of a problem.")

  @OptionGroup(title: "Computing") var compute: ComputeOptions

  func run() throws {
    let environment = try compute.environment()
    let machine = ProcessInfo.processInfo
    let lines = [
      ("swift-finetune", Release.version),
      ("libtorch", "\(Engine.version), \(Engine.processorCapability)"),
      ("would use", environment.line),
      ("native bf16", Engine.hasFastBFloat16 ? "yes" : "no"),
      ("system", machine.operatingSystemVersionString),
      ("cores", "\(machine.activeProcessorCount)"),
      ("memory", "\(machine.physicalMemory / 1_048_576) MiB"),
    ]
    let width = lines.map(\.0.count).max() ?? 0
    for (name, value) in lines {
      try Screen.result(name + String(repeating: " ", count: width - name.count + 2) + value)
    }
  }
}
