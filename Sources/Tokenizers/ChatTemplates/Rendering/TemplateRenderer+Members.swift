extension TemplateRenderer {
  /// `object.name`: what Python's attribute gives, else the element of that key.
  func member(
    _ name: String, of object: TemplateValue
  ) throws(TemplateFailure) -> TemplateValue {
    try object.defined()
    if let attribute = try attribute(name, of: object) { return attribute }
    if case .dictionary(let dictionary) = object,
      let value = dictionary.value(for: TemplateText(name))
    {
      return value
    }
    return .undefined("'\(object.typeName) object' has no attribute '\(name)'.")
  }

  /// `object[key]`: the element of that key, else what Python's attribute gives.
  func element(
    _ key: TemplateValue, of object: TemplateValue
  ) throws(TemplateFailure) -> TemplateValue {
    try object.defined()
    if let element = Self.storedElement(key, of: object) { return element }
    if case .text(let name) = key, let attribute = try attribute(name.string, of: object) {
      return attribute
    }
    return .undefined("'\(object.typeName) object' has no element \(key.represented().string).")
  }

  private static func storedElement(
    _ key: TemplateValue, of object: TemplateValue
  ) -> TemplateValue? {
    if case .dictionary(let dictionary) = object { return try? dictionary.value(for: key) }
    guard var index = key.integer else { return nil }
    switch object {
    case .list(let values), .tuple(let values):
      if index < 0 { index += values.count }
      return values.indices.contains(index) ? values[index] : nil
    case .text(let text):
      if index < 0 { index += text.count }
      return text.scalars.indices.contains(index) ? .text(text.with([text.scalars[index]])) : nil
    case .range(let range):
      if index < 0 { index += range.count }
      return (0..<range.count).contains(index) ? .integer(range.start + index * range.step) : nil
    default: return nil
    }
  }

  /// What Python would find on the object itself; nil for nothing.
  private func attribute(
    _ name: String, of object: TemplateValue
  ) throws(TemplateFailure) -> TemplateValue? {
    if name.hasPrefix("__") {
      return .undefined("the attribute '\(name)' of a '\(object.typeName)' is not safe.")
    }
    switch object {
    case .text(let text): return TextMethods.method(name, of: text)
    case .list(let values): return SequenceMethods.method(name, of: values, isList: true)
    case .tuple(let values): return SequenceMethods.method(name, of: values, isList: false)
    case .dictionary(let dictionary): return DictionaryMethods.method(name, of: dictionary)
    case .namespace(let namespace): return namespace.members.value(for: TemplateText(name))
    case .loop(let loop): return try loop.member(name)
    case .function(let function): return TemplateGlobals.member(name, of: function)
    default: return nil
    }
  }

  // MARK: Slices

  func slice(
    _ object: TemplateValue, _ bounds: [TemplateExpression?], _ scope: TemplateScope
  ) throws(TemplateFailure) -> TemplateValue {
    var values: [Int?] = []
    for bound in bounds {
      let value = try bound.map { (bound) throws(TemplateFailure) in try evaluate(bound, scope) }
      if case .null? = value {
        values.append(nil)
      } else {
        values.append(
          try value.map { (value) throws(TemplateFailure) in
            try value.requiredInteger("a bound of a slice")
          })
      }
    }
    try object.defined()
    func indices(_ count: Int) throws(TemplateFailure) -> [Int] {
      try Self.indices(count, start: values[0], stop: values[1], step: values[2] ?? 1)
    }
    switch object {
    case .list(let elements): return .list(try indices(elements.count).map { elements[$0] })
    case .tuple(let elements): return .tuple(try indices(elements.count).map { elements[$0] })
    case .text(let text):
      return .text(text.with(try indices(text.count).map { text.scalars[$0] }))
    case .range(let range):
      return .list(
        try indices(range.count).map { .integer(range.start + $0 * range.step) })
    default: throw TemplateFailure("a value of type '\(object.typeName)' cannot be sliced.")
    }
  }

  /// The places that Python's slice takes.
  private static func indices(
    _ count: Int, start: Int?, stop: Int?, step: Int
  ) throws(TemplateFailure) -> [Int] {
    guard step != 0, step != .min else {
      throw TemplateFailure("the step of a slice must not be zero.")
    }
    let lowest = step > 0 ? 0 : -1
    let highest = step > 0 ? count : count - 1
    func clamped(_ bound: Int?, _ preset: Int) -> Int {
      guard let bound else { return preset }
      return min(max(bound < 0 ? bound + count : bound, lowest), highest)
    }
    let first = clamped(start, step > 0 ? 0 : count - 1)
    let last = clamped(stop, step > 0 ? count : -1)
    // A step past the end is as good as one element.
    let stride = step > 0 ? min(step, count + 1) : max(step, -count - 1)
    return Array(Swift.stride(from: first, to: last, by: stride))
  }
}
