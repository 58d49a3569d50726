import Datasets
import Foundation
import Layers
import Models
import Tasks
import TestSupport
import Tokenizers

/// Questions, and what Transformers makes of them with models of several families.
struct QuestionCase: Sendable {
  struct Question: Encodable {
    var question: String
    var context: String
    /// In Unicode scalars.
    var answers: [[Int]]
  }

  struct Window: Codable, Sendable {
    var row: Int
    var ids: [Int32]
    var segments: [Int32]
    var start: Int
    var end: Int
    var null: Int
    var offsets: [[Int]?]
  }

  struct Answer: Decodable, Sendable {
    struct Candidate: Decodable, Sendable, Equatable {
      var text: String
      var start: Int
      var end: Int
      var score: Double
    }

    var candidates: [Candidate]
    var nullScore: Double?
  }

  struct Reference: Decodable, Sendable {
    var windows: [Window]
    var answers: [Answer]
    var withNone: [Answer]
  }

  private struct Request: Encodable {
    var texts = QuestionCase.texts
    var questions = QuestionCase.questions
    var length = 56
    var overlap = 8
    var longest = 6
    var candidates = 7
    var searches = QuestionSearch.all
  }

  struct Made: Sendable {
    var folder: TemporaryFolder
    var references: [String: Reference]
    /// What is found by each of ``QuestionSearch/all``.
    var searches: [Answer]
  }

  private struct Report: Decodable {
    var cases: [String: Reference]
    var searches: [Answer]
  }

  static let names = ["bert", "roberta", "xlnet", "beams"]

  static let texts = [
    "The quick brown fox jumps over the lazy dog, and runs away from the river.",
    "北京是中国的首都，有很多人。上海也很大！", "She sold 12 sea-shells on the sea shore; didn't she?",
    "Élan vital, naïve café 😀 and so on", "where did the dog run to and who sold what",
  ]

  static let questions: [Question] = {
    var random = SplitMix(state: 5)
    var questions: [Question] = []
    let asked = ["where did the dog run", "  who sold what", "who", "京是"]
    for place in 0..<14 {
      let count = place % 3 == 0 ? 1 : 2 + random.below(7)
      let context = (0..<count).map { _ in texts[random.below(texts.count)] }
        .joined(separator: " ")
      let scalars = context.unicodeScalars.count
      // Some without an answer, one that ends with the text, the others anywhere.
      let start = place == 4 ? scalars - 3 : random.below(scalars - 1)
      let end = place == 4 ? scalars : min(scalars, start + 1 + random.below(9))
      questions.append(
        Question(
          question: asked[place % asked.count], context: context,
          answers: place % 5 == 3 ? [] : [[start, end]]))
    }
    return questions
  }()

  static let rows: [TextRow] = questions.enumerated().map { place, question in
    let scalars = question.context.unicodeScalars
    func byte(_ scalar: Int) -> Int {
      scalars.prefix(scalar).reduce(0) { $0 + UTF8.width($1) }
    }
    return TextRow(
      text: question.question, pair: question.context,
      target: .answers(question.answers.map { byte($0[0])..<byte($0[1]) }),
      location: RowLocation(file: "train.json", line: place + 1))
  }

  static let made = Result {
    let folder = try TemporaryFolder()
    let report: Report = try PythonOracle("tasks_questions").run(
      Request(), arguments: ["make", folder.url.path])
    return Made(folder: folder, references: report.cases, searches: report.searches)
  }

  let name: String
  let folder: URL
  let reference: Reference

  init(_ name: String) throws {
    let made = try Self.made.get()
    self.name = name
    folder = made.folder.url.appending(path: name)
    guard let reference = made.references[name] else { throw CocoaError(.featureUnsupported) }
    self.reference = reference
  }

  var settings: QuestionAnsweringSettings {
    QuestionAnsweringSettings(
      maximumLength: 56, overlap: 8, maximumAnswerLength: 6, candidates: 7, unanswerable: true,
      normalization: .squad, beams: name == "beams")
  }

  func encoder() throws -> RowEncoder {
    RowEncoder(
      tokenizer: try PretrainedTokenizer(folder: folder), options: EncodingOptions(), threads: 1)
  }

  func model(_ task: QuestionAnsweringTask) throws -> SpanAnswering {
    let model = try task.model(
      ModelRequest(
        source: .folder(folder), labels: nil, training: [],
        tokenizer: PretrainedTokenizer(folder: folder), dropout: 0, options: .init()))
    try model.store.setTrainable()
    return model
  }

  func examples(_ task: QuestionAnsweringTask, for purpose: ExamplePurpose) throws
    -> [QuestionExample]
  {
    try task.encode(Self.rows, labels: nil, with: encoder(), for: purpose).flatMap(\.examples)
  }
}

extension UTF8 {
  /// The bytes of a scalar.
  static func width(_ scalar: Unicode.Scalar) -> Int { String(Character(scalar)).utf8.count }
}
