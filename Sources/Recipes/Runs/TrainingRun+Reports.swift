internal import Datasets
internal import Evaluation
internal import Foundation
internal import Layers
internal import Models
internal import Optimizers
internal import Tasks
internal import Torch
internal import Tracking
internal import Training

extension TrainingRun {
  /// Scores the kept weights and writes reports, predictions and the model card.
  func finish<Task>(
    _ model: Task.Model, _ prepared: PreparedData<Task>, _ environment: RunEnvironment,
    _ trainer: Trainer<Task.Model>, _ recorder: RunRecorder
  ) throws -> EvaluationReport? {
    if let best = trainer.best, recipe.training.keepBest {
      if best.step != trainer.step {
        say("The weights after step \(best.step) were the best, and are the ones kept.")
      }
      // Also where they are the last ones: what was chosen on the validation rows lies beside them.
      try model.reload(from: output.url)
    }
    var report: EvaluationReport?
    if let judged = prepared.judged {
      let scored = try score(
        model, prepared.task, judged.rows, judged.encoded,
        limit: prepared.preflight.report.maximumLength)
      var page = scored
      page.curves = try curves()
      try recorder.write(
        MetricRecord(
          step: trainer.step, epoch: recorder.epoch, kind: judged.split, values: scored.scores))
      try AtomicFile.write(scored.json(), to: output.url.appending(path: "evaluation.json"))
      try AtomicFile.write(scored.markdown, to: output.url.appending(path: "evaluation.md"))
      try AtomicFile.write(
        EvaluationPage(page, title: output.url.lastPathComponent, facts: facts(judged.split))
          .html,
        to: output.url.appending(path: "evaluation.html"))
      say("\(judged.split.capitalized) data, \(Self.grouped(scored.rows)) rows:\n")
      say(scored.withoutSections.text)
      say("Slices, calibration and the hardest rows: \(output.name)/evaluation.html")
      report = scored
    }
    try card(model, prepared, environment, report).write(into: output.url)
    return report
  }

  private func score<Task: TaskDeclaration>(
    _ model: Task.Model, _ task: Task, _ rows: [TextRow],
    _ encoded: [EncodedRow<Task.Model.Example>], limit: Int?
  ) throws -> EvaluationReport {
    let writer = try PredictionWriter(output.url.appending(path: "predictions.jsonl"))
    var scoring = RowScoring(
      task, model, batch: recipe.training.evaluationBatchSize, sink: sink,
      control: control)
    scoring.limit = limit
    let report = try scoring.execute(rows, encoded, bootstrap: BootstrapSettings()) { prediction in
      try writer.write(prediction)
    }
    try writer.commit()
    return report
  }

  private func card(
    _ model: some TaskModel, _ prepared: PreparedData<some TaskDeclaration>,
    _ environment: RunEnvironment, _ report: EvaluationReport?
  ) -> ModelCard {
    var card = ModelCard(
      name: output.url.lastPathComponent,
      baseModel: baseModelName, kind: model.evaluationKind,
      reproduction: .init(
        seed: UInt64(clamping: recipe.training.seed),
        versions: ["swift-finetune": version, "libtorch": Engine.version],
        hardware: environment.line, recipeFile: "recipe.yaml"))
    card.pipelineTag = type(of: prepared.task).pipelineTag
    card.labels = prepared.labels?.names ?? []
    let paths: [String: String] = [
      "train": recipe.data.train, "test": recipe.data.test ?? "",
      "validation": recipe.data.validationPath ?? recipe.data.train,
    ]
    card.data = prepared.preflight.report.splits.map { split in
      ModelCard.DataDescription(
        name: URL(filePath: paths[split.name] ?? "").lastPathComponent, split: split.name,
        rows: split.rows,
        labelCounts: Dictionary(
          split.labels.map { ($0.label, $0.rows) }, uniquingKeysWith: { first, _ in first }))
    }
    card.settings = [
      .init("learning rate", "\(recipe.optimizer.learningRate)"),
      .init("optimizer", recipe.optimizer.kind.rawValue),
      .init("schedule", recipe.schedule.kind.rawValue),
      .init("length", recipe.training.length.text), .init("batch", recipe.training.batch.text),
      .init("precision", environment.computeType == .float32 ? "fp32" : "bf16"),
    ]
    card.evaluation = report
    card.evaluated = card.data.last { $0.split != "train" }
    card.maximumLength = prepared.preflight.report.maximumLength
    return card
  }
}

extension DataConfiguration {
  /// The file of the validation data, when they have one of their own.
  var validationPath: String? {
    if case .file(let path) = validation { path } else { nil }
  }
}

extension RunLength {
  var text: String {
    switch self {
    case .epochs(1): "1 epoch"
    case .epochs(let count):
      count == count.rounded() && abs(count) < 1e9 ? "\(Int(count)) epochs" : "\(count) epochs"
    case .steps(let count): count == 1 ? "1 step" : "\(count) steps"
    }
  }
}

extension BatchLimit {
  var text: String {
    switch self {
    case .sequences(let count): "\(count) sequences"
    case .tokens(let count): "\(count) tokens"
    }
  }
}
