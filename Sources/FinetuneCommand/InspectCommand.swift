import ArgumentParser
import Finetune
import Foundation

/// `finetune inspect`: what a folder or file is.
struct InspectCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "inspect",
    abstract: "Tells what a model folder, a run, an adapter or a data file is.",
    discussion: """
      Of an adapter, PEFT's, AdapterHub's or MLX's, it tells the method, its rank and targets, and with \
      the base at hand which of its tensors fit, which are missing and which have no place.

      EXAMPLES
        finetune inspect runs/reviews
        finetune inspect google/electra-small-discriminator
        finetune inspect runs/lora
        finetune inspect model.safetensors
        finetune inspect reviews.csv --text-column text
      """)

  @Argument(
    help: "A model folder or a model of the hub, a run, an adapter, a safetensors or a data file.",
    completion: .file())
  var path: String

  @Flag(help: "Lists every tensor of the weights.")
  var tensors = false

  @OptionGroup(title: "Data") var columns: ColumnOptions

  func run() throws {
    let url = try ModelDownload.folder(path, sink: Screen.progress()) ?? URL(filePath: path)
    for line in try Inspection(url, columns: columns.choice, listsTensors: tensors).lines {
      try Screen.result(line)
    }
  }
}
