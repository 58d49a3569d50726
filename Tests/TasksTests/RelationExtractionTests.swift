import Datasets
import Evaluation
import Foundation
import Layers
import Models
import Tasks
import TestSupport
import Testing
import Tokenizers
import Torch

/// What a thrown error says; nil when nothing is thrown.
func refusal<Value>(_ body: () throws -> Value) -> String? {
  do {
    _ = try body()
    return nil
  } catch {
    return "\(error)"
  }
}

extension SmallTask {
  static let relations = ["Cause-Effect(e1,e2)", "Cause-Effect(e2,e1)", "Other"]

  /// A model for relations made of this classifier's encoder, and its task.
  func relationModel(
    _ settings: RelationExtractionSettings = .init(), dropout: Double? = 0,
    _ options: ParameterStore.Options = .init()
  ) throws -> (task: RelationExtractionTask, model: RelationClassification) {
    let task = try RelationExtractionTask(settings)
    let tokenizer = try task.tokenizer(PretrainedTokenizer(folder: folder.url))
    let model = try task.model(
      ModelRequest(
        source: .folder(folder.url), labels: LabelSet(names: Self.relations), training: [],
        tokenizer: tokenizer, dropout: dropout, options: options))
    try model.store.setTrainable()
    return (task, model)
  }
}

struct RelationExtractionTests {
  private let location = RowLocation(file: "rows.tsv", line: 3)

  /// A row of `<e1>` and `<e2>`.
  private func row(_ text: String, _ target: RowTarget = .none) throws -> TextRow {
    var row = try RelationExtractionTask().row(text, at: location)
    row.target = target
    return row
  }

  private func encode(
    _ task: RelationExtractionTask, _ rows: [TextRow], maximum: Int? = nil,
    truncation: TruncationStrategy = .longestFirst, purpose: ExamplePurpose = .evaluation
  ) throws -> [EncodedRow<RelationExample>] {
    let small = try SmallTask()
    let tokenizer = try task.tokenizer(PretrainedTokenizer(folder: small.folder.url))
    return try task.encode(
      rows, labels: LabelSet(names: SmallTask.relations),
      with: RowEncoder(
        tokenizer: tokenizer,
        options: EncodingOptions(maximumLength: maximum, truncation: truncation), threads: 2),
      for: purpose)
  }

  private func tokens(_ encoded: EncodedRow<RelationExample>) throws -> [String] {
    let small = try SmallTask()
    let tokenizer = try RelationExtractionTask().tokenizer(
      PretrainedTokenizer(folder: small.folder.url))
    return encoded.examples[0].sentence.tokens.ids.map { tokenizer.token(of: $0) ?? "?" }
  }

