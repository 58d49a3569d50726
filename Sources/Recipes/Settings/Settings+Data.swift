extension Settings {
  static let top: [Setting] = [
    Setting(
      "model", \.model, flag: "model", .text("folder"),
      "Folder of the pre-trained model, ORGANIZATION/NAME of the hub, or lstm to make one."),
    Setting(
      "modelRevision", \.modelRevision, flag: "model-revision", .text("revision"),
      "Branch, tag or commit of a model of the hub (default: main)."),
    Setting(
      "task", \.task.kind, flag: "task", TaskConfiguration.Kind.flagKind,
      "What the model is for."),
    Setting(
      "problem", \.task.problem, flag: "problem", TaskConfiguration.Problem.flagKind,
      "What the labels are (default: auto, found from the data)."),
  ]

  static let data: [Setting] = [
    Setting(
      "data.train", \.data.train, flag: "train", .text("file"),
      "Training rows: CSV, TSV, JSON Lines, or a folder with a subfolder a label."),
    Setting(
      "data.validation", \.data.validation, flag: "validation", .text("file|share"),
      "Rows scored while training: a file, or a share of the training rows such as 0.1."),
    Setting(
      "data.test", \.data.test, flag: "test", .text("file"), "Rows scored after training."),
    Setting(
      "data.format", \.data.format, flag: "format", DataConfiguration.Format.flagKind,
      "How data files are written (default: auto, by their names)."),
    Setting(
      "data.textColumn", \.data.textColumn, flag: "text-column", .text("name"),
      "Column of the text (default: text)."),
    Setting(
      "data.pairColumn", \.data.pairColumn, flag: "pair-column", .text("name"),
      "Column of a second text."),
    Setting(
      "data.labelColumn", \.data.labelColumn, flag: "label-column", .text("name"),
      "Column of the label, or of a regression's number (default: label)."),
    Setting(
      "data.labelSeparator", \.data.labelSeparator, flag: "label-separator", .text("text"),
      "What stands between several labels of a row, such as '|'."),
    Setting(
      "data.labelColumns", \.data.labelColumns, flag: "label-columns", .text("a,b,c"),
      "Columns of 0 and 1, one for each label."),
    Setting(
      "data.maxLength", \.data.maxLength, flag: "max-length", .number("N"),
      "Tokens of the longest input (default: the model's positions)."),
    Setting(
      "data.truncation", \.data.truncation, flag: "truncation",
      DataConfiguration.Truncation.flagKind,
      "Which text of a too long input is cut (default: longest-first)."),
    Setting(
      "data.truncationSide", \.data.truncationSide, flag: "truncation-side",
      DataConfiguration.TruncationSide.flagKind, "At which end texts are cut (default: right)."),
    Setting(
      "data.maximumTruncatedShare", \.data.maximumTruncatedShare, flag: "max-truncated-share",
      .number("share"), "Share of cut training rows that stops the run (default: 0.05)."),
    Setting(
      "data.onBadRow", \.data.onBadRow, flag: "on-bad-row",
      DataConfiguration.BadRowPolicy.flagKind,
      "What happens to a row that cannot be used (default: stop)."),
    Setting(
      "data.dropDuplicates", \.data.dropDuplicates, flag: "drop-duplicates", .toggle,
      "Leave out exact repetitions of training rows."),
    Setting(
      "data.stratified", \.data.stratified, .toggle,
      "Whether a validation share keeps the shares of labels (default: true)."),
  ]

  static let output: [Setting] = [
    Setting(
      "output.folder", \.output.folder, flag: "output", .text("folder"),
      "Folder of the run, which becomes a model folder."),
    Setting(
      "output.overwrite", \.output.overwrite, flag: "overwrite", .toggle,
      "Replace the run that the output folder holds."),
    Setting(
      "output.resume", \.output.resume, flag: "resume", .toggle,
      "Go on with the run that the output folder holds."),
  ]
}
