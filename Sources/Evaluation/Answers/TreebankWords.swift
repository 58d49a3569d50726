import Foundation

/// Words as the Penn Treebank separates them, with NLTK's additions, for text in lower case of which
/// CMRC's punctuation has been removed.
///
/// CMRC's script splits with NLTK's `word_tokenize`; these are its rules for a sentence, in its
/// order. What can no longer occur (colons, hyphens, asterisks …) has no rule here.
enum TreebankWords {
  /// The words of a sentence.
  static func split(_ text: String) -> [[Unicode.Scalar]] {
    var sentence = text
    for rule in opening { sentence = rule.apply(to: sentence) }
    sentence = " \(sentence) "
    for rule in closing { sentence = rule.apply(to: sentence) }
    var words: [[Unicode.Scalar]] = []
    var word: [Unicode.Scalar] = []
    for scalar in sentence.unicodeScalars {
      if !scalar.isPythonSpace {
        word.append(scalar)
      } else if !word.isEmpty {
        words.append(word)
        word = []
      }
    }
    return word.isEmpty ? words : words + [word]
  }

  /// A pattern and what takes its place.
  private struct Rule: Sendable {
    private let expression: NSRegularExpression?
    private let replacement: String

    init(_ pattern: String, _ replacement: String) {
      expression = try? NSRegularExpression(pattern: pattern)
      self.replacement = replacement
    }

    func apply(to text: String) -> String {
      guard let expression else { return text }
      let whole = NSRange(text.startIndex..<text.endIndex, in: text)
      return expression.stringByReplacingMatches(in: text, range: whole, withTemplate: replacement)
    }
  }

  /// Letters, numbers and the low line, as Python has them.
  private static let letter = "[\\p{L}\\p{N}_]"

  private static let opening: [Rule] = [
    // Quotation marks that open.
    Rule("([«‘„])", " $1 "),
    Rule("^\"", " `` "),
    Rule("([ (\\[{<])(\"|'{2})", "$1 `` "),
    Rule("(?<!\(letter))(')(?!(?:re|ve|ll|m|t|s|d|n)(?!\(letter)))(?=\(letter))", "$1 "),
    // The last full stop, thousands and decimals kept whole, and other punctuation.
    Rule("([^.])(\\.)([\\])}>\"'» ]*+)\\s*$", "$1 $2 $3 "),
    Rule("(,)([^\\p{Nd}])", " $1 $2"),
    Rule("(,)$", " $1 "),
    Rule("(\\.{2,})", " $1 "),
    Rule("([;@#$%&])", " $1 "),
    Rule("([\\u2012-\\u2015])", " $1 "),
    Rule("([^.])(\\.)([\\])}>\"']*)\\s*$", "$1 $2$3 "),
    Rule("([?!])", " $1 "),
    Rule("([^'])' ", "$1 ' "),
    Rule("([\\]\\[(){}<>])", " $1 "),
  ]

  private static let closing: [Rule] = [
    // Quotation marks that close, then what an apostrophe joins, then words written together.
    Rule("(»)", " $1 "),
    Rule("''", " '' "),
    Rule("\"", " '' "),
    Rule("\\s+", " "),
    Rule("([^' ])('s|'m|'d|') ", "$1 $2 "),
    Rule("([^' ])('ll|'re|'ve|n't) ", "$1 $2 "),
    Rule("(?<!\(letter))(can)(not)(?!\(letter))", " $1 $2 "),
    Rule("(?<!\(letter))(d)('ye)(?!\(letter))", " $1 $2 "),
    Rule("(?<!\(letter))(gim|lem)(me)(?!\(letter))", " $1 $2 "),
    Rule("(?<!\(letter))(gon)(na)(?!\(letter))", " $1 $2 "),
    Rule("(?<!\(letter))(got)(ta)(?!\(letter))", " $1 $2 "),
    Rule("(?<!\(letter))(more)('n)(?!\(letter))", " $1 $2 "),
    Rule("(?<!\(letter))(wan)(na)(?=\\s)", " $1 $2 "),
    Rule(" ('t)(is|was)(?!\(letter))", " $1 $2 "),
  ]
}
