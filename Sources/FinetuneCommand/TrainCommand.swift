import ArgumentParser
import Finetune
import Foundation

/// `finetune train`: a recipe, flags, or both.
struct TrainCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "train",
    abstract: "Fine-tunes a model on your data.",
    discussion: """
      Settings come from a recipe, from flags, or from both; flags win. The resolved recipe is stored \
      with the run. Ctrl-C stores the state of the run, and --resume goes on from it, bit for bit.

      EXAMPLES
        finetune train recipe.yaml
        finetune train recipe.yaml --set training.epochs=3 --output runs/longer
        finetune train --model bert-base --task text-classification \\
          --train reviews.csv --validation 0.1 --test test.csv \\
          --text-column text --label-column label --epochs 3 \\
          --batch-tokens 2048 --learning-rate 5e-5 --output runs/reviews
        finetune train runs/reviews/recipe.yaml --resume
        finetune train --model bert-base --task token-classification \\
          --train train.conll --test test.conll --output runs/entities
        finetune train --model bert-base --task question-answering \\
          --train squad.json --validation 0.05 --output runs/answers
        finetune train --model bert-base --task text-classification \\
          --train reviews.csv --validation 0.1 --output runs/lora \\
          --method lora --rank 8 --alpha 16 --targets query,value

      The names of Hugging Face's TrainingArguments are understood too, with a note:
        finetune train recipe.yaml --num_train_epochs 3 --warmup_ratio 0.1
      """)

  @Argument(help: "A recipe in YAML.", completion: .file(extensions: ["yaml", "yml"]))
  var recipe: String?

  @OptionGroup(title: "Settings") var settings: RecipeOptions

  func run() throws {
    let resolved = try RecipeBuilder(file: recipe, overrides: settings.overrides()).build()
    resolved.notes.forEach { Screen.note("Note: \($0)") }
    // A step frees and needs again the same memory; the process has no other use for it.
    TensorMemory.startCaching()
    let control = RunControl()
    let run = TrainingRun(
      resolved.recipe, sink: Screen.progress(), version: Release.version, control: control)
    let interrupts = Interrupts(
      control, before: run.start,
      message: "Interrupted: the state of the run is being stored. Once more ends at once.")
    let summary = try withExtendedLifetime(interrupts) { try run.execute() }
    let folder = resolved.recipe.output.folder
    switch summary.ending {
    case .completed: Screen.note("The tuned model is in \(folder).")
    case .stopped(let reason):
      Screen.note("Stopped early: \(reason). The tuned model is in \(folder).")
    case .interrupted:
      Screen.note("Interrupted. Go on with: finetune train \(folder)/recipe.yaml --resume")
      throw ExitCode(interrupts.status.code)
    }
  }
}
