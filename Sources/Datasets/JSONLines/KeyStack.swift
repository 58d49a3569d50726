/// The keys of the objects that are being read, to find one that stands twice in its object.
struct KeyStack {
  /// What an inner object sets aside.
  struct Level {
    fileprivate let start: Int
    fileprivate let many: Set<ExactText>
  }

  /// Up to so many keys, comparing with each is faster than hashing.
  private static let few = 16

  private var keys: [ExactText] = []
  private var start = 0
  /// The keys of the innermost object once they are many.
  private var many: Set<ExactText> = []

  /// Begins an inner object.
  mutating func open() -> Level {
    let outer = Level(start: start, many: many)
    start = keys.count
    many = []
    return outer
  }

  /// Goes back to the outer object.
  mutating func close(_ outer: Level) {
    keys.removeLast(keys.count - start)
    (start, many) = (outer.start, outer.many)
  }

  /// Forgets everything, after an object that was not read to its end.
  mutating func removeAll() {
    if keys.isEmpty { return }
    keys.removeAll(keepingCapacity: true)
    (start, many) = (0, [])
  }

  /// Adds a key of the innermost object; false when it has it already.
  mutating func insert(_ key: String) -> Bool {
    let key = ExactText(key)
    if keys.count - start < Self.few {
      if keys[start...].contains(key) { return false }
    } else {
      if many.isEmpty { many = Set(keys[start...]) }
      if !many.insert(key).inserted { return false }
    }
    keys.append(key)
    return true
  }
}
