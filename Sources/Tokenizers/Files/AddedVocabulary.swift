/// Collects added tokens and gives them ids: the vocabulary's where it holds the token, else the
/// next free one, as Hugging Face's `tokenizers` does.
struct AddedVocabulary {
  let vocabulary: Vocabulary
  private(set) var tokens: [AddedToken] = []
  private var places: [String: Int] = [:]

  init(over vocabulary: Vocabulary) {
    self.vocabulary = vocabulary
  }

  /// Adds a token and gives back its id; one that was added before is left as it is.
  @discardableResult
  mutating func add(_ token: AddedToken) -> TokenID {
    if let place = places[token.content] { return tokens[place].id }
    var added = token
    added.id = vocabulary.id(of: token.content.utf8) ?? nextID
    places[token.content] = tokens.count
    tokens.append(added)
    return added.id
  }

  /// Takes over a token of another vocabulary with the id that it has there.
  mutating func take(_ token: AddedToken) {
    places[token.content] = tokens.count
    tokens.append(token)
  }

  /// Adds a token; one of the same content that was added before takes its flags.
  mutating func addOrReplace(_ token: AddedToken) {
    let id = add(token)
    guard let place = places[token.content] else { return }
    tokens[place] = token
    tokens[place].id = id
  }

  /// Adds a token that a file gives an id, and refuses one that would get another id.
  mutating func add(_ token: AddedToken, from file: String) throws(TokenizersError) {
    let id = add(token)
    guard id == token.id else {
      throw TokenizersError(
        .invalidAddedToken,
        """
        \(file): the added token "\(token.content)" has the id \(token.id), but the vocabulary \
        gives it \(id); added tokens follow the vocabulary without a gap, or have the id that \
        the vocabulary gives them.
        """)
    }
  }

  /// The id of a token, added or of the vocabulary.
  func id(of content: String) -> TokenID? {
    places[content].map { tokens[$0].id } ?? vocabulary.id(of: content.utf8)
  }

  private var nextID: TokenID {
    let size = TokenID(vocabulary.count)
    return max(size, (tokens.map(\.id).max() ?? -1) + 1)
  }
}
