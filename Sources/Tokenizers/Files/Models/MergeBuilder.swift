/// Collects the merges of a byte-pair model, with what each makes.
struct MergeBuilder {
  private(set) var table: PairTable
  /// Whether no merge joins a token with one that starts with U+2581, unless it is all of them.
  private(set) var splitsBeforeSpaceSign = true
  private let vocabulary: Vocabulary
  private let prefix: [UInt8]
  private let file: String
  private let spaceSign = Array("\u{2581}".utf8)
  private var rank = 0
  private var merged: [UInt8] = []

  init(_ vocabulary: Vocabulary, prefix: String, file: String) {
    self.vocabulary = vocabulary
    self.prefix = Array(prefix.utf8)
    self.file = file
    table = PairTable(expecting: vocabulary.count * 2)
  }

  /// Adds the merge at which a reader stands: `"a b"` or `["a", "b"]`.
  mutating func add(_ reader: inout JSONReader) throws(TokenizersError) {
    if reader.peek() == UInt8(ascii: "[") {
      var tokens: [[UInt8]] = []
      try reader.readList { (reader) throws(TokenizersError) in
        tokens.append(reader.bytes(of: try reader.readText()))
      }
      guard tokens.count == 2 else {
        throw reader.invalidKey("a merge must have two tokens, and has \(tokens.count)")
      }
      if try !add(tokens[0][...], tokens[1][...]) { throw missing(tokens[0] + [0x20] + tokens[1]) }
    } else {
      let text = reader.bytes(of: try reader.readText())
      // The first line of merges.txt sometimes stands here as well.
      if text.starts(with: "#version".utf8) { return }
      if try !add(line: text) { throw missing(text) }
    }
  }

  /// Adds two tokens with a space between; false if the vocabulary lacks one or their merger.
  mutating func add(line: [UInt8]) throws(TokenizersError) -> Bool {
    let parts = line.split(separator: 0x20, omittingEmptySubsequences: false)
    guard parts.count == 2 else {
      throw TokenizersError(
        .invalidVocabulary,
        """
        \(file): the merge "\(String(decoding: line, as: UTF8.self))" is not two tokens with a \
        space between them.
        """)
    }
    return try add(parts[0], parts[1])
  }

  /// Adds two tokens; false if the vocabulary lacks one or their merger.
  mutating func add(
    _ left: ArraySlice<UInt8>, _ right: ArraySlice<UInt8>
  ) throws(TokenizersError) -> Bool {
    merged.removeAll(keepingCapacity: true)
    merged += left
    let continues = right.starts(with: prefix)
    merged += continues ? right.dropFirst(prefix.count) : right
    guard let leftID = vocabulary.id(of: left), let rightID = vocabulary.id(of: right),
      let id = vocabulary.id(of: merged)
    else { return false }
    table.set(leftID, rightID, rank: rank, id: id)
    rank += 1
    if right.starts(with: spaceSign), !isSpaceSigns(left) { splitsBeforeSpaceSign = false }
    return true
  }

  private func isSpaceSigns(_ token: ArraySlice<UInt8>) -> Bool {
    var rest = token
    while rest.starts(with: spaceSign) { rest = rest.dropFirst(spaceSign.count) }
    return rest.isEmpty
  }

  /// The error of a merge whose tokens are not all in the vocabulary.
  func missing(_ line: [UInt8]) -> TokenizersError {
    TokenizersError(
      .invalidVocabulary,
      """
      \(file): the vocabulary lacks a token of the merge \
      "\(String(decoding: line, as: UTF8.self))", or what it makes.
      """)
  }
}
