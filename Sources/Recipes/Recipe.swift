public import Optimizers
public import Tasks
public import Training

/// What exactly is to be done in a run: a value that YAML, flags and Swift code write alike.
///
/// Relative paths are relative to the folder that the program runs in, as a shell user expects,
/// wherever the recipe file lies.
public struct Recipe: CheckedConfiguration {
  /// The folder of the pre-trained model, in Hugging Face's layout, or the name of a model of the
  /// hub; or `lstm` for an LSTM from scratch (``isFromScratch``).
  public var model: String
  /// The branch, tag or commit of a model of the hub; nil stands for what ``model`` says after an
  /// `@`, else for `main`.
  ///
  /// A run stores the commit that it took, so that training by its recipe takes the same one.
  public var modelRevision: String?
  /// The sizes of an LSTM from scratch.
  public var lstm = LSTMSettings()
  /// Whether long texts are read window by window.
  public var windows = WindowChoice()
  /// How tags of words are learned.
  public var tokens = TokenClassificationSettings()
  /// How relations of entities are learned.
  public var relations = RelationExtractionSettings()
  /// How answers within texts are found.
  public var answers = QuestionAnsweringSettings()
  /// How vectors of texts are learned.
  public var embedding = SentenceEmbeddingSettings()
  /// How documents are scored for a query.
  public var ranking = RankingSettings()
  /// What of the model is tuned, and how.
  public var method = MethodConfiguration()
  /// What of the model is trained, and when, where no method is attached.
  public var freezing = FreezingSettings()
  /// What the model is for.
  public var task: TaskConfiguration
  /// Where rows come from and how they are read.
  public var data: DataConfiguration
  /// How the model learns.
  public var training: TrainingConfiguration
  /// How parameters are moved.
  public var optimizer: OptimizerConfiguration
  /// How the learning rate rises and falls.
  public var schedule: ScheduleConfiguration
  /// Where the run goes.
  public var output: OutputConfiguration

  /// Makes a recipe; what is left out has its documented default.
  public init(
    model: String, task: TaskConfiguration, data: DataConfiguration,
    training: TrainingConfiguration = TrainingConfiguration(),
    optimizer: OptimizerConfiguration = OptimizerConfiguration(),
    schedule: ScheduleConfiguration = ScheduleConfiguration(), output: OutputConfiguration
  ) {
    self.model = model
    self.task = task
    self.data = data
    self.training = training
    self.optimizer = optimizer
    self.schedule = schedule
    self.output = output
  }

  /// Whether ``model`` is the word `lstm`: a model that is made, not loaded.
  ///
  /// A folder of that name is meant by `./lstm`.
  public var isFromScratch: Bool { model == "lstm" }

  /// Reads a recipe file, with nothing else given.
  ///
  /// - Throws: ``RecipesError`` with every problem and its line.
  public init(file: String) throws(RecipesError) {
    self = try RecipeBuilder(file: file).build().recipe
  }
}
