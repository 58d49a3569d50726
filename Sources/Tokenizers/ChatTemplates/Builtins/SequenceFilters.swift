/// The filters that work on the elements of a value.
enum SequenceFilters {
  static let named: [String: TemplateFilters.Filter] = [
    "first": first, "last": last, "reverse": reverse, "join": join, "map": map,
    "select": { (value, arguments, renderer) throws(TemplateFailure) in
      try select(value, arguments, renderer, "select", byAttribute: false, keeping: true)
    },
    "reject": { (value, arguments, renderer) throws(TemplateFailure) in
      try select(value, arguments, renderer, "reject", byAttribute: false, keeping: false)
    },
    "selectattr": { (value, arguments, renderer) throws(TemplateFailure) in
      try select(value, arguments, renderer, "selectattr", byAttribute: true, keeping: true)
    },
    "rejectattr": { (value, arguments, renderer) throws(TemplateFailure) in
      try select(value, arguments, renderer, "rejectattr", byAttribute: true, keeping: false)
    },
    "sort": sort, "dictsort": dictSort, "unique": unique, "sum": sum, "batch": batch,
    "min": { (value, arguments, renderer) throws(TemplateFailure) in
      try extreme(value, arguments, renderer, "min")
    },
    "max": { (value, arguments, renderer) throws(TemplateFailure) in
      try extreme(value, arguments, renderer, "max")
    },
  ]

  // MARK: Ends

  @Sendable private static func first(
    _ value: TemplateValue, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    try arguments.mustBeEmpty(for: "first")
    let missing = TemplateValue.undefined("there is no first item.")
    if case .generator(let generator) = value { return try generator.next() ?? missing }
    return try value.elements().first ?? missing
  }

  @Sendable private static func last(
    _ value: TemplateValue, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    try arguments.mustBeEmpty(for: "last")
    if case .generator = value {
      throw TemplateFailure("a generator has no last item; 'list' makes a list of it.")
    }
    return try value.elements().last ?? .undefined("there is no last item.")
  }

  @Sendable private static func reverse(
    _ value: TemplateValue, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    try arguments.mustBeEmpty(for: "reverse")
    if case .text(let text) = value { return .text(text.with(text.scalars.reversed())) }
    let elements: [TemplateValue] = try value.elements().reversed()
    if case .generator = value { return .list(elements) }
    return .generator { () throws(TemplateFailure) in elements }
  }

