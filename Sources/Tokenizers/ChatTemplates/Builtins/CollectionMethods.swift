/// The methods of Python's lists and tuples that leave them as they are.
enum SequenceMethods {
  /// What would change a list, which templates may not.
  private static let changing: Set<String> = [
    "append", "clear", "extend", "insert", "pop", "remove", "reverse", "sort",
  ]

  static func method(
    _ name: String, of values: [TemplateValue], isList: Bool
  ) -> TemplateValue? {
    switch name {
    case "index":
      return .function(
        TemplateFunction(name) { (_, arguments) throws(TemplateFailure) in
          let bound = try arguments.bound(to: ["value", "start", "stop"], required: 1, of: name)
          let start = try place(bound[1], 0, values.count)
          let stop = try place(bound[2], values.count, values.count)
          for index in start..<max(start, min(stop, values.count))
          where values[index].equals(bound[0] ?? .null) {
            return .integer(index)
          }
          throw TemplateFailure("the value sought is not in the list.")
        })
    case "count":
      return .function(
        TemplateFunction(name) { (_, arguments) throws(TemplateFailure) in
          let value = try arguments.bound(to: ["value"], required: 1, of: name)[0] ?? .null
          return .integer(values.count { $0.equals(value) })
        })
    case "copy" where isList:
      return .function(
        TemplateFunction(name) { (_, arguments) throws(TemplateFailure) in
          try arguments.mustBeEmpty(for: name)
          return .list(values)
        })
    default:
      guard isList, changing.contains(name) else { return nil }
      return .undefined("a template may not change a list, as '\(name)' would.")
    }
  }

  private static func place(
    _ value: TemplateValue?, _ preset: Int, _ count: Int
  ) throws(TemplateFailure) -> Int {
    guard let value else { return preset }
    let index = try value.requiredInteger("a bound")
    return index < 0 ? max(0, index + count) : index
  }
}

/// The methods of Python's dictionaries that leave them as they are.
enum DictionaryMethods {
  /// What would change a dictionary, which templates may not.
  private static let changing: Set<String> = ["clear", "pop", "popitem", "setdefault", "update"]

  static func method(_ name: String, of dictionary: TemplateDictionary) -> TemplateValue? {
    switch name {
    case "get":
      return .function(
        TemplateFunction(name) { (_, arguments) throws(TemplateFailure) in
          guard arguments.named.isEmpty else {
            throw TemplateFailure("get takes no arguments by name.")
          }
          let bound = try arguments.bound(to: ["key", "default"], required: 1, of: name)
          return try dictionary.value(for: bound[0] ?? .null) ?? bound[1] ?? .null
        })
    case "items":
      return view(name, "dict_items", dictionary.entries.map { .tuple([$0.key, $0.value]) })
    case "keys": return view(name, "dict_keys", dictionary.entries.map(\.key))
    case "values": return view(name, "dict_values", dictionary.entries.map(\.value))
    case "copy":
      return .function(
        TemplateFunction(name) { (_, arguments) throws(TemplateFailure) in
          try arguments.mustBeEmpty(for: name)
          return .dictionary(dictionary)
        })
    default:
      guard changing.contains(name) else { return nil }
      return .undefined("a template may not change a dict, as '\(name)' would.")
    }
  }

  private static func view(
    _ name: String, _ type: String, _ items: [TemplateValue]
  ) -> TemplateValue {
    .function(
      TemplateFunction(name) { (_, arguments) throws(TemplateFailure) in
        try arguments.mustBeEmpty(for: name)
        return .view(TemplateView(typeName: type, items: items))
      })
  }
}
