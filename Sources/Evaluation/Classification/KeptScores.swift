/// The scores that ranking metrics need, four bytes each, and the truths.
///
/// Binary evaluations keep one score a row (the positive class), the others one a class and row.
struct KeptScores {
  /// Why no scores are here.
  enum State: Equatable {
    case kept
    /// The option turned them off, or the predictions came without scores.
    case off
    case withoutScores
    /// There were more than the option allows.
    case overLimit
  }

  /// Scores a row.
  let width: Int
  /// The most scores to keep.
  let limit: Int
  private(set) var state: State
  /// Ranking keys, row after row.
  private(set) var keys: [UInt32] = []
  /// The true class of each row; empty for multi-label.
  private(set) var classOfRow: [Int32] = []
  /// The truths of each class of each row; only for multi-label.
  private(set) var truths: [Bool] = []

  init(width: Int, limit: Int) {
    self.width = width
    self.limit = limit
    state = limit > 0 ? .kept : .off
  }

  /// The number of rows.
  var rows: Int { keys.count / width }

  mutating func append(keys row: some Collection<UInt32>, truth: Int) {
    guard makeRoom() else { return }
    keys.append(contentsOf: row)
    classOfRow.append(Int32(truth))
  }

  mutating func append(keys row: [UInt32], truths rowTruths: [Bool]) {
    guard makeRoom() else { return }
    keys.append(contentsOf: row)
    truths.append(contentsOf: rowTruths)
  }

  /// A row came without scores, so no ranking of all rows can be had.
  mutating func missRow() { drop(.withoutScores) }

  mutating func add(_ other: KeptScores) {
    guard state == .kept else { return }
    guard other.state == .kept else { return drop(other.state) }
    guard keys.count + other.keys.count <= limit else { return drop(.overLimit) }
    keys += other.keys
    classOfRow += other.classOfRow
    truths += other.truths
  }

  private mutating func makeRoom() -> Bool {
    guard state == .kept else { return false }
    guard keys.count + width <= limit else {
      drop(.overLimit)
      return false
    }
    return true
  }

  private mutating func drop(_ why: State) {
    guard state == .kept else { return }
    state = why
    keys = []
    classOfRow = []
    truths = []
  }
}
