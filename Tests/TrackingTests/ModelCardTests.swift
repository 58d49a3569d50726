import Evaluation
import Foundation
import TestSupport
import Testing
import Tracking

struct ModelCardTests {
  struct Reading: Decodable {
    struct Result: Decodable {
      let type: String
      let value: Double
      let task: String
      let dataset: String
      let split: String
    }
    let base_model: String?
    let pipeline_tag: String
    let model_name: String
    let results: [Result]
    let keys: [String]
    let language: [String]?
    let license: String?
  }

  private func card(name: String = "reviews", labels: [String] = ["negative", "positive"]) throws
    -> ModelCard
  {
    var evaluation = try ClassificationEvaluation(labels: labels, kind: .binary)
    try evaluation.update(
      logits: [2, 0, 0, 1, 1, 0, 0, 3, 0, 1], references: [0, 1, 1, 1, 0])
    var card = ModelCard(
      name: name, baseModel: "sentence-transformers/all-MiniLM-L6-v2", kind: .binary,
      reproduction: .init(
        seed: 42, versions: ["finetune": "0.1.0", "libtorch": "2.13.0"], hardware: "CPU, fp32",
        recipeFile: "recipe.yaml"))
    card.labels = labels
    card.languages = ["en"]
    card.license = "apache-2.0"
    card.evaluation = try evaluation.report()
    card.evaluated = .init(name: "test.csv", split: "test", rows: 5)
    card.data = [
      .init(
        name: "train.csv", split: "train", rows: 90, labelCounts: [labels[0]: 40, labels[1]: 50]),
      .init(name: "test.csv", split: "test", rows: 5, labelCounts: [labels[0]: 2, labels[1]: 3]),
    ]
    card.settings = [.init("learning rate", "5e-05"), .init("epochs", "1")]
    card.maximumLength = 256
    return card
  }

  private func read(_ card: ModelCard) throws -> Reading {
    let folder = try TemporaryFolder()
    try card.write(into: folder.url)
    let path = folder.url.appending(path: "README.md").path
    let data = try PythonOracle("tracking_model_card").run([path])
    return try JSONDecoder().decode(Reading.self, from: data)
  }

  @Test func huggingFaceReadsTheFrontMatter() throws {
    let card = try card()
    let reading = try read(card)
    #expect(reading.base_model == "sentence-transformers/all-MiniLM-L6-v2")
    #expect(reading.pipeline_tag == "text-classification")
    #expect(reading.model_name == "reviews")
    #expect(reading.language == ["en"])
    #expect(reading.license == "apache-2.0")
    let scores = try #require(card.evaluation).scores
    #expect(reading.results.first?.type == "accuracy")
    #expect(reading.results.count == 8)
    for result in reading.results {
      #expect(result.value == scores[result.type])
      #expect(result.dataset == "test.csv" && result.split == "test")
      #expect(result.task == "text-classification")
    }
  }

  @Test(arguments: [
    "it's: a \"test\" # no", "评论\u{2028}分类", "- no", "null", "a\nb: c", "back\\slash\u{7}",
  ])
  func namesOfAnyKindAreReadBack(_ name: String) throws {
    #expect(try read(card(name: name)).model_name == name)
  }

  @Test func aPathOfTheMachineIsNotWritten() throws {
    var card = try card()
    card.baseModel = "/home/someone/models/bert"
    #expect(!card.markdown.contains("someone"))
    #expect(card.markdown.contains("Fine-tuned from bert with"))
    #expect(try read(card).base_model == nil)
  }

  @Test func theTextSaysWhatAReaderNeeds() throws {
    let text = try card().markdown
    for part in [
      "# reviews", "one of 2 labels: negative, positive", "| train.csv | train | 90 | 40 | 50 |",
      "On 5 rows of test.csv (test):", "95% interval", "| accuracy | 0.6000 | ",
      "finetune predict reviews unseen.csv", "pipeline(\"text-classification\", model=\".\")",
      "reads the first 256 tokens", "| learning rate | 5e-05 |", "- seed: 42",
      "- libtorch: 2.13.0", "finetune train recipe.yaml",
    ] {
      #expect(text.contains(part), "\(part)")
    }
  }

  @Test(arguments: [
    ("text-classification", "transformers", "from transformers import pipeline"),
    ("sentence-similarity", "sentence-transformers", "SentenceTransformer(\".\")"),
  ])
  func theLibraryIsTheOneThatLoadsTheFolder(tag: String, library: String, use: String) throws {
    var card = try card()
    card.pipelineTag = tag
    #expect(card.markdown.contains("\nlibrary_name: \"\(library)\"\n"))
    #expect(card.markdown.contains("\npipeline_tag: \"\(tag)\"\n"))
    #expect(card.markdown.contains(use))
    #expect(try read(card).pipeline_tag == tag)
  }

  @Test func anUntestedModelSaysSo() throws {
    var card = try card()
    card.evaluation = nil
    #expect(card.markdown.contains("It was not tested on rows that training did not see."))
    #expect(!card.markdown.contains("model-index"))
  }

  @Test func aCardIsReadBackFromJSON() throws {
    let card = try card()
    let data = try JSONEncoder().encode(card)
    #expect(try JSONDecoder().decode(ModelCard.self, from: data) == card)
  }
}
