/// What a setting wanted and did not get.
struct ValueMismatch: Error {
  /// The end of "expected …".
  var expected: String
  /// The end of "found …"; nil when the whole value is meant.
  var found: String?
  /// A hint after the sentence, such as the nearest choice.
  var hint: String?

  init(expected: String, found: String? = nil, hint: String? = nil) {
    self.expected = expected
    self.found = found
    self.hint = hint
  }
}

/// A type that settings have: read from what was written, and written so that it reads back equal.
protocol SettingValue: Sendable {
  /// Reads the value.
  init(setting raw: RawValue) throws(ValueMismatch)
  /// The value in YAML, on one line.
  var yaml: String { get }
}

extension RawValue {
  /// Reads a value of a setting's type.
  func read<Value: SettingValue>(_ type: Value.Type = Value.self) throws(ValueMismatch) -> Value {
    try Value(setting: self)
  }

  /// A hint to drop quotes around what would do without them.
  func quotesHint(_ reads: (String) -> Bool) -> String? {
    if case .quoted(let text) = content, reads(text) { "write it without quotes" } else { nil }
  }
}

extension Double: SettingValue {
  init(setting raw: RawValue) throws(ValueMismatch) {
    guard let word = raw.word, let number = Double(number: word) else {
      throw ValueMismatch(
        expected: "a number", hint: raw.quotesHint { Double(number: $0) != nil })
    }
    self = number
  }

  /// A finite decimal number; unlike `Double(_:)` neither hexadecimal nor `nan`.
  init?(number text: String) {
    let allowed = text.utf8.allSatisfy { "0123456789+-.eE".utf8.contains($0) }
    guard allowed, let value = Double(text), value.isFinite else { return nil }
    self = value
  }

  /// With a point also before an exponent, so that YAML 1.1 readers see a number.
  var yaml: String {
    let text = description
    guard let exponent = text.firstIndex(of: "e"), !text[..<exponent].contains(".") else {
      return text.hasSuffix(".0") && !text.contains("e") ? String(text.dropLast(2)) : text
    }
    return text[..<exponent] + ".0" + text[exponent...]
  }
}

extension Int: SettingValue {
  init(setting raw: RawValue) throws(ValueMismatch) {
    guard let word = raw.word, let number = Int(wholeNumber: word) else {
      throw ValueMismatch(
        expected: "a whole number", hint: raw.quotesHint { Int(wholeNumber: $0) != nil })
    }
    self = number
  }

  /// A decimal whole number, groups of digits parted by `_` if wanted.
  init?(wholeNumber text: String) {
    guard let first = text.first, first != "_", text.last != "_" else { return nil }
    guard let value = Int(text.filter { $0 != "_" }) else { return nil }
    self = value
  }

  var yaml: String { description }
}

extension Bool: SettingValue {
  init(setting raw: RawValue) throws(ValueMismatch) {
    switch raw.word?.lowercased() {
    case "true", "yes", "on": self = true
    case "false", "no", "off": self = false
    default: throw ValueMismatch(expected: "true or false")
    }
  }

  var yaml: String { description }
}

extension String: SettingValue {
  init(setting raw: RawValue) throws(ValueMismatch) {
    switch raw.content {
    case .plain(let text), .quoted(let text), .argument(let text): self = text
    case .null, .list, .mapping: throw ValueMismatch(expected: "a text")
    }
  }

  var yaml: String { YAMLScalar.text(self) }
}

extension Optional: SettingValue where Wrapped: SettingValue {
  init(setting raw: RawValue) throws(ValueMismatch) {
    let isNone = Wrapped.self != String.self && ["none", "null", "~"].contains(raw.word)
    self = raw.isNull || isNone ? nil : try Wrapped(setting: raw)
  }

  var yaml: String { self?.yaml ?? "null" }
}
