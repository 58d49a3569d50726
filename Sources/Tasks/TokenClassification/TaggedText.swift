internal import Evaluation
internal import Tokenizers

/// The answer for one sentence, as one line of `predictions.jsonl` holds it.
public struct TaggedText: TaskAnswer, Codable, Equatable {
  /// A part of the text that is something.
  public struct Entity: Codable, Sendable, Equatable {
    /// What it is.
    public var type: String
    /// Its text.
    public var text: String
    /// Its first character, counted in Unicode scalars from 0.
    public var start: Int
    /// The character after its last.
    public var end: Int
    /// The mean over its words of the probability that the word belongs to such an entity.
    public var score: Double?

    /// Makes an entity.
    public init(type: String, text: String, start: Int, end: Int, score: Double? = nil) {
      self.type = type
      self.text = text
      self.start = start
      self.end = end
      self.score = score
    }
  }

  /// The entities, in the order of the text; nil for tags that mark none.
  public var entities: [Entity]?
  /// The words, where ``tags`` are told.
  public var words: [String]?
  /// The tag of each word: of tags that mark no entities, and on request.
  public var tags: [String]?
  /// The probability of each word's tag, where ``tags`` are told; 0 for a word that was not read.
  public var scores: [Double]?
  /// What the row's tags say, where the data have some.
  public var expected: Expected?

  /// What a row's own tags say.
  public enum Expected: Sendable, Equatable {
    /// The entities that they mark.
    case entities([Entity])
    /// The tags, which mark none.
    case tags([String])
  }

  /// Makes an answer.
  public init(
    entities: [Entity]? = nil, words: [String]? = nil, tags: [String]? = nil,
    scores: [Double]? = nil, expected: Expected? = nil
  ) {
    self.entities = entities
    self.words = words
    self.tags = tags
    self.scores = scores
    self.expected = expected
  }

  /// The entities that tags mark in a text.
  ///
  /// - Parameters:
  ///   - tags: One a word.
  ///   - scheme: Their scheme.
  ///   - text: The text.
  ///   - spans: The words' parts of it, in bytes of UTF-8.
  ///   - score: The score of an entity of some type and words.
  /// - Returns: The entities, in the order of the text.
  /// - Throws: `EvaluationError` for a tag that is none of the scheme.
  static func entities(
    _ tags: [String], _ scheme: TagScheme, _ text: String, _ spans: [Range<Int>],
    score: (EntitySpan) -> Double? = { _ in nil }
  ) throws -> [Entity] {
    let found = try scheme.entities(in: tags)
    if found.isEmpty { return [] }
    let offsets = ScalarOffsets(of: text)
    let bytes = Array(text.utf8)
    return found.compactMap { entity in
      guard spans.indices.contains(entity.words.lowerBound), entity.words.upperBound <= spans.count
      else { return nil }
      let range =
        spans[entity.words.lowerBound].lowerBound..<spans[entity.words.upperBound - 1].upperBound
      let characters = offsets.scalarRange(of: range)
      return Entity(
        type: entity.type, text: String(decoding: bytes[range], as: UTF8.self),
        start: characters.lowerBound, end: characters.upperBound, score: score(entity))
    }
  }
}

extension TaggedText.Expected: Codable {
  /// Reads a list of entities or of tags.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.singleValueContainer()
    if let tags = try? container.decode([String].self), !tags.isEmpty {
      self = .tags(tags)
    } else {
      self = .entities(try container.decode([TaggedText.Entity].self))
    }
  }

  /// Writes a list of entities or of tags.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.singleValueContainer()
    switch self {
    case .entities(let entities): try container.encode(entities)
    case .tags(let tags): try container.encode(tags)
    }
  }
}
