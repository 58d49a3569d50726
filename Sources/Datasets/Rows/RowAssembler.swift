/// Makes rows out of the raw values of their columns.
struct RowAssembler {
  let plan: ColumnPlan

  func row(_ values: [FieldValue], at location: RowLocation) throws(RowProblem) -> TextRow {
    var row = TextRow(
      text: try text(values, plan.text, location), location: location)
    if let pair = plan.pair { row.pair = try text(values, pair, location) }
    row.target = try target(values, location)
    for place in plan.keep {
      row.extra[plan.wanted[place]] = try kept(values, place, location)
    }
    return row
  }

  private func text(
    _ values: [FieldValue], _ place: Int, _ location: RowLocation
  ) throws(RowProblem) -> String {
    switch values[place] {
    case .text(let text): return text
    case let other: throw unexpected(other, place, wanted: "a text", location)
    }
  }

  private func kept(
    _ values: [FieldValue], _ place: Int, _ location: RowLocation
  ) throws(RowProblem) -> String? {
    switch values[place] {
    case .missing, .null: return nil
    case let value:
      if let text = value.scalarText { return text }
      throw unexpected(value, place, wanted: "a text, a number, true or false", location)
    }
  }

  private func target(
    _ values: [FieldValue], _ location: RowLocation
  ) throws(RowProblem) -> RowTarget {
    switch plan.target {
    case .none:
      return .none
    case .singleLabel:
      guard let place = plan.label else { return .none }
      return .label(try label(values[place], place, location))
    case .regression:
      guard let place = plan.label else { return .none }
      return .value(try number(values[place], place, location))
    case .multiLabel:
      guard let place = plan.label else { return .labels(try flagged(values, location)) }
      return .labels(try labels(values[place], place, location))
    }
  }

  private func label(
    _ value: FieldValue, _ place: Int, _ location: RowLocation
  ) throws(RowProblem) -> String {
    guard let text = value.scalarText else {
      throw unexpected(value, place, wanted: "a label", location)
    }
    if text.isBlank {
      throw problem(.missingValue, "the label column '\(plan.wanted[place])' is empty.", location)
    }
    return text
  }

  private func number(
    _ value: FieldValue, _ place: Int, _ location: RowLocation
  ) throws(RowProblem) -> Double {
    let written: String
    switch value {
    case .text(let text), .number(let text): written = text
    default: throw unexpected(value, place, wanted: "a number", location)
    }
    if let number = Decimals.number(written) { return number }
    throw problem(
      .invalidNumber,
      "the column '\(plan.wanted[place])' holds '\(written)', which is not a number "
        + "(digits with a point, such as -1.5 or 2e3).", location)
  }

  private func labels(
    _ value: FieldValue, _ place: Int, _ location: RowLocation
  ) throws(RowProblem) -> [String] {
    var found: [String] = []
    switch value {
    case .list(let items):
      for item in items { found.append(try label(item, place, location)) }
    case .text(let text):
      if let separator = plan.labelSeparator {
        found = try split(text, at: separator, place, location)
      } else {
        found = try JSONLabels.read(text, column: plan.wanted[place], line: location.line)
      }
    default:
      throw unexpected(value, place, wanted: "a list of labels", location)
    }
    if let twice = firstRepeated(found) {
      throw problem(.invalidLabel, "the label '\(twice)' stands twice in one row.", location)
    }
    return found
  }

  private func split(
    _ text: String, at separator: String, _ place: Int, _ location: RowLocation
  ) throws(RowProblem) -> [String] {
    if text.isBlank { return [] }
    var parts: [String] = []
    for part in text.components(separatedBy: separator) {
      let trimmed = part.trimmed
      if trimmed.isEmpty {
        throw problem(
          .invalidLabel,
          "the labels '\(text)' of the column '\(plan.wanted[place])' hold an empty one.", location)
      }
      parts.append(trimmed)
    }
    return parts
  }

  private func flagged(
    _ values: [FieldValue], _ location: RowLocation
  ) throws(RowProblem) -> [String] {
    var found: [String] = []
    for place in plan.labelColumns {
      switch values[place].scalarText?.trimmed {
      case "1", "true": found.append(plan.wanted[place])
      case "0", "false": continue
      case let other:
        let held = other.map { "'\($0)'" } ?? values[place].kind
        throw problem(
          .invalidLabel,
          "the label column '\(plan.wanted[place])' holds \(held), and must hold 0 or 1.", location)
      }
    }
    return found
  }

  private func unexpected(
    _ value: FieldValue, _ place: Int, wanted: String, _ location: RowLocation
  ) -> RowProblem {
    let column = plan.wanted[place]
    switch value {
    case .missing: return problem(.missingValue, "the row has no '\(column)'.", location)
    case .null:
      return problem(.missingValue, "'\(column)' is null, and must be \(wanted).", location)
    case .object:
      return problem(
        .wrongType,
        "'\(column)' is an object, and must be \(wanted). "
          + "Name a value inside it by its path, such as '\(column).name'.", location)
    default:
      return problem(.wrongType, "'\(column)' is \(value.kind), and must be \(wanted).", location)
    }
  }

  private func problem(
    _ code: DatasetsError.Code, _ message: String, _ location: RowLocation
  ) -> RowProblem {
    RowProblem(code: code, message: message, line: location.line)
  }
}
