/// Finds doubtful rows in the splits of a run and takes out those that the policy leaves out.
struct RowSieve {
  private static let examplesShown = 5

  private(set) var splits: DataSplits
  let policy: DataPolicy
  private(set) var leftOut: [LeftOutRow] = []
  private(set) var emptyTexts: [String: Int] = [:]
  private(set) var duplicates = PreflightReport.Repeats(rows: 0, examples: [])
  private(set) var conflicts = PreflightReport.Repeats(rows: 0, examples: [])
  private(set) var overlaps: [PreflightReport.Overlap] = []

  init(_ splits: DataSplits, policy: DataPolicy) {
    self.splits = splits
    self.policy = policy
    for (name, table) in splits.named {
      for row in table.leftOut {
        var row = row
        row.split = name
        leftOut.append(row)
      }
    }
  }

  mutating func takeOutEmptyTexts() {
    for (name, table) in splits.named {
      var empty: [Int: String] = [:]
      for (place, row) in table.rows.enumerated() {
        if row.text.isBlank {
          empty[place] = "The text is empty."
        } else if let pair = row.pair, pair.isBlank {
          empty[place] = "The second text is empty."
        } else if row.others.contains(where: \.isBlank) {
          empty[place] = "One of the further texts is empty."
        }
      }
      emptyTexts[name] = empty.count
      if policy.emptyText == .leaveOut { takeOut(empty, of: name, because: .emptyText) }
    }
  }

  mutating func takeOutRepeats() {
    let rows = splits.train.rows
    let repeated = RepeatedTexts(rows)
    duplicates = PreflightReport.Repeats(
      rows: repeated.duplicates.count,
      examples: repeated.duplicates.prefix(Self.examplesShown).map { pair in
        [rows[pair.first].location, rows[pair.place].location]
      })
    conflicts = PreflightReport.Repeats(
      rows: repeated.conflicts.reduce(0) { $0 + $1.count },
      examples: repeated.conflicts.prefix(Self.examplesShown).map { group in
        group.prefix(Self.examplesShown).map { rows[$0].location }
      })
    var conflicting: [Int: String] = [:]
    if policy.conflicts == .leaveOut {
      for group in repeated.conflicts {
        for place in group {
          let other = group.first { TargetKey(rows[$0].target) != TargetKey(rows[place].target) }
          let elsewhere = other.map { "\(rows[$0].location)" } ?? "another row"
          conflicting[place] = "The same text has another target at \(elsewhere)."
        }
      }
    }
    var twice: [Int: String] = [:]
    if policy.duplicates == .leaveOut {
      for (place, first) in repeated.duplicates where conflicting[place] == nil {
        twice[place] = "The same text and target stand at \(rows[first].location)."
      }
    }
    let all = conflicting.merging(twice) { reason, _ in reason }
    takeOut(all, of: "train") { twice[$0] == nil ? .conflict : .duplicate }
  }

  mutating func takeOutOverlaps() {
    let named = splits.named
    var outOfTraining: [Int: String] = [:]
    for (turn, (known, source)) in named.enumerated() {
      let others = named[(turn + 1)...]
      if others.isEmpty { break }
      var places: [RowText: [Int]] = [:]
      for (place, row) in source.rows.enumerated() {
        places[RowText(row), default: []].append(place)
      }
      for (name, table) in others {
        var shared: [(place: Int, sources: [Int])] = []
        for (place, row) in table.rows.enumerated() {
          if let sources = places[RowText(row)] { shared.append((place, sources)) }
        }
        overlaps.append(overlap(name, table, with: known, source, shared))
        guard known == "train" else { continue }
        for (place, sources) in shared {
          for source in sources {
            outOfTraining[source] =
              "The \(name) data hold the same text at \(table.rows[place].location)."
          }
        }
        if policy.shared == .leaveOutOfEvaluation {
          var reasons: [Int: String] = [:]
          for (place, sources) in shared {
            let location = source.rows[sources[0]].location
            reasons[place] = "The training data hold the same text at \(location)."
          }
          takeOut(reasons, of: name, because: .shared)
        }
      }
    }
    if policy.shared == .leaveOutOfTraining {
      takeOut(outOfTraining, of: "train", because: .shared)
    }
  }

  private func overlap(
    _ name: String, _ table: TextTable, with known: String, _ source: TextTable,
    _ shared: [(place: Int, sources: [Int])]
  ) -> PreflightReport.Overlap {
    PreflightReport.Overlap(
      split: name, with: known, rows: shared.count,
      examples: shared.prefix(Self.examplesShown).map { match in
        [table.rows[match.place].location, source.rows[match.sources[0]].location]
      })
  }

  /// Why rows of a split are gone, for a message.
  func leftOutSentence(of name: String) -> String {
    guard let first = leftOut.first(where: { $0.split == name }) else { return "It had none." }
    let count = leftOut.count { $0.split == name }
    return "\(count) were left out; the first: \(first.file), line \(first.line): \(first.detail)"
  }

  private mutating func takeOut(
    _ reasons: [Int: String], of name: String, because code: DatasetsError.Code
  ) {
    takeOut(reasons, of: name) { _ in code }
  }

  private mutating func takeOut(
    _ reasons: [Int: String], of name: String, because code: (Int) -> DatasetsError.Code
  ) {
    guard !reasons.isEmpty, let table = splits.named.first(where: { $0.name == name })?.table
    else { return }
    var kept: [TextRow] = []
    kept.reserveCapacity(table.rows.count - reasons.count)
    for (place, row) in table.rows.enumerated() {
      if let reason = reasons[place] {
        leftOut.append(LeftOutRow(row, split: name, reason: code(place), detail: reason))
      } else {
        kept.append(row)
      }
    }
    splits.replaceRows(of: name, with: kept)
  }
}
