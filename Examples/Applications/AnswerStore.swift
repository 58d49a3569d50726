import Finetune

/// Answers, each with the vectors of its own text and of the questions that it answers.
struct AnswerStore {
  /// An answer that was found.
  struct Found {
    let text: String
    /// The cosine of the question and what lies nearest to it: the answer, or one of its questions.
    let similarity: Double
  }

  /// Every answer once.
  let answers: [String]
  private let embedder: TextEmbedder
  private let vectors: [TextEmbedder.Embedding]
  /// The vectors of the questions of each answer.
  private let asked: [[TextEmbedder.Embedding]]

  /// Embeds the questions and answers of rows.
  ///
  /// - Throws: What the embedder throws.
  init(_ rows: [TextRow], _ embedder: TextEmbedder) throws {
    let questions = Dictionary(grouping: rows) { $0.pair ?? "" }.mapValues { $0.map(\.text) }
    answers = questions.keys.sorted()
    self.embedder = embedder
    vectors = try embedder(answers)
    let texts = Set(rows.map(\.text)).sorted()
    let known = Dictionary(uniqueKeysWithValues: zip(texts, try embedder(texts)))
    asked = answers.map { answer in (questions[answer] ?? []).compactMap { known[$0] } }
  }

  /// The answers nearest to a question, the nearest first.
  func best(_ count: Int, for question: String) throws -> [Found] {
    let vector = try embedder([question])[0]
    let found = answers.indices.map { place in
      let near = [vectors[place]] + asked[place]
      return Found(
        text: answers[place], similarity: near.map { vector.cosine(with: $0) }.max() ?? 0)
    }
    return Array(found.sorted { $0.similarity > $1.similarity }.prefix(count))
  }

  /// The rank of the right answer to the question of each row, from 1; of several, the best.
  ///
  /// Only the answers' own vectors count: the questions are stored as well.
  func ranks(of rows: [TextRow]) throws -> [Int] {
    let right = Dictionary(grouping: rows, by: \.text)
      .mapValues { Set($0.compactMap(\.pair)) }
    let questions = right.keys.sorted()
    return try zip(questions, embedder(questions)).map { question, vector in
      let similarities = vectors.map { vector.cosine(with: $0) }
      let best =
        zip(answers, similarities)
        .filter { answer, _ in right[question]?.contains(answer) ?? false }
        .map(\.1).max() ?? 1
      return 1 + similarities.count { $0 > best }
    }
  }
}
