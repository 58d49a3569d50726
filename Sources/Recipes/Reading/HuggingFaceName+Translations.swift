extension HuggingFaceName {
  /// Names whose value is written in other words here.
  static let translations: [HuggingFaceName] = [
    HuggingFaceName("problem_type", .translated(problemType)),
    HuggingFaceName("max_steps", .translated(maximumSteps)),
    HuggingFaceName("warmup_steps", .translated(warmup)),
    HuggingFaceName("max_grad_norm", .translated(gradientNorm)),
    HuggingFaceName("lr_scheduler_type", .translated(scheduler)),
    HuggingFaceName("optim", .translated(optimizer)),
    HuggingFaceName("activation_checkpointing", .translated(checkpointing)),
    HuggingFaceName("bf16", .translated(bf16)),
    HuggingFaceName("fp16", .translated(fp16)),
    HuggingFaceName("use_cpu", .translated(processorOnly)),
    HuggingFaceName("no_cuda", .translated(processorOnly)),
    HuggingFaceName("group_by_length", .translated(lengthGrouped)),
    HuggingFaceName("train_sampling_strategy", .translated(sampling)),
    HuggingFaceName("metric_for_best_model", .translated(bestMetric)),
    HuggingFaceName("greater_is_better", .translated(direction)),
    HuggingFaceName("resume_from_checkpoint", .translated(resume)),
    HuggingFaceName("report_to", .translated(reporting)),
    HuggingFaceName("logging_strategy", .translated(logging)),
  ]

  @Sendable private static func problemType(_ raw: RawValue) throws(ValueMismatch) -> Translation {
    let names = [
      "single_label_classification": "single-label", "multi_label_classification": "multi-label",
      "regression": "regression",
    ]
    guard let kind = names[try raw.read(String.self)] else {
      throw ValueMismatch(expected: "one of " + names.keys.sorted().joined(separator: ", "))
    }
    return .setting("problem", raw.replacing(kind))
  }

  @Sendable private static func maximumSteps(_ raw: RawValue) throws(ValueMismatch) -> Translation {
    try raw.read(Int.self) > 0
      ? .setting("training.maximumSteps", raw)
      : .nothing("0 or less means no limit, as in Hugging Face")
  }

  /// Below 1 it is a share since version 5.
  @Sendable private static func warmup(_ raw: RawValue) throws(ValueMismatch) -> Translation {
    let number = try raw.read(Double.self)
    let isShare = number > 0 && number < 1
    return .setting(isShare ? "schedule.warmupRatio" : "schedule.warmupSteps", raw)
  }

  /// 0 leaves gradients alone there.
  @Sendable private static func gradientNorm(_ raw: RawValue) throws(ValueMismatch) -> Translation {
    let isOff = try raw.read(Double?.self) == 0
    return .setting("training.maximumGradientNorm", isOff ? raw.replacing("none") : raw)
  }

  @Sendable private static func scheduler(_ raw: RawValue) throws(ValueMismatch) -> Translation {
    switch try raw.read(String.self) {
    case "linear", "cosine", "polynomial", "constant": return .setting("schedule.kind", raw)
    case "constant_with_warmup": return .setting("schedule.kind", raw.replacing("constant"))
    case let name:
      return .refused(
        "the schedule '\(name.shortened)' is not built; there are constant, "
          + "constant_with_warmup, linear, cosine and polynomial")
    }
  }

  @Sendable private static func optimizer(_ raw: RawValue) throws(ValueMismatch) -> Translation {
    switch try raw.read(String.self) {
    case "adamw_torch", "adamw_torch_fused", "adamw_hf", "adamw":
      return .setting("optimizer.kind", raw.replacing("adamw"))
    case "adamw_bnb_8bit", "adamw_8bit", "adamw_torch_8bit":
      return .setting("optimizer.moments", raw.replacing("int8"))
    case "sgd", "adafactor": return .setting("optimizer.kind", raw)
    case let name:
      return .refused(
        "the optimiser '\(name.shortened)' is not built; there are adamw_torch, sgd and adafactor, "
          + "and adam as optimizer.kind")
    }
  }

  /// None is theirs where nothing was said.
  @Sendable private static func checkpointing(_ raw: RawValue) throws(ValueMismatch) -> Translation
  {
    try raw.read(Bool?.self) == nil
      ? .nothing("activations are kept unless it is true")
      : .setting("training.checkpointActivations", raw)
  }

  @Sendable private static func bf16(_ raw: RawValue) throws(ValueMismatch) -> Translation {
    .setting("training.precision", raw.replacing(try raw.read(Bool.self) ? "bf16" : "fp32"))
  }

  @Sendable private static func fp16(_ raw: RawValue) throws(ValueMismatch) -> Translation {
    try raw.read(Bool.self)
      ? .refused(
        "fp16 is not built, because its range needs the loss to be scaled; use bf16, which has "
          + "the range of fp32, or training.precision: fp32")
      : .nothing("fp16 is never used")
  }

  @Sendable private static func processorOnly(_ raw: RawValue) throws(ValueMismatch) -> Translation
  {
    try raw.read(Bool.self)
      ? .setting("training.device", raw.replacing("cpu"))
      : .nothing("a GPU is used where there is one")
  }

  @Sendable private static func lengthGrouped(_ raw: RawValue) throws(ValueMismatch) -> Translation
  {
    let isGrouped = try raw.read(Bool.self)
    return .setting("training.order", raw.replacing(isGrouped ? "length-grouped" : "shuffled"))
  }

  @Sendable private static func sampling(_ raw: RawValue) throws(ValueMismatch) -> Translation {
    let orders = [
      "random": "shuffled", "sequential": "sequential", "group_by_length": "length-grouped",
    ]
    guard let order = orders[try raw.read(String.self)] else {
      throw ValueMismatch(expected: "one of " + orders.keys.sorted().joined(separator: ", "))
    }
    return .setting("training.order", raw.replacing(order))
  }

  @Sendable private static func bestMetric(_ raw: RawValue) throws(ValueMismatch) -> Translation {
    let name = try raw.read(String.self)
    return .setting(
      "training.metricForBest",
      raw.replacing(name.hasPrefix("eval_") ? String(name.dropFirst(5)) : name))
  }

  @Sendable private static func direction(_ raw: RawValue) throws(ValueMismatch) -> Translation {
    _ = try raw.read(Bool.self)
    return .nothing(
      "a score's name tells whether higher is better; lower is for loss and errors alone")
  }

  @Sendable private static func resume(_ raw: RawValue) throws(ValueMismatch) -> Translation {
    if (try? raw.read(Bool.self)) != nil { return .setting("output.resume", raw) }
    return .refused(
      "a run resumes from its own folder; set output.folder to the run's folder and output.resume "
        + "to true")
  }

  @Sendable private static func reporting(_ raw: RawValue) throws(ValueMismatch) -> Translation {
    let built: Set<String> = ["none", "tensorboard", "all"]
    let wanted = try raw.read([String].self)
    if let other = wanted.first(where: { !built.contains($0) }) {
      return .refused(
        "reports to '\(other.shortened)' are not built; metrics.jsonl and TensorBoard events are "
          + "always written")
    }
    return .nothing("metrics.jsonl and TensorBoard events are always written")
  }

  @Sendable private static func logging(_ raw: RawValue) throws(ValueMismatch) -> Translation {
    try raw.read(String.self) == "steps"
      ? .nothing("the loss is always recorded by steps")
      : .refused("the loss is recorded by steps only; set training.logEverySteps")
  }
}
