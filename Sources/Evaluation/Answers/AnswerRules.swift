/// Whose rules compare a predicted answer with the expected ones.
public enum AnswerRules: String, Codable, Sendable, CaseIterable {
  /// SQuAD 1.1 (Rajpurkar et al. 2016): every question has an answer.
  case squad1
  /// SQuAD 2.0 (Rajpurkar et al. 2018): a question may have none.
  case squad2
  /// CMRC 2018 (Cui et al. 2019), for Chinese: F1 of the longest common piece of text, in characters
  /// and, for what is not Chinese, words.
  case cmrc

  /// Whether an answer equals one of those expected, and its best F1 with one of them; 0 to 1.
  ///
  /// SQuAD ignores case, ASCII punctuation, the articles a, an, the, and how much space there is.
  /// CMRC ignores case and the punctuation that its script lists. Words of other languages within
  /// Chinese are split as the Penn Treebank splits them, each run of them taken as one sentence
  /// (the script also looks for ends of sentences in it, which makes a full stop within an answer a
  /// word of its own).
  ///
  /// - Parameters:
  ///   - expected: The accepted answers; none for a question without an answer (SQuAD 2.0).
  ///   - predicted: The answer; empty for none.
  /// - Returns: 1 or 0 for equal or not, and the F1.
  public func score(expected: [String], predicted: String) -> (exact: Double, f1: Double) {
    var best = (exact: 0.0, f1: 0.0)
    switch self {
    case .squad1, .squad2:
      let given = SquadText.normalized(predicted)
      var wanted = expected.map(SquadText.normalized)
      if self == .squad2 {
        wanted.removeAll(where: \.isEmpty)
        // A question without an answer is answered by nothing.
        if wanted.isEmpty { wanted = [[]] }
      }
      for answer in wanted {
        best.exact = max(best.exact, answer == given ? 1 : 0)
        best.f1 = max(best.f1, SquadText.f1(answer, given, emptyIsEqual: self == .squad2))
      }
    case .cmrc:
      let characters = ChineseText.withoutPunctuation(predicted)
      let pieces = ChineseText.pieces(predicted)
      for answer in expected {
        best.exact = max(best.exact, ChineseText.withoutPunctuation(answer) == characters ? 1 : 0)
        best.f1 = max(best.f1, ChineseText.f1(ChineseText.pieces(answer), pieces))
      }
    }
    return best
  }
}

/// The harmonic mean of precision and recall from what two lists have in common; 0 for nothing.
func sharedF1(_ common: Int, of first: Int, and second: Int) -> Double {
  guard common > 0 else { return 0 }
  let precision = Double(common) / Double(second)
  let recall = Double(common) / Double(first)
  return 2 * precision * recall / (precision + recall)
}