  @Sendable private static func join(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["d", "attribute"], of: "join")
    let separator = (bound[0] ?? .text("")).printed().scalars
    var scalars: [Unicode.Scalar] = []
    for (index, element) in try value.elements().enumerated() {
      if index > 0 { scalars += separator }
      scalars += try renderer.value(at: bound[1] ?? .null, of: element).printed().scalars
      try renderer.check(length: scalars.count)
    }
    return .text(TemplateText(scalars))
  }

  // MARK: Each element

  @Sendable private static func map(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    .generator { () throws(TemplateFailure) in
      if !value.isTrue { return [] }
      let change = try mapping(arguments, renderer)
      var results: [TemplateValue] = []
      for element in try value.elements() { results.append(try change(element)) }
      return results
    }
  }

  /// What `map` does to each element: takes an attribute, or applies a filter.
  private static func mapping(
    _ arguments: TemplateArguments, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> (TemplateValue) throws(TemplateFailure) -> TemplateValue {
    var arguments = arguments
    if arguments.positional.isEmpty, let path = arguments.take("attribute") {
      let preset = arguments.take("default")
      try arguments.mustBeEmpty(for: "map")
      return { (element) throws(TemplateFailure) in
        let result = try renderer.value(at: path, of: element)
        return result.isUndefined ? preset ?? result : result
      }
    }
    guard !arguments.positional.isEmpty else {
      throw TemplateFailure("map needs the name of a filter, or an attribute.")
    }
    let name = try arguments.positional.removeFirst().requiredText("the name of a filter").string
    return { [arguments] (element) throws(TemplateFailure) in
      try renderer.filter(element, name, arguments)
    }
  }

  private static func select(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ renderer: TemplateRenderer,
    _ filter: String, byAttribute: Bool, keeping: Bool
  ) throws(TemplateFailure) -> TemplateValue {
    .generator { () throws(TemplateFailure) in
      if !value.isTrue { return [] }
      var arguments = arguments
      var path = TemplateValue.null
      if byAttribute {
        guard !arguments.positional.isEmpty else {
          throw TemplateFailure("\(filter) needs the name of an attribute.")
        }
        path = arguments.positional.removeFirst()
      }
      let name =
        arguments.positional.isEmpty
        ? nil : try arguments.positional.removeFirst().requiredText("the name of a test").string
      var results: [TemplateValue] = []
      for element in try value.elements() {
        let tested = try renderer.value(at: path, of: element)
        var passes = tested.isTrue
        if let name { passes = try renderer.test(tested, name, arguments) }
        if passes == keeping { results.append(element) }
      }
      return results
    }
  }

  // MARK: Order

  @Sendable private static func sort(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(
      to: ["reverse", "case_sensitive", "attribute"], of: "sort")
    let paths: [TemplateValue]
    if case .text(let text)? = bound[2] {
      paths = text.scalars.split(separator: ",", omittingEmptySubsequences: false).map {
        .text(TemplateText($0))
      }
    } else {
      paths = [bound[2] ?? .null]
    }
    let isSensitive = bound[1]?.isTrue == true
    return .list(
      try TemplateValue.sorted(try value.elements(), reversed: bound[0]?.isTrue == true) {
        (element) throws(TemplateFailure) in
        var keys: [TemplateValue] = []
        for path in paths {
          let key = try renderer.value(at: path, of: element)
          keys.append(isSensitive ? key : key.ignoringCase)
        }
        return .list(keys)
      })
  }

  @Sendable private static func dictSort(
    _ value: TemplateValue, _ arguments: TemplateArguments, _: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["case_sensitive", "by", "reverse"], of: "dictsort")
    let by = (bound[1] ?? .text("key")).printed().string
    guard by == "key" || by == "value" else {
      throw TemplateFailure("dictsort goes by 'key' or by 'value'.")
    }
    guard case .dictionary(let dictionary) = value else {
      try value.defined()
      throw TemplateFailure("a dict is expected, not a value of type '\(value.typeName)'.")
    }
    let isSensitive = bound[0]?.isTrue == true
    let pairs = dictionary.entries.map { TemplateValue.tuple([$0.key, $0.value]) }
    return .list(
      try TemplateValue.sorted(pairs, reversed: bound[2]?.isTrue == true) {
        (pair) throws(TemplateFailure) in
        let key = try pair.elements()[by == "key" ? 0 : 1]
        return isSensitive ? key : key.ignoringCase
      })
  }

  @Sendable private static func unique(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["case_sensitive", "attribute"], of: "unique")
    return .generator { () throws(TemplateFailure) in
      var seen = TemplateDictionary()
      var results: [TemplateValue] = []
      for element in try value.elements() {
        var key = try renderer.value(at: bound[1] ?? .null, of: element)
        if bound[0]?.isTrue != true { key = key.ignoringCase }
        guard try seen.value(for: key) == nil else { continue }
        try seen.set(.null, for: key)
        results.append(element)
      }
      return results
    }
  }

  private static func extreme(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ renderer: TemplateRenderer,
    _ name: String
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["case_sensitive", "attribute"], of: name)
    func key(_ element: TemplateValue) throws(TemplateFailure) -> TemplateValue {
      let key = try renderer.value(at: bound[1] ?? .null, of: element)
      return bound[0]?.isTrue == true ? key : key.ignoringCase
    }
    let elements = try value.elements()
    guard var best = elements.first else {
      return .undefined("there is nothing to take the \(name) of.")
    }
    for element in elements.dropFirst() {
      let isBetter =
        name == "min"
        ? try key(element).precedes(try key(best)) : try key(best).precedes(try key(element))
      if isBetter { best = element }
    }
    return best
  }

  // MARK: Groups

  @Sendable private static func sum(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["attribute", "start"], of: "sum")
    var total = bound[1] ?? .integer(0)
    if case .text = total { throw TemplateFailure("sum does not add texts; 'join' does.") }
    for element in try value.elements() {
      total = try renderer.combine(
        total, "+", try renderer.value(at: bound[0] ?? .null, of: element))
    }
    return total
  }

  @Sendable private static func batch(
    _ value: TemplateValue, _ arguments: TemplateArguments, _ renderer: TemplateRenderer
  ) throws(TemplateFailure) -> TemplateValue {
    let bound = try arguments.bound(to: ["linecount", "fill_with"], required: 1, of: "batch")
    let size = try (bound[0] ?? .null).requiredInteger("the size of a batch")
    try renderer.check(length: size)
    return .generator { () throws(TemplateFailure) in
      let elements = try value.elements()
      var batches: [TemplateValue] = []
      var position = 0
      while position < elements.count {
        let end = min(elements.count, position + max(1, size))
        var batch = Array(elements[position..<end])
        if let fill = bound[1], !fill.isNull, batch.count < size {
          batch += [TemplateValue](repeating: fill, count: size - batch.count)
        }
        batches.append(.list(batch))
        position = end
      }
      return batches
    }
  }
}

extension TemplateRenderer {
  /// The member at the end of a path such as `function.name` or `0.name`; the value itself for
  /// none.
  func value(
    at path: TemplateValue, of value: TemplateValue
  ) throws(TemplateFailure) -> TemplateValue {
    if path.isNull { return value }
    if path.integer != nil { return try element(path, of: value) }
    var value = value
    let text = try path.requiredText("an attribute")
    for part in text.scalars.split(separator: ".", omittingEmptySubsequences: false) {
      let isNumber = !part.isEmpty && part.allSatisfy { ("0"..."9").contains($0) }
      let name = TemplateText(part)
      let index = isNumber ? PythonNumber.integer(name) : nil
      value = try element(index.map(TemplateValue.integer) ?? .text(name), of: value)
    }
    return value
  }
}

extension TemplateValue {
  /// A text in lower case; anything else as it is.
  fileprivate var ignoringCase: TemplateValue {
    if case .text(let text) = self { .text(TextCase.lower(text)) } else { self }
  }
}
