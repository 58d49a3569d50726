import Foundation
import Optimizers
import Recipes
import TestSupport
import Testing
import Training

@Suite struct HuggingFaceNameTests {
  @Test func theNamesOfTrainingArgumentsAreUnderstood() throws {
    let recipe = try read(
      """
      training:
        per_device_train_batch_size: 32
        per_device_eval_batch_size: 64
        num_train_epochs: 2
        weight_decay: 0.05
        warmup_ratio: 0.06
        lr_scheduler_type: constant_with_warmup
        learning_rate: 2e-5
        adam_beta1: 0.8
        adam_beta2: 0.99
        adam_epsilon: 1e-6
        max_grad_norm: 0
        gradient_accumulation_steps: 4
        label_smoothing_factor: 0.1
        seed: 7
        bf16: true
        eval_strategy: steps
        eval_steps: 50
        save_strategy: epoch
        save_total_limit: 2
        load_best_model_at_end: true
        metric_for_best_model: eval_f1_macro
        greater_is_better: true
        logging_steps: 5
        optim: adamw_torch_fused
        group_by_length: true
        dataloader_num_workers: 4
      max_seq_length: 128
      """
    ).recipe
    #expect(recipe.training.batch == .sequences(32))
    #expect(recipe.training.evaluationBatch == .sequences(64))
    #expect(recipe.training.length == .epochs(2))
    #expect(recipe.optimizer.weightDecay == 0.05)
    #expect(recipe.schedule == ScheduleConfiguration(kind: .constant, warmup: .ratio(0.06)))
    #expect(recipe.optimizer.learningRate == 2e-5)
    #expect(recipe.optimizer.beta1 == 0.8)
    #expect(recipe.optimizer.beta2 == 0.99)
    #expect(recipe.optimizer.epsilon == 1e-6)
    #expect(recipe.training.maximumGradientNorm == nil)
    #expect(recipe.training.gradientAccumulation == 4)
    #expect(recipe.training.labelSmoothing == 0.1)
    #expect(recipe.training.seed == 7)
    #expect(recipe.training.precision == .bf16)
    #expect(recipe.training.evaluateEvery == .steps(50))
    #expect(recipe.training.saveEvery == .epoch)
    #expect(recipe.training.keepCheckpoints == 2)
    #expect(recipe.training.metricForBest == "f1_macro")
    #expect(recipe.training.logEverySteps == 5)
    #expect(recipe.training.order == .lengthGrouped)
    #expect(recipe.data.maxLength == 128)
  }

