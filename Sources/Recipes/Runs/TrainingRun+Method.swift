internal import Adapters
internal import Foundation
internal import Layers
internal import Models
internal import Tokenizers
internal import Torch
internal import Tracking
internal import Training

extension TrainingRun {
  /// Attaches the recipe's method to a model, whose folder then holds the adapter in place of the
  /// weights; nil where the model itself is tuned.
  ///
  /// - Throws: `AdaptersError` when the model cannot take the method.
  func attach(
    to store: ParameterStore, _ base: BaseModel, _ tokenizer: PretrainedTokenizer
  ) throws -> Tuning? {
    guard recipe.method.kind != .full else {
      try store.setTrainable()
      return nil
    }
    let (configuration, family) = try base.described(tokenizer)
    var options = Tuning.Options(recipe.task.kind, store, family, tokenizer)
    options.baseName = baseReference
    options.seed = UInt64(clamping: recipe.training.seed)
    let tuning = try Tuning.attach(
      recipe.method.tuning, to: store, of: family, configuration: configuration, options: options)
    try tuning.keepBase(as: recipe.method.base)
    store.storedForm = AdapterForm(tuning)
    return tuning
  }

  /// What the adapter's file calls its base: the name of a model of the hub, or an absolute path,
  /// which other programs find from any folder.
  private var baseReference: String {
    let path = recipe.model
    guard recipe.modelRevision == nil else {
      return String(path.prefix { $0 != "@" })
    }
    return URL(filePath: path).standardizedFileURL.path(percentEncoded: false)
  }

  /// Says how large the adapter is.
  func sayAdapterSize() {
    let file = output.url.appending(path: "adapter_model.safetensors")
    guard recipe.method.kind != .full,
      let size = try? file.resourceValues(forKeys: [.fileSizeKey]).fileSize
    else { return }
    say("Adapter: \(ProcessMemory.text(size)) in \(output.name)/adapter_model.safetensors.")
  }
}

extension Recipe {
  /// The precision that the run is made in: the base's, where a method says one.
  var precision: TrainingConfiguration.Precision {
    switch method.base {
    case .float32: .fp32
    case .bfloat16: .bf16
    case .automatic, .int8, .nf4: training.precision
    }
  }
}

/// The folder's form of a model that a method tunes: PEFT's files.
final class AdapterForm: StoredForm {
  private let tuning: Tuning

  /// Saves by a method that is attached.
  init(_ tuning: Tuning) { self.tuning = tuning }

  func save(to folder: URL) throws { try tuning.save(to: folder) }

  func reload(from folder: URL) throws { try tuning.load(from: folder) }
}

extension Tuning {
  /// The method's name in sentences.
  var title: String { method.settings.map { type(of: $0).title } ?? "full tuning" }
}

extension Tuning.Options {
  /// What a task's model tells of itself: the same in training and when the adapter is loaded.
  init(
    _ kind: TaskConfiguration.Kind, _ store: ParameterStore, _ family: ModelFamily,
    _ tokenizer: PretrainedTokenizer
  ) {
    self.init()
    let prefix = family.encoderPrefix
    let own = store.parameters.filter { !$0.isAttached }.map(\.name)
    // What lies outside the bare model is the head: tuned whole even where the base has one already.
    if own.contains(where: { $0.hasPrefix(prefix) }) {
      heads = own.filter { !$0.hasPrefix(prefix) }
    }
    // These are stored as the bare model, whose names have no prefix.
    if kind == .sentenceEmbedding || kind == .relationExtraction { droppedPrefix = prefix }
    taskType = kind.peftName
    tokenIDs = { text in
      let options = EncodingOptions(addsSpecialTokens: false)
      return try tokenizer.encode(text, options: options).ids.map(Int.init)
    }
  }
}

extension TaskConfiguration.Kind {
  /// PEFT's word for such a task; nil where it has none.
  var peftName: String? {
    switch self {
    case .textClassification, .ranking: "SEQ_CLS"
    case .tokenClassification: "TOKEN_CLS"
    case .questionAnswering: "QUESTION_ANS"
    case .sentenceEmbedding, .relationExtraction: "FEATURE_EXTRACTION"
    case .multipleChoice: nil
    }
  }

  /// The task of PEFT's word.
  ///
  /// - Throws: ``RunError`` for a task that there is not.
  init?(peftName: String, folder: URL) throws {
    switch peftName {
    case "SEQ_CLS": self = .textClassification
    case "TOKEN_CLS": self = .tokenClassification
    case "QUESTION_ANS": self = .questionAnswering
    case "FEATURE_EXTRACTION": self = .sentenceEmbedding
    case "CAUSAL_LM", "SEQ_2_SEQ_LM":
      throw RunError(
        .model,
        "The adapter in \(folder.relativePath) is for \(peftName), writing texts, which is no task "
          + "here yet.")
    default: return nil
    }
  }
}

extension Tuning {
  /// Keeps the frozen weights of the base's dense layers in a form of fewer bits; heads and whatever
  /// is trained stay as they are.
  ///
  /// - Throws: `LayersError` for weights that cannot be.
  func keepBase(as form: MethodConfiguration.BaseWeights) throws {
    let format: WeightFormat
    switch form {
    case .automatic, .float32, .bfloat16: return
    case .int8: format = .int8
    case .nf4: format = .nf4
    }
    for layer in store.modules.linears
    where layer.role != .head && !layer.weight.isTrainable && layer.weight.quantized == nil {
      try layer.quantize(format)
    }
  }
}
