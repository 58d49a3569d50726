/// A dictionary that keeps the order in which its keys came, as Python's does.
struct TemplateDictionary {
  /// What two keys must share to be the same: Python takes 1, 1.0 and true for one key.
  enum Key: Hashable {
    case null
    case text(TemplateText)
    case integer(Int)
    case double(Double)
    case tuple([Key])
  }

  /// A key with its value.
  struct Entry {
    let key: TemplateValue
    var value: TemplateValue
  }

  private(set) var entries: [Entry] = []
  private var places: [Key: Int] = [:]

  init() {}

  var count: Int { entries.count }

  /// The value of a key; nil where there is none.
  func value(for key: TemplateValue) throws(TemplateFailure) -> TemplateValue? {
    places[try Self.key(key)].map { entries[$0].value }
  }

  /// The value of a key that is a text.
  func value(for key: TemplateText) -> TemplateValue? {
    places[.text(key)].map { entries[$0].value }
  }

  mutating func set(_ value: TemplateValue, for key: TemplateText) {
    set(value, for: .text(key), as: .text(key))
  }

  /// Sets or adds a value; a key that is there keeps its place.
  mutating func set(_ value: TemplateValue, for key: TemplateValue) throws(TemplateFailure) {
    set(value, for: key, as: try Self.key(key))
  }

  private mutating func set(_ value: TemplateValue, for key: TemplateValue, as hashed: Key) {
    if let place = places[hashed] {
      entries[place].value = value
    } else {
      places[hashed] = entries.count
      entries.append(Entry(key: key, value: value))
    }
  }

  private static func key(_ value: TemplateValue) throws(TemplateFailure) -> Key {
    switch value {
    case .null: return .null
    case .text(let text): return .text(text)
    case .boolean(let value): return .integer(value ? 1 : 0)
    case .integer(let value): return .integer(value)
    case .double(let value): return Int(exactly: value).map(Key.integer) ?? .double(value)
    case .tuple(let values):
      var keys: [Key] = []
      for value in values { keys.append(try key(value)) }
      return .tuple(keys)
    default: throw TemplateFailure("a value of type '\(value.typeName)' cannot be a key.")
    }
  }
}
