/// The threshold of the null score above which a question counts as having no answer, chosen so
/// that a score is best, as SQuAD 2.0's script chooses it.
struct NullThresholds: Sendable {
  /// Why nothing is here.
  enum State: Equatable {
    case kept, off, withoutScores, overLimit
  }

  /// Sixteen bytes a question.
  private struct Question {
    let null: Float
    /// What answering the question adds to the sum of exact matches, compared with not answering.
    let exactGain: Float
    /// The same for F1.
    let f1Gain: Double
  }

  /// The most questions to keep.
  let limit: Int
  private(set) var state: State
  private var questions: [Question] = []
  private var unanswerable = 0

  init(limit: Int) {
    self.limit = limit
    state = limit > 0 ? .kept : .off
  }

  mutating func add(null: Float, exact: Double, f1: Double, answerable: Bool, answered: Bool) {
    guard state == .kept else { return }
    guard questions.count < limit else { return drop(.overLimit) }
    // An answer to a question that has none costs the point that no answer would have won.
    let cost = answered ? -1.0 : 0
    questions.append(
      Question(
        null: null, exactGain: Float(answerable ? exact : cost), f1Gain: answerable ? f1 : cost))
    unanswerable += answerable ? 0 : 1
  }

  mutating func missRow() { drop(.withoutScores) }

  mutating func add(_ other: NullThresholds) {
    guard state == .kept else { return }
    guard other.state == .kept else { return drop(other.state) }
    guard questions.count + other.questions.count <= limit else { return drop(.overLimit) }
    questions += other.questions
    unanswerable += other.unanswerable
  }

  /// The best scores and their thresholds, by the script's names; nil where there is nothing.
  ///
  /// Questions are answered one more at a time, the surest first; of equal sums the first counts,
  /// and questions with equal null scores go in the order in which they came.
  func scores() -> [String: Double]? {
    guard state == .kept, !questions.isEmpty else { return nil }
    let order = questions.indices.sorted {
      (questions[$0].null, $0) < (questions[$1].null, $1)
    }
    let exact = best(order) { Double($0.exactGain) }
    let f1 = best(order) { $0.f1Gain }
    return [
      "best_exact": exact.score, "best_exact_thresh": exact.threshold,
      "best_f1": f1.score, "best_f1_thresh": f1.threshold,
    ]
  }

  private func best(_ order: [Int], gain: (Question) -> Double) -> (
    score: Double, threshold: Double
  ) {
    var sum = Double(unanswerable)
    var best = (score: sum, threshold: 0.0)
    for place in order {
      sum += gain(questions[place])
      if sum > best.score { best = (sum, Double(questions[place].null)) }
    }
    return (best.score / Double(questions.count), best.threshold)
  }

  private mutating func drop(_ why: State) {
    guard state == .kept else { return }
    state = why
    questions = []
  }
}
