/// A `vocab.txt`: one token a line; its number, counted from 0, is the token's id.
enum VocabularyFile {
  /// Reads a file's bytes, which are UTF-8.
  ///
  /// Empty lines at the end are no tokens.
  static func vocabulary(in bytes: [UInt8], name: String) throws(TokenizersError) -> Vocabulary {
    var vocabulary = Vocabulary(over: bytes, expecting: bytes.count / 8)
    var start = bytes.starts(with: [0xEF, 0xBB, 0xBF]) ? 3 : 0
    var end = bytes.count
    while end > start, bytes[end - 1] == 0x0A || bytes[end - 1] == 0x0D { end -= 1 }
    var line = 0
    while start < end {
      var stop = start
      while stop < end, bytes[stop] != 0x0A { stop += 1 }
      let length = stop > start && bytes[stop - 1] == 0x0D ? stop - 1 - start : stop - start
      if length == 0 {
        throw TokenizersError(
          .invalidVocabulary,
          "\(name), line \(line + 1): the line is empty; each line must hold one token.")
      }
      try insert(start, length, line, bytes, name, &vocabulary)
      line += 1
      start = stop + 1
    }
    guard vocabulary.count > 0 else {
      throw TokenizersError(.invalidVocabulary, "\(name): the file is empty; it must hold tokens.")
    }
    return vocabulary
  }

  private static func insert(
    _ start: Int, _ length: Int, _ line: Int, _ bytes: [UInt8], _ name: String,
    _ vocabulary: inout Vocabulary
  ) throws(TokenizersError) {
    let token = { String(decoding: bytes[start..<start + length], as: UTF8.self) }
    switch vocabulary.insert(at: start, length: length, id: line) {
    case nil: return
    case .duplicateToken(let earlier):
      throw TokenizersError(
        .invalidVocabulary,
        "\(name), line \(line + 1): the token \"\(token())\" stands on line \(earlier + 1) already."
      )
    case .duplicateID, .unreasonableID:
      throw TokenizersError(
        .invalidVocabulary, "\(name), line \(line + 1): the vocabulary has too many tokens.")
    }
  }

  /// The vocabulary as a file; nil if an id is without a token or a token would break a line.
  static func bytes(of vocabulary: Vocabulary) -> [UInt8]? {
    var result: [UInt8] = []
    for id in 0..<vocabulary.idLimit {
      guard let token = vocabulary.token(of: TokenID(id)), !token.contains(0x0A),
        !token.contains(0x0D)
      else { return nil }
      result.append(contentsOf: token)
      result.append(0x0A)
    }
    return result
  }
}
