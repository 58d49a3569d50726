/// A row of a file as named values, before it is known what they mean.
///
/// A row of CSV or TSV is an object whose values are all texts.
struct Record {
  let object: JSONObject
  let location: RowLocation

  /// A problem of this row.
  func problem(_ code: DatasetsError.Code, _ message: String) -> RowProblem {
    RowProblem(code: code, message: message, line: location.line)
  }

  /// The problem of a value that is not of the kind that it must be, or not there at all.
  func unexpected(_ value: JSONValue?, _ name: String, wanted: String) -> RowProblem {
    switch value {
    case nil: problem(.missingValue, "the row has no '\(name)', which must be \(wanted).")
    case .null: problem(.missingValue, "'\(name)' is null, and must be \(wanted).")
    case let value?: problem(.wrongType, "'\(name)' is \(value.kind), and must be \(wanted).")
    }
  }

  /// The text under a name.
  func text(_ name: String) throws(RowProblem) -> String {
    let value = object.value(at: name)
    guard case .text(let text)? = value else {
      throw unexpected(value, name, wanted: "a text")
    }
    return text
  }

  /// The list of texts under a name.
  func texts(_ name: String) throws(RowProblem) -> [String] {
    let value = object.value(at: name)
    guard case .list(let items)? = value else {
      throw unexpected(value, name, wanted: "a list of texts")
    }
    return try texts(items, name)
  }

  /// Items of a list that must all be texts.
  func texts(_ items: [JSONValue], _ name: String) throws(RowProblem) -> [String] {
    var texts: [String] = []
    texts.reserveCapacity(items.count)
    for (place, item) in items.enumerated() {
      guard case .text(let text) = item else {
        throw problem(
          .wrongType, "item \(place + 1) of '\(name)' is \(item.kind), and must be a text.")
      }
      texts.append(text)
    }
    return texts
  }

  /// The label under a name: a text, a number, true or false, and not blank.
  func label(_ name: String) throws(RowProblem) -> String {
    let value = object.value(at: name)
    guard let text = value?.scalarText else {
      throw unexpected(value, name, wanted: "a label")
    }
    if text.isBlank { throw problem(.missingValue, "the label '\(name)' is empty.") }
    return text
  }

  /// The number under a name, which may be written as a text.
  func number(_ name: String) throws(RowProblem) -> Double {
    let value = object.value(at: name)
    switch value {
    case .number(let written)?, .text(let written)?:
      return try number(written, name)
    default: throw unexpected(value, name, wanted: "a number")
    }
  }

  /// A number as it is written.
  func number(_ written: String, _ name: String) throws(RowProblem) -> Double {
    if let number = Decimals.number(written) { return number }
    throw problem(
      .invalidNumber,
      "'\(name)' holds '\(written)', which is not a number (digits with a point, such as -1.5 "
        + "or 2e3).")
  }

  /// The whole number under a name.
  func wholeNumber(_ name: String) throws(RowProblem) -> Int {
    let value = object.value(at: name)
    guard let number = value?.wholeNumber else {
      throw unexpected(value, name, wanted: "a whole number")
    }
    return number
  }

  /// The values of the columns to carry along, and the identifier where the row has one.
  func extra(_ keep: [String], identifier: String? = nil) throws(RowProblem) -> [String: String] {
    var extra: [String: String] = [:]
    if let identifier, let text = object[identifier]?.scalarText { extra["id"] = text }
    for name in keep {
      switch object.value(at: name) {
      case nil, .null: continue
      case let value?:
        guard let text = value.scalarText else {
          throw unexpected(value, name, wanted: "a text, a number, true or false")
        }
        extra[name] = text
      }
    }
    return extra
  }
}
