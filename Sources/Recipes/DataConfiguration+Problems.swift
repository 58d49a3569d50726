public import Optimizers

extension DataConfiguration: CheckedConfiguration {
  /// Everything that is wrong with the value; empty when it can be used.
  ///
  /// No file is read.
  public var problems: [ConfigurationProblem] {
    var checks = ConfigurationChecks()
    checkSources(&checks)
    checkColumns(&checks)
    if let maxLength { checks.atLeast(1, maxLength, "maxLength") }
    checks.require(
      truncation != .onlySecond || pairColumn != nil, "truncation",
      "is only-second, but there is no second text; set pairColumn or another truncation")
    checks.share(maximumTruncatedShare, "maximumTruncatedShare")
    return checks.problems
  }

  private func checkSources(_ checks: inout ConfigurationChecks) {
    checks.require(!train.isEmpty, "train", "is empty; name a file or folder")
    checks.require(test != "", "test", "is empty; name a file or folder, or leave it out")
    switch validation {
    case .none: break
    case .share(let share):
      checks.require(
        share > 0 && share < 1, "validation",
        "is \(share); a share must lie above 0 and below 1 (a file whose name is a number is "
          + "written with its folder, such as ./\(share))")
    case .file(let file):
      checks.require(!file.isEmpty, "validation", "is empty; name a file or a share, such as 0.1")
    }
  }

  private func checkColumns(_ checks: inout ConfigurationChecks) {
    checks.require(!textColumn.isEmpty, "textColumn", "is empty; name a column")
    checks.require(!labelColumn.isEmpty, "labelColumn", "is empty; name a column")
    checks.require(pairColumn != "", "pairColumn", "is empty; name a column or leave it out")
    checks.require(
      pairColumn != textColumn, "pairColumn", "is '\(textColumn)', which is the first text already")
    checks.require(
      labelSeparator != "", "labelSeparator", "is empty; name a separator or leave it out")
    checks.require(
      labelSeparator == nil || labelColumns.isEmpty, "labelSeparator",
      "and labelColumns exclude each other; labels stand in one column or in a column each")
    var seen: Set<String> = []
    for column in labelColumns {
      checks.require(!column.isEmpty, "labelColumns", "has an empty name")
      checks.require(seen.insert(column).inserted, "labelColumns", "names '\(column)' twice")
    }
    let texts = [textColumn, pairColumn].compactMap { $0 }
    for column in labelColumns.isEmpty ? [labelColumn] : labelColumns {
      checks.require(
        !texts.contains(column), labelColumns.isEmpty ? "labelColumn" : "labelColumns",
        "names '\(column)', which is a column of text already")
    }
  }
}