  @Test func eachIsUnderstoodWithANote() throws {
    let notes = try read("num_train_epochs: 2\noptim: sgd\nbf16: false\neval_strategy: no").notes
    #expect(notes.contains("recipe.yaml:5:1: understood num_train_epochs as training.epochs"))
    #expect(notes.contains("recipe.yaml:6:1: understood optim as optimizer.kind"))
    #expect(notes.contains("recipe.yaml:7:1: understood bf16 as training.precision: fp32"))
    #expect(
      notes.contains("recipe.yaml:8:1: understood eval_strategy as training.evaluateEvery: none"))
  }

  @Test(arguments: ["gradient_checkpointing", "activation_checkpointing"])
  func checkpointingIsUnderstood(name: String) throws {
    #expect(try read("\(name): true").recipe.training.checkpointActivations)
  }

  @Test(arguments: ["adamw_bnb_8bit", "adamw_8bit", "adamw_torch_8bit"])
  func anOptimiserOf8BitsIsOneOfMomentsOf8Bits(name: String) throws {
    let resolved = try read("optim: \(name)")
    #expect(resolved.recipe.optimizer.kind == .adamw)
    #expect(resolved.recipe.optimizer.moments == .int8)
    #expect(
      resolved.notes.contains("recipe.yaml:5:1: understood optim as optimizer.moments: int8"))
  }

  @Test func defaultsThatDifferAreTold() throws {
    let notes = try read("num_train_epochs: 2").notes
    let expected = """
      settings that are not given have our defaults, also where Hugging Face's are others: \
      training.batchSize 16 (theirs: 8), training.evaluateEvery epoch (theirs: none), \
      training.keepBest true (theirs: false), training.logEverySteps 10 (theirs: 500), \
      training.keepCheckpoints 1 (theirs: all), training.precision auto (theirs: fp32), \
      optimizer.weightDecay 0.01 (theirs: 0)
      """
    #expect(notes.last == expected)
    #expect(try read("epochs: 2").notes.count == 1)
  }

  @Test(arguments: [
    ("fp16: true", "5:1: fp16 is not built, because"),
    ("deepspeed: ds.json", "5:1: deepspeed is not built: there is one process"),
    ("optim: lion_8bit", "5:1: the optimiser 'lion_8bit' is not built"),
    ("lr_scheduler_type: inverse_sqrt", "5:1: the schedule 'inverse_sqrt' is not built"),
    ("report_to: [tensorboard, wandb]", "5:1: reports to 'wandb' are not built"),
    ("resume_from_checkpoint: runs/a/checkpoint-5", "5:1: a run resumes from its own folder"),
    ("eval_strategy: sometimes", "5:16: eval_strategy: expected one of no, epoch, steps"),
    ("eval_strategy: steps", "5:1: eval_strategy: steps needs eval_steps"),
    ("eval_steps: 0.1", "5:13: eval_steps: expected"),
    ("problem_type: two", "5:15: problem_type: expected one of multi_label_classification"),
    ("max_steps: many", "5:12: max_steps: expected a whole number, found 'many'"),
  ])
  func whatIsNotBuiltIsRefusedWithAReason(lines: String, beginning: String) {
    let sentences = refusals(lines)
    #expect(sentences.count == 1)
    #expect(sentences.first?.hasPrefix("recipe.yaml:\(beginning)") == true, "\(sentences)")
  }

  @Test(arguments: [
    "fp16: false", "deepspeed: null", "gradient_checkpointing: false", "max_steps: -1",
    "report_to: tensorboard", "push_to_hub: False", "fsdp: ''", "use_cpu: false",
    "dataloader_num_workers: 8", "lr_scheduler_kwargs: {}", "data_seed: null",
  ])
  func whatAsksForNothingIsAllowed(lines: String) throws {
    let recipe = try read(lines).recipe
    #expect(try recipe == read().recipe)
  }

  @Test func stepsWinOverEpochsAsInHuggingFace() throws {
    let resolved = try read("num_train_epochs: 3\nmax_steps: 100")
    #expect(resolved.recipe.training.length == .steps(100))
    #expect(
      resolved.notes.contains(
        "recipe.yaml:5:1: num_train_epochs changes nothing: max_steps wins, as in Hugging Face"))
  }

  @Test func warmUpFollowsHuggingFace() throws {
    #expect(try read("warmup_steps: 0.1").recipe.schedule.warmup == .ratio(0.1))
    #expect(try read("warmup_steps: 0\nwarmup_ratio: 0.1").recipe.schedule.warmup == .ratio(0.1))
    #expect(try read("warmup_steps: 9\nwarmup_ratio: 0.1").recipe.schedule.warmup == .steps(9))
  }

  @Test func aStrategyAndItsStepsAreOneSetting() throws {
    let notes = try read("eval_strategy: steps\neval_steps: 20\nsave_strategy: no\nsave_steps: 9")
      .notes
    #expect(
      notes.contains(
        "recipe.yaml:5:1: understood eval_strategy and eval_steps as training.evaluateEvery: 20"))
    #expect(notes.contains("recipe.yaml:7:1: understood save_strategy as training.saveEvery: none"))
    #expect(
      notes.contains("recipe.yaml:8:1: save_steps changes nothing: save_strategy is no"))
  }

  @Test func savingTheBestOnlyIsUnderstood() throws {
    #expect(try read("save_strategy: best").recipe.training.saveEvery == .never)
    #expect(try read("save_strategy: steps").recipe.training.saveEvery == .steps(500))
    #expect(try read("save_steps: 30").recipe.training.saveEvery == .steps(30))
  }

  @Test func theNamesAreUnderstoodOnTheCommandLineToo() throws {
    let recipe = try read(
      flags: [RecipeOverride(assignment: "per_device_train_batch_size=4")]
    ).recipe
    #expect(recipe.training.batch == .sequences(4))
  }

  /// Every name of the installed Transformers, with its own default, is either understood or
  /// noted, and none is unknown; and our list of other defaults is true.
  @Test func everyNameOfTheInstalledTransformersIsKnown() throws {
    struct Field: Decodable {
      var name: String
      var value: String
    }
    let fields: [Field] = try PythonOracle("training_arguments").run([String]())
    #expect(fields.count > 80)
    for field in fields where field.name != "output_dir" {
      #expect(refusals("\(field.name): \(field.value)") == [], "\(field.name)")
    }
    let defaults = Dictionary(uniqueKeysWithValues: fields.map { ($0.name, $0.value) })
    #expect(defaults["per_device_train_batch_size"] == "8")
    #expect(defaults["num_train_epochs"] == "3.0")
    #expect(defaults["learning_rate"] == "5e-05")
    #expect(defaults["weight_decay"] == "0.0")
    #expect(defaults["logging_steps"] == "500")
    #expect(defaults["seed"] == "42")
    #expect(defaults["max_grad_norm"] == "1.0")
  }
}
