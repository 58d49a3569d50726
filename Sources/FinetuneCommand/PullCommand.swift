import ArgumentParser
import Finetune
import Foundation

/// `finetune pull`: a model of the hub comes here.
struct PullCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "pull",
    abstract: "Fetches a model from the Hugging Face hub, and prints its folder.",
    discussion: """
      Only what is needed to run and train the model is fetched: its configuration, its tokenizer, \
      and its weights once (model.safetensors, else its shards, else pytorch_model.bin; an adapter \
      besides). Every file is checked against its hash before it can be seen. An interrupted pull \
      goes on where it ended.

      Models lie in the cache that Python's programs use as well. The folder is the only line on \
      standard output, so that model=$(finetune pull NAME) works.

      A model need not be pulled first: --model ORGANIZATION/NAME does it.

      EXAMPLES
        finetune pull google/electra-small-discriminator
        finetune pull bert-base-uncased --revision main
        finetune pull ORGANIZATION/NAME@v1.0
        finetune pull ORGANIZATION/NAME-GGUF --file model-Q8_0.gguf
        finetune pull ORGANIZATION/NAME --include "onnx/*" --exclude "*.fp16.*"
        ls "$(finetune pull ORGANIZATION/NAME --quiet)"

      ENVIRONMENT
        HF_TOKEN                 A token for gated and private models; without it
                                 that of `hf auth login` is sent.
        HF_HOME, HF_HUB_CACHE    Where models are kept; without them
                                 ~/.cache/huggingface/hub.
        HF_ENDPOINT              Another hub or a mirror.
        HF_HUB_OFFLINE=1         Never uses the network.
        HF_HUB_DOWNLOAD_TIMEOUT  Seconds without data before a transfer is begun
                                 again (10).
        HF_HUB_ETAG_TIMEOUT      Seconds that a question may take (10).
        HTTPS_PROXY, NO_PROXY    A proxy, and the hosts asked without it.
      """)

  @Argument(
    help: ArgumentHelp(
      "The model: ORGANIZATION/NAME, NAME alone for the oldest, either with @REVISION.",
      valueName: "model"))
  var model: String

  @Option(
    help: ArgumentHelp("A branch, tag or commit (default: main).", valueName: "revision"))
  var revision: String?

  @Option(
    name: .customLong("file"),
    help: ArgumentHelp(
      "A file wanted besides; weights, such as a GGUF file, stand in for the usual ones. May be "
        + "given several times.", valueName: "path"))
  var files: [String] = []

  @Option(
    help: ArgumentHelp(
      "Fetches the files that fit a pattern instead of those needed; * stands for any characters, "
        + "FOLDER/ for all in it. May be given several times.", valueName: "pattern"))
  var include: [String] = []

  @Option(
    help: ArgumentHelp(
      "Leaves out the files that fit a pattern. May be given several times.", valueName: "pattern"))
  var exclude: [String] = []

  @Flag(help: "Fetches all files of the model.")
  var all = false

  @Flag(name: [.short, .long], help: "Prints the folder alone.")
  var quiet = false

  func validate() throws {
    if all, !include.isEmpty { throw ValidationError("Give --all or --include, not both.") }
  }

  func run() throws {
    let reference = try ModelReference(model, revision: revision)
    let choice = FileChoice(
      base: all ? .all : .needed, names: files, including: include.map(FilePattern.init),
      excluding: exclude.map(FilePattern.init))
    let control = RunControl()
    let interrupts = Interrupts(control)
    let sink = quiet ? nil : Screen.progress()
    do {
      let pulled = try ModelDownload(sink: sink, control: control).pull(reference, choice)
      if !quiet { tell(pulled) }
      try Screen.result(pulled.folder.path)
    } catch is Interrupted {
      Screen.interruption(
        "Interrupted; what has arrived is kept, and the next pull goes on from there.")
      throw ExitCode(interrupts.status.code)
    }
  }

  private func tell(_ model: PulledModel) {
    let sizes = model.files.map { ProcessMemory.text($0.size) }
    let width = sizes.map(\.count).max() ?? 0
    for (file, size) in zip(model.files, sizes) {
      let blank = String(repeating: " ", count: width - size.count)
      Screen.note("  \(blank)\(size)  \(file.path)\(file.wasHere ? "  (was here)" : "")")
    }
    let here = model.files.filter(\.wasHere).count
    let fetched = model.files.count - here
    Screen.note(
      "\(model.name), commit \(model.commit): \(fetched) \(fetched == 1 ? "file" : "files") fetched "
        + "(\(ProcessMemory.text(model.bytesFetched))), \(here) were here.")
  }
}
