/// Texts as SQuAD's script compares them.
///
/// Words are lists of scalars: Swift's strings call `é` and `e` with an accent equal, Python's do
/// not.
enum SquadText {
  /// The words: in lower case, without ASCII punctuation and articles.
  static func normalized(_ text: String) -> [[Unicode.Scalar]] {
    let kept = text.lowercased().unicodeScalars.filter { !$0.isASCIIPunctuation }
    // Articles stand between characters that are no letters or digits, which need not be spaces.
    var words: [[Unicode.Scalar]] = []
    var word: [Unicode.Scalar] = []
    var run: [Unicode.Scalar] = []
    func closeRun() {
      if articles.contains(run) { closeWord() } else { word += run }
      run = []
    }
    func closeWord() {
      if !word.isEmpty { words.append(word) }
      word = []
    }
    for scalar in kept {
      if scalar.isWordCharacter {
        run.append(scalar)
        continue
      }
      closeRun()
      if scalar.isPythonSpace { closeWord() } else { word.append(scalar) }
    }
    closeRun()
    closeWord()
    return words
  }

  /// The F1 of the words that two texts share, however they are ordered; with `emptyIsEqual` two
  /// texts without words agree, as in SQuAD 2.0.
  static func f1(
    _ first: [[Unicode.Scalar]], _ second: [[Unicode.Scalar]], emptyIsEqual: Bool
  ) -> Double {
    if first.isEmpty || second.isEmpty {
      return emptyIsEqual && first.isEmpty && second.isEmpty ? 1 : 0
    }
    var left: [[Unicode.Scalar]: Int] = [:]
    for word in first { left[word, default: 0] += 1 }
    var common = 0
    for word in second where left[word, default: 0] > 0 {
      left[word, default: 0] -= 1
      common += 1
    }
    return sharedF1(common, of: first.count, and: second.count)
  }

  private static let articles: Set<[Unicode.Scalar]> = Set(
    ["a", "an", "the"].map { Array($0.unicodeScalars) })
}

extension Unicode.Scalar {
  /// Python's `string.punctuation`.
  var isASCIIPunctuation: Bool {
    switch value {
    case 0x21...0x2F, 0x3A...0x40, 0x5B...0x60, 0x7B...0x7E: true
    default: false
    }
  }

  /// What `\w` means in Python: letters, numbers and the low line.
  var isWordCharacter: Bool {
    switch properties.generalCategory {
    case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter,
      .decimalNumber, .letterNumber, .otherNumber:
      true
    default: self == "_"
    }
  }

  /// What Python's `str.split` splits at.
  var isPythonSpace: Bool {
    properties.isWhitespace || (0x1C...0x1F).contains(value)
  }
}
