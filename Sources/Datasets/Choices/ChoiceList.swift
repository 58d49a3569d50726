/// Where the choices of a row stand.
enum ChoiceList {
  /// One column holds them all.
  case list(String)
  /// Each has a column.
  case columns([String])

  /// The choices of a row, with the labels that the file gives them.
  struct Choices {
    var texts: [String]
    var labels: [String] = []

    /// The place of the choice with a label, or of a letter, or of the choice of that text.
    func place(of written: String) -> Int? {
      let wanted = ExactText(written.trimmed)
      if let place = labels.firstIndex(where: { ExactText($0) == wanted }) { return place }
      if let place = texts.firstIndex(where: { ExactText($0.trimmed) == wanted }) { return place }
      guard wanted.text.utf8.count == 1, let byte = wanted.text.utf8.first else { return nil }
      let place = Int(byte | 0x20) - Int(UInt8(ascii: "a"))
      return (0..<min(26, texts.count)).contains(place) && byte >= 0x41 ? place : nil
    }
  }

  /// Reads the choices of a row, at least two.
  func read(_ record: Record) throws(RowProblem) -> Choices {
    var choices: Choices
    switch self {
    case .columns(let names):
      choices = Choices(texts: [])
      for name in names { choices.texts.append(try record.text(name)) }
    case .list(let name): choices = try Self.list(record, name)
    }
    if choices.texts.count < 2 {
      throw record.problem(
        .fieldCount, "the row has \(choices.texts.count) choices, and at least 2 were expected.")
    }
    return choices
  }

  private static func list(_ record: Record, _ name: String) throws(RowProblem) -> Choices {
    switch record.object.value(at: name) {
    case .object(let object)?:
      guard case .list(let texts)? = object["text"] else { break }
      var choices = Choices(texts: try record.texts(texts, name + ".text"))
      if case .list(let labels)? = object["label"] {
        choices.labels = try record.texts(labels, name + ".label")
      }
      return choices
    case .list(let items)?:
      guard case .object? = items.first else {
        return Choices(texts: try record.texts(items, name))
      }
      var choices = Choices(texts: [])
      for item in items {
        guard case .object(let object) = item, case .text(let text)? = object["text"] else {
          throw record.problem(
            .wrongType, "a choice of '\(name)' must be {\"label\": \"A\", \"text\": \"…\"}.")
        }
        choices.texts.append(text)
        if case .text(let label)? = object["label"] { choices.labels.append(label) }
      }
      if choices.labels.count != choices.texts.count { choices.labels = [] }
      return choices
    default: break
    }
    throw record.unexpected(
      record.object.value(at: name), name,
      wanted: "a list of texts, [{\"label\", \"text\"}] or {\"label\": […], \"text\": […]}")
  }
}
