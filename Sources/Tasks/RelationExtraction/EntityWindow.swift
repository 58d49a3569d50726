internal import Datasets
internal import Tokenizers

/// The part of a sentence that is kept where it is too long: around both entities, which are never
/// cut.
struct EntityWindow {
  private(set) var tokens: TokenSequence
  private(set) var entities: EntityTokens
  /// Tokens of the sentence that were left out.
  private(set) var truncatedTokens = 0

  /// Keeps what fits: all tokens from the first entity to the last, and equally many before and
  /// after them as far as there are.
  ///
  /// - Throws: ``TasksError`` that names the row when nothing may be cut, or both entities with what
  ///   lies between them do not fit.
  init(
    _ encoding: Encoding, _ entities: EntityTokens, _ options: EncodingOptions,
    location: RowLocation
  ) throws {
    tokens = TokenSequence(encoding)
    self.entities = entities
    guard let limit = options.maximumLength, encoding.count > limit else { return }
    guard options.truncation != .none else {
      throw TasksError(
        .maximumLength,
        "\(location): the sentence has \(encoding.count) tokens with its markers and special ones, "
          + "more than the \(limit) allowed, and truncation is none.")
    }
    let first = encoding.sequences.firstIndex { $0 >= 0 } ?? 0
    let last = encoding.sequences.lastIndex { $0 >= 0 } ?? encoding.count - 1
    let special = first + encoding.count - 1 - last
    let start = min(entities.head.lowerBound, entities.tail.lowerBound)
    let end = max(entities.head.upperBound, entities.tail.upperBound)
    let spare = limit - special - (end - start)
    guard spare >= 0 else {
      throw TasksError(
        .maximumLength,
        "\(location): the two entities and what lies between them are \(end - start) tokens, and "
          + "with \(special) special ones more than the \(limit) allowed. Raise the maximum length, "
          + "or leave the row out.")
    }
    let before = start - first
    let after = last + 1 - end
    let left = min(before, max(spare / 2, spare - after))
    let right = min(after, spare - left)
    keep(start - left..<end + right, before: first, after: last + 1)
    truncatedTokens = encoding.count - tokens.ids.count
  }

  /// Keeps a part of the text, and what stands before and after the text.
  private mutating func keep(_ part: Range<Int>, before first: Int, after last: Int) {
    func kept(_ values: [Int32]) -> [Int32] {
      Array(values[..<first] + values[part] + values[last...])
    }
    tokens = TokenSequence(ids: kept(tokens.ids), segments: kept(tokens.segments))
    let shift = part.lowerBound - first
    func moved(_ range: Range<Int>) -> Range<Int> {
      range.lowerBound - shift..<range.upperBound - shift
    }
    entities = EntityTokens(head: moved(entities.head), tail: moved(entities.tail))
  }
}
