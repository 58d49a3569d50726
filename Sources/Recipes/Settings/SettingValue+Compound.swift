import Tasks
import Training

extension Interval: SettingValue {
  init(setting raw: RawValue) throws(ValueMismatch) {
    switch raw.word.map(SettingName.normalized) {
    case "none", "no", "never", "off": self = .never
    case "epoch": self = .epoch
    case let word:
      guard let steps = word.flatMap(Int.init(wholeNumber:)) else {
        throw ValueMismatch(expected: "epoch, none or a number of steps")
      }
      self = .steps(steps)
    }
  }

  var yaml: String {
    switch self {
    case .never: "none"
    case .epoch: "epoch"
    case .steps(let steps): steps.yaml
    }
  }
}

extension DataConfiguration.ValidationSource: SettingValue {
  init(setting raw: RawValue) throws(ValueMismatch) {
    switch raw.content {
    case .null: self = .none
    case .plain("none"), .argument("none"): self = .none
    case .plain(let text), .argument(let text):
      self = Double(number: text).map { .share($0) } ?? .file(text)
    case .quoted(let text): self = .file(text)
    case .list, .mapping: throw ValueMismatch(expected: "a file, a share such as 0.1, or none")
    }
  }

  var yaml: String {
    switch self {
    case .none: "none"
    case .share(let share): share.yaml
    // In quotes, a file whose name reads as a share or as none stays a file.
    case .file(let file):
      Double(number: file) == nil && file != "none" ? file.yaml : YAMLScalar.quoted(file)
    }
  }
}

extension ClassWeights: SettingValue {
  init(setting raw: RawValue) throws(ValueMismatch) {
    switch raw.content {
    case .null: self = .none
    case .mapping(let entries): self = .explicit(try Self.weights(entries))
    case .plain(let text), .argument(let text):
      switch SettingName.normalized(text) {
      case "none": self = .none
      case "balanced": self = .balanced
      default: self = .explicit(try Self.weights(written: text, at: raw.place))
      }
    case .quoted, .list: throw Self.mismatch()
    }
  }

  private static func mismatch(found: String? = nil) -> ValueMismatch {
    ValueMismatch(expected: "none, balanced, or a weight for each label", found: found)
  }

  private static func weights(_ entries: [RawValue.Entry]) throws(ValueMismatch) -> [String: Double]
  {
    var weights: [String: Double] = [:]
    for entry in entries {
      guard let weight = try? entry.value.read(Double.self) else {
        throw ValueMismatch(
          expected: "a number for the label '\(entry.key)'", found: entry.value.found)
      }
      guard weights.updateValue(weight, forKey: entry.key) == nil else {
        throw ValueMismatch(expected: "each label once", found: "'\(entry.key)' twice")
      }
    }
    return weights
  }

  /// Reads `positive=2,negative=1`, or the same in YAML's braces.
  private static func weights(
    written text: String, at place: SettingPlace
  ) throws(ValueMismatch) -> [String: Double] {
    if text.hasPrefix("{"), let value = try? YAMLText.value(text, at: place) {
      guard let entries = value.entries else { throw mismatch() }
      return try weights(entries)
    }
    var entries: [RawValue.Entry] = []
    for part in text.split(separator: ",", omittingEmptySubsequences: false) {
      guard let equals = part.lastIndex(of: "=") else { throw mismatch() }
      let weight = String(part[part.index(after: equals)...])
      entries.append(
        RawValue.Entry(
          key: String(part[..<equals]).trimmingSpaces, place: place,
          value: RawValue(content: .argument(weight), place: place)))
    }
    return try weights(entries)
  }

  var yaml: String {
    switch self {
    case .none: "none"
    case .balanced: "balanced"
    case .explicit(let weights):
      "{"
        + weights.sorted { $0.key < $1.key }.map { "\($0.key.yaml): \($0.value.yaml)" }
        .joined(separator: ", ") + "}"
    }
  }
}

extension [String]: SettingValue {
  init(setting raw: RawValue) throws(ValueMismatch) {
    switch raw.content {
    case .null: self = []
    case .list(let items):
      var texts: [String] = []
      for item in items {
        guard let text = try? item.read(String.self) else {
          throw ValueMismatch(expected: "a list of texts", found: "\(item.found) in the list")
        }
        texts.append(text)
      }
      self = texts
    case .argument(let text) where text.hasPrefix("["):
      guard let value = try? YAMLText.value(text, at: raw.place), case .list = value.content else {
        throw ValueMismatch(expected: "a list, such as [a, b]")
      }
      self = try value.read()
    case .argument(let text):
      self = text.split(separator: ",", omittingEmptySubsequences: false)
        .map { String($0).trimmingSpaces }
    case .plain(let text), .quoted(let text): self = [text]
    case .mapping: throw ValueMismatch(expected: "a list of texts")
    }
  }

  var yaml: String { "[" + map(\.yaml).joined(separator: ", ") + "]" }
}
