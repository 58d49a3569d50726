/// What a SentencePiece `.model` file holds, as far as tokenisation needs it.
///
/// The file is a `ModelProto` of `sentencepiece_model.proto`; the field numbers below are its.
struct SentencePieceModel: Sendable {
  /// One token.
  struct Piece: Sendable, Equatable {
    /// Its text, with "▁" for a space.
    var content: String
    /// The logarithm of its probability, or minus its rank among merges.
    var score: Float = 0
    var kind = Kind.normal
  }

  /// What a token is for.
  enum Kind: Int, Sendable {
    case normal = 1
    case unknown = 2
    /// Not text: `<s>`.
    case control = 3
    /// A text that is always one token.
    case userDefined = 4
    case unused = 5
    /// A byte: `<0x0A>`.
    case byte = 6
  }

  /// How words are spelt.
  enum Algorithm: Int, Sendable {
    case unigram = 1
    case bytePairs = 2
    case words = 3
    case characters = 4
  }

  var pieces: [Piece] = []
  var algorithm = Algorithm.unigram
  var hasByteFallback = false
  /// Ids of tokens that the trainer gave a role; -1 for none.
  var unknownID = 0
  var beginningID = 1
  var endID = 2
  var paddingID = -1
  var unknownContent = "<unk>"
  var beginningContent = "<s>"
  var endContent = "</s>"
  var paddingContent = "<pad>"
  /// The map of characters that the text is normalised by; empty for none.
  var characterMap: [UInt8] = []
  /// Whether a space is put before the text.
  var addsDummyPrefix = true
  /// Whether spaces around the text go, and runs of them become one.
  var removesExtraSpaces = true
  /// Whether spaces become "▁".
  var escapesSpaces = true
  /// Whether "▁" ends a word instead of opening it.
  var endsWordsWithSpaces = false
}

extension SentencePieceModel {
  /// Reads a file's bytes.
  ///
  /// - Throws: ``TokenizersError`` of code `malformedModel` where they are no such file, and of
  ///   `unsupportedStage` where it asks for what is not supported.
  init(_ bytes: [UInt8], file: String) throws(TokenizersError) {
    do {
      try read(bytes)
    } catch {
      throw TokenizersError(
        .malformedModel,
        "\(file), byte \(error.position): this is no SentencePiece model, or it is damaged.")
    }
    guard !pieces.isEmpty else {
      throw TokenizersError(
        .invalidVocabulary, "\(file): this is no SentencePiece model, or it holds no tokens.")
    }
    guard !endsWordsWithSpaces else {
      throw TokenizersError(
        .unsupportedStage,
        "\(file): the model was trained with treat_whitespace_as_suffix, which is not supported.")
    }
    guard algorithm == .unigram || algorithm == .bytePairs else {
      throw TokenizersError(
        .unsupportedStage,
        """
        \(file): the model's type "\(algorithm == .words ? "word" : "char")" is not supported; \
        "unigram" and "bpe" are.
        """)
    }
  }

  private mutating func read(_ bytes: [UInt8]) throws(ProtobufReader.Malformed) {
    var reader = ProtobufReader(bytes, bytes.indices)
    while let field = try reader.next() {
      guard case .bytes(let range) = field.value else { continue }
      switch field.number {
      case 1: pieces.append(try Piece(bytes, range))
      case 2: try readTrainerSpecification(bytes, range)
      case 3: try readNormalizerSpecification(bytes, range)
      default: continue
      }
    }
  }

  private mutating func readTrainerSpecification(
    _ bytes: [UInt8], _ range: Range<Int>
  ) throws(ProtobufReader.Malformed) {
    var reader = ProtobufReader(bytes, range)
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (3, .integer(let value)):
        guard let kind = Algorithm(rawValue: Int(truncatingIfNeeded: value)) else {
          throw ProtobufReader.Malformed(position: range.lowerBound)
        }
        algorithm = kind
      case (24, .integer(let value)): endsWordsWithSpaces = value != 0
      case (35, .integer(let value)): hasByteFallback = value != 0
      case (40, .integer(let value)): unknownID = Int(truncatingIfNeeded: value)
      case (41, .integer(let value)): beginningID = Int(truncatingIfNeeded: value)
      case (42, .integer(let value)): endID = Int(truncatingIfNeeded: value)
      case (43, .integer(let value)): paddingID = Int(truncatingIfNeeded: value)
      case (45, .bytes(let text)): unknownContent = try Self.text(bytes, text)
      case (46, .bytes(let text)): beginningContent = try Self.text(bytes, text)
      case (47, .bytes(let text)): endContent = try Self.text(bytes, text)
      case (48, .bytes(let text)): paddingContent = try Self.text(bytes, text)
      default: continue
      }
    }
  }

  private mutating func readNormalizerSpecification(
    _ bytes: [UInt8], _ range: Range<Int>
  ) throws(ProtobufReader.Malformed) {
    var reader = ProtobufReader(bytes, range)
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (2, .bytes(let map)): characterMap = Array(bytes[map])
      case (3, .integer(let value)): addsDummyPrefix = value != 0
      case (4, .integer(let value)): removesExtraSpaces = value != 0
      case (5, .integer(let value)): escapesSpaces = value != 0
      default: continue
      }
    }
  }

  fileprivate static func text(
    _ bytes: [UInt8], _ range: Range<Int>
  ) throws(ProtobufReader.Malformed) -> String {
    guard let text = String(validating: bytes[range], as: UTF8.self) else {
      throw ProtobufReader.Malformed(position: range.lowerBound)
    }
    return text
  }
}

extension SentencePieceModel.Piece {
  fileprivate init(_ bytes: [UInt8], _ range: Range<Int>) throws(ProtobufReader.Malformed) {
    content = ""
    var reader = ProtobufReader(bytes, range)
    while let field = try reader.next() {
      switch (field.number, field.value) {
      case (1, .bytes(let text)): content = try SentencePieceModel.text(bytes, text)
      case (2, .word(let bits)): score = Float(bitPattern: bits)
      case (3, .integer(let value)):
        guard let kind = SentencePieceModel.Kind(rawValue: Int(truncatingIfNeeded: value)) else {
          throw ProtobufReader.Malformed(position: range.lowerBound)
        }
        self.kind = kind
      default: continue
      }
    }
  }
}
