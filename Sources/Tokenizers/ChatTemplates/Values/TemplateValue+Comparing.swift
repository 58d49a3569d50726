extension TemplateValue {
  /// Python's `==`.
  func equals(_ other: TemplateValue) -> Bool {
    switch (self, other) {
    case (.undefined, .undefined), (.null, .null): return true
    case (.text(let left), .text(let right)): return left == right
    case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
      return left.count == right.count && zip(left, right).allSatisfy { $0.equals($1) }
    case (.dictionary(let left), .dictionary(let right)):
      return left.count == right.count
        && left.entries.allSatisfy { entry in
          guard let value = try? right.value(for: entry.key) else { return false }
          return entry.value.equals(value)
        }
    case (.range(let left), .range(let right)):
      return left.count == right.count
        && (left.count == 0
          || left.start == right.start && (left.count == 1 || left.step == right.step))
    case (.view(let left), .view(let right)):
      return left.items.count == right.items.count
        && zip(left.items, right.items).allSatisfy { $0.equals($1) }
    case (.generator(let left), .generator(let right)): return left === right
    case (.namespace(let left), .namespace(let right)): return left === right
    case (.function(let left), .function(let right)): return left === right
    case (.loop(let left), .loop(let right)): return left === right
    default:
      if let left = integer, let right = other.integer { return left == right }
      if let left = number, let right = other.number { return left == right }
      return false
    }
  }

  /// Python's `<`, for values that have an order.
  func precedes(_ other: TemplateValue) throws(TemplateFailure) -> Bool {
    switch (self, other) {
    case (.text(let left), .text(let right)): return left < right
    case (.list(let left), .list(let right)), (.tuple(let left), .tuple(let right)):
      for (first, second) in zip(left, right) where !first.equals(second) {
        return try first.precedes(second)
      }
      return left.count < right.count
    default:
      if let left = integer, let right = other.integer { return left < right }
      if let left = number, let right = other.number { return left < right }
      try defined()
      try other.defined()
      throw TemplateFailure(
        "values of types '\(typeName)' and '\(other.typeName)' have no order.")
    }
  }

  /// Throws the words of an undefined value.
  func defined() throws(TemplateFailure) {
    if case .undefined(let message) = self { throw TemplateFailure(message) }
  }

  /// Python's `in`.
  func contains(_ element: TemplateValue) throws(TemplateFailure) -> Bool {
    switch self {
    case .text(let text):
      guard case .text(let part) = element else {
        throw TemplateFailure(
          "'in' of a text needs a text on its left, not a value of type '\(element.typeName)'.")
      }
      return text.contains(part)
    case .dictionary(let dictionary):
      if case .undefined = element { return false }
      return try dictionary.value(for: element) != nil
    default: return try elements().contains { $0.equals(element) }
    }
  }

  /// Sorts as Python does: stably, by a key that is worked out once for each element.
  static func sorted(
    _ values: [TemplateValue], reversed: Bool,
    by key: (TemplateValue) throws(TemplateFailure) -> TemplateValue
  ) throws(TemplateFailure) -> [TemplateValue] {
    var pairs: [(key: TemplateValue, value: TemplateValue)] = []
    for value in values { pairs.append((try key(value), value)) }
    // A reversed sort leaves equal elements in their order too.
    pairs = try merged(pairs[...]) { (left, right) throws(TemplateFailure) in
      reversed ? try left.key.precedes(right.key) : try right.key.precedes(left.key)
    }
    return pairs.map(\.value)
  }

  /// Merge sort; `follows` says that the second of two must come first.
  private static func merged<Element>(
    _ items: ArraySlice<Element>,
    follows: (Element, Element) throws(TemplateFailure) -> Bool
  ) throws(TemplateFailure) -> [Element] {
    if items.count < 2 { return Array(items) }
    let middle = items.startIndex + items.count / 2
    var left = try merged(items[..<middle], follows: follows)[...]
    var right = try merged(items[middle...], follows: follows)[...]
    var result: [Element] = []
    while let first = left.first, let second = right.first {
      if try follows(first, second) {
        result.append(second)
        right.removeFirst()
      } else {
        result.append(first)
        left.removeFirst()
      }
    }
    return result + left + right
  }
}