  @Test func `entities are enclosed in markers, which are tokens of their own`() throws {
    let row = try row("word1 <e1>word2 word3</e1> <e2>word4</e2>", .label("Other"))
    #expect(row.text == "word1 word2 word3 word4")
    let encoded = try encode(RelationExtractionTask(), [row])[0]
    #expect(
      try tokens(encoded) == [
        "[CLS]", "word1", "[E1]", "word2", "word3", "[/E1]", "[E2]", "word4", "[/E2]", "[SEP]",
      ])
    let example = encoded.examples[0]
    #expect(example.entities == EntityTokens(head: 2..<6, tail: 6..<9))
    #expect(example.sentence.target == .label(2))
    #expect(encoded.length == 10 && encoded.truncatedTokens == 0)
  }

  @Test func `an entity inside the other, and the second before the first, keep their markers`()
    throws
  {
    let nested = try row("<e1>word1 <e2>word2</e2></e1> word3")
    #expect(
      try tokens(encode(RelationExtractionTask(), [nested])[0]) == [
        "[CLS]", "[E1]", "word1", "[E2]", "word2", "[/E2]", "[/E1]", "word3", "[SEP]",
      ])
    let same = TextRow(text: "word1", spans: [0..<5, 0..<5], location: location)
    #expect(
      try tokens(encode(RelationExtractionTask(), [same])[0]) == [
        "[CLS]", "[E1]", "[E2]", "word1", "[/E2]", "[/E1]", "[SEP]",
      ])
    let reversed = try row("<e2>word1</e2> word2 <e1>word3</e1>")
    let example = try encode(RelationExtractionTask(), [reversed])[0].examples[0]
    #expect(example.entities == EntityTokens(head: 5..<8, tail: 1..<4))
  }

  @Test func `a long sentence is cut around its entities, never within them`() throws {
    let before = (0..<20).map { "word\($0)" }.joined(separator: " ")
    let after = (20..<50).map { "word\($0)" }.joined(separator: " ")
    let rows = [
      try row("\(before) <e1>word50</e1> word51 <e2>word52</e2> \(after)"),
      try row("<e1>word50</e1> word51 <e2>word52</e2> \(after)"),
      try row("\(before) <e1>word50</e1> word51 <e2>word52</e2>"),
    ]
    let encoded = try encode(RelationExtractionTask(), rows, maximum: 14)
    let entities = ["[E1]", "word50", "[/E1]", "word51", "[E2]", "word52", "[/E2]"]
    func expected(_ before: [Int], _ after: [Int]) -> [String] {
      ["[CLS]"] + before.map { "word\($0)" } + entities + after.map { "word\($0)" } + ["[SEP]"]
    }
    #expect(try tokens(encoded[0]) == expected([18, 19], [20, 21, 22]))
    #expect(try tokens(encoded[1]) == expected([], [20, 21, 22, 23, 24]))
    #expect(try tokens(encoded[2]) == expected([15, 16, 17, 18, 19], []))
    #expect(encoded[0].length == 59 && encoded[0].truncatedTokens == 45)
    let window = encoded[0].examples[0].entities
    #expect(window == EntityTokens(head: 3..<6, tail: 7..<10))
  }

  @Test func `entities that do not fit together are refused by row`() throws {
    let words = (0..<20).map { "word\($0)" }.joined(separator: " ")
    let far = try row("<e1>word50</e1> \(words) <e2>word52</e2>")
    #expect(
      refusal { try encode(RelationExtractionTask(), [far], maximum: 27) }
        == "rows.tsv, line 3: the two entities and what lies between them are 26 tokens, and with 2 "
        + "special ones more than the 27 allowed. Raise the maximum length, or leave the row out.")
    #expect(try encode(RelationExtractionTask(), [far], maximum: 28)[0].truncatedTokens == 0)
    let told = refusal {
      try encode(RelationExtractionTask(), [far], maximum: 27, truncation: .none)
    }
    #expect(told?.hasPrefix("rows.tsv, line 3: the sentence has 28 tokens") == true)
  }

  @Test func `rows that are not two entities of a text are refused by name`() throws {
    let task = try RelationExtractionTask()
    let one = TextRow(text: "word1", spans: [0..<5], location: location)
    #expect(
      refusal { try encode(task, [one]) }
        == "rows.tsv, line 3: the row has 1 marked entities; a relation is between two.")
    let inside = TextRow(text: "é word1", spans: [1..<2, 3..<5], location: location)
    #expect(refusal { try encode(task, [inside]) }?.contains("an entity goes from byte 1") == true)
    let outside = TextRow(text: "word1", spans: [0..<5, 3..<9], location: location)
    #expect(refusal { try encode(task, [outside]) }?.contains("from byte 3 to 9") == true)
    let holding = try row("<e1>word1</e1> [E2] <e2>word2</e2>")
    #expect(
      refusal { try encode(task, [holding]) }
        == "rows.tsv, line 3: the text itself holds the entity marker '[E2]'. Choose markers that no "
        + "text holds.")
    #expect(
      refusal { try task.row("word1 <e1>word2</e1>", at: location) }?
        .contains("the text has no <e2>") == true)
    #expect(
      refusal { try task.row("word1", at: location) }?
        .contains("write them as <e1>…</e1> and <e2>…</e2>") == true)
    let unknown = try row("<e1>word1</e1> <e2>word2</e2>", .label("Sideways"))
    #expect(
      refusal { try encode(task, [unknown]) }?.contains("the label 'Sideways' is none") == true)
  }

  @Test func `an entity without tokens has no mean`() throws {
    let row = TextRow(text: "word1 \u{0} word2", spans: [0..<5, 6..<7], location: location)
    #expect(try encode(RelationExtractionTask(), [row]).count == 1)
    let mean = try RelationExtractionTask(RelationExtractionSettings(pooling: .mean))
    #expect(
      refusal { try encode(mean, [row]) }?
        .contains("the tokenizer finds nothing in the second entity") == true)
  }

  @Test(
    "Markers that cannot be told apart are refused",
    arguments: [
      ["[E1]", "[/E1]", "[E2]"], ["[E1]", "[/E1]", "[E2]", "[E1]"], ["[E1]", "", "[E2]", "[/E2]"],
      ["[E 1]", "[/E1]", "[E2]", "[/E2]"], ["$", "$$", "#", "@"],
    ])
  func refusesMarkers(markers: [String]) {
    #expect(throws: TasksError.self) {
      try RelationExtractionTask(RelationExtractionSettings(markers: markers))
    }
  }

  @Test func `settings that are not written have their defaults`() throws {
    let read = try JSONDecoder().decode(
      RelationExtractionSettings.self, from: Data(#"{"pooling": "mean"}"#.utf8))
    #expect(read == RelationExtractionSettings(pooling: .mean))
    #expect(read.markers == ["[E1]", "[/E1]", "[E2]", "[/E2]"] && read.noRelation == nil)
  }

  @Test func `new rows begin near the mean of the others, and the others stay`() throws {
    let small = try SmallTask()
    let stored = try SafetensorsFile(small.folder.url.appending(path: "model.safetensors"))
    let (_, model) = try small.relationModel()
    let name = "bert.embeddings.word_embeddings.weight"
    let table = try #require(model.store[name]).master
    let before = try stored.tensor(name)
    #expect(table.shape == [64, 32])
    let kept = try table.narrowed(0, from: 0, count: 60)
    #expect(try (kept - before).absolute().maximum().item() == 0)
    let further = try table.narrowed(0, from: 60, count: 4)
    // Their deviation is the configuration's initializer_range, 0.1.
    let distance = try (further - before.mean([0], keepsDimensions: true)).absolute()
    #expect(try distance.maximum().item() < 0.6)
    #expect(try distance.minimum().item() > 0)
    #expect(model.store.report.notes().contains { $0.hasPrefix("Further rows: \(name)") })
  }

  @Test func `a tuned model answers the same after saving, with its settings`() throws {
    let small = try SmallTask()
    let settings = RelationExtractionSettings(
      markers: ["<a>", "</a>", "<b>", "</b>"], pooling: .mean, noRelation: "Other")
    let (task, model) = try small.relationModel(settings)
    let folder = try TemporaryFolder()
    try model.save(to: folder.url)
    let found = try RelationExtractionTask().settled(on: ModelDescription(folder: folder.url))
    #expect(found.settings == settings)
    let again = try found.tuned(
      TunedModelRequest(
        folder: folder.url, tokenizer: PretrainedTokenizer(folder: folder.url), options: .init()))
    #expect(again.labels == SmallTask.relations)
    let row = try row("word1 <e1>word2</e1> word3 <e2>word4 word5</e2>", .label("Other"))
    let encoder = RowEncoder(tokenizer: again.tokenizer, options: EncodingOptions(), threads: 1)
    let examples = try task.encode(
      [row], labels: LabelSet(names: again.labels), with: encoder, for: .evaluation
    ).flatMap(\.examples)
    let outputs = try withoutGradients {
      (try model.predict(examples), try again.predict(examples))
    }
    #expect(outputs.0 == outputs.1)
    try model.reload(from: folder.url)
    let answer = found.answer(outputs.1[0], to: row, of: again, AnswerOptions(allScores: true))
    #expect(answer.head == "word2" && answer.tail == "word4 word5")
    #expect(answer.expected == "Other" && answer.scores?.count == 3)
    #expect(answer.score == answer.scores?[answer.relation])
  }

  @Test func `scores are SemEval's, and a row's outcome has its loss`() throws {
    let small = try SmallTask()
    let (task, model) = try small.relationModel()
    let rows = try SmallTask.relations.map {
      try row("word1 <e1>word2</e1> word3 <e2>word4</e2>", .label($0))
    }
    let encoder = RowEncoder(tokenizer: model.tokenizer, options: EncodingOptions(), threads: 1)
    let examples = try task.encode(
      rows, labels: LabelSet(names: model.labels), with: encoder, for: .evaluation
    ).flatMap(\.examples)
    let report = try Evaluator(model, batch: .sequences(2)).evaluate(examples)
    #expect(report.kind == .relations && report.rows == 3)
    #expect(report.scores[model.defaultMetric] != nil)
    let outputs = try withoutGradients { try model.predict(examples) }
    let losses = try zip(outputs, examples).map { try model.outcome(of: $0, $1).loss ?? .nan }
    let mean = losses.reduce(0, +) / 3
    #expect(abs(mean - (report.scores["loss"] ?? .nan)) < 1e-5)
  }

  @Test func `a label for no relation that there is not is refused`() throws {
    let small = try SmallTask()
    #expect(
      refusal { try small.relationModel(RelationExtractionSettings(noRelation: "NA")) }
        == "The label 'NA', which is to stand for \"no relation\", is none of the model's: "
        + "Cause-Effect(e1,e2), Cause-Effect(e2,e1), Other.")
  }

  @Test func `a decoder is refused by name`() throws {
    let file = ConfigurationFile(values: [
      "model_type": .string("gpt2"), "vocab_size": .integer(70), "n_embd": .integer(8),
      "n_head": .integer(2), "n_layer": .integer(1),
    ])
    let small = try SmallTask()
    let task = try RelationExtractionTask()
    let tokenizer = try task.tokenizer(PretrainedTokenizer(folder: small.folder.url))
    let told = refusal {
      try task.model(
        ModelRequest(
          source: .scratch(file), labels: LabelSet(names: SmallTask.relations), training: [],
          tokenizer: tokenizer, dropout: nil, options: .init()))
    }
    #expect(told?.hasPrefix("A model of the family gpt2 reads from left to right") == true)
  }

  @Test func `a model of half precision learns and answers`() throws {
    let small = try SmallTask()
    var options = ParameterStore.Options()
    options.computeType = .bfloat16
    let (task, model) = try small.relationModel(.init(pooling: .mean), dropout: 0.1, options)
    let encoder = RowEncoder(tokenizer: model.tokenizer, options: EncodingOptions(), threads: 1)
    let examples = try task.encode(
      [row("word1 <e1>word2 word3</e1> <e2>word4</e2>", .label("Other"))],
      labels: LabelSet(names: model.labels), with: encoder, for: .training
    ).flatMap(\.examples)
    model.store.forwardState.isTraining = true
    let loss = try model.loss(examples)
    #expect(loss.sum.dataType == .float32)
    try loss.sum.backward()
    let gradient = try #require(model.store["relation.classifier.weight"]?.value.gradient)
    #expect(try gradient.isFinite().all().integerItem() == 1)
    model.store.forwardState.isTraining = false
    #expect(try withoutGradients { try model.predict(examples) }[0].logits.count == 3)
  }

  @Test func `a number that is not finite is told with its row`() throws {
    let small = try SmallTask()
    let (task, model) = try small.relationModel()
    try #require(model.store["relation.classifier.bias"]).assign(Tensor([Float(0), .nan, 0]))
    let encoder = RowEncoder(tokenizer: model.tokenizer, options: EncodingOptions(), threads: 1)
    let examples = try task.encode(
      [row("<e1>word2</e1> <e2>word4</e2>")], labels: nil, with: encoder, for: .prediction
    ).flatMap(\.examples)
    #expect(
      refusal { try model.predict(examples) }?.hasPrefix("rows.tsv, line 3: the model gave")
        == true)
  }
}
