import Yams

/// YAML as a tree of written values, repeated keys kept.
enum YAMLText {
  /// Marks a key whose name comes again; YAML allows the character, nobody types it.
  private static let mark: Character = "\u{E000}"

  /// The most repeated keys that are told apart before giving up on the file.
  private static let mostRepetitions = 50

  /// Reads one document; an empty one is null.
  ///
  /// Yams refuses a repeated key naming one place only. So the earlier key is marked, which makes
  /// it another key, and the text is read again, until every key is there with its own place.
  static func value(_ text: String, at place: SettingPlace) throws(RecipesError) -> RawValue {
    var lines = text.split(separator: "\n", omittingEmptySubsequences: false).map(String.init)
    var inserted: [Int: [Int]] = [:]
    for count in 1...mostRepetitions {
      let node: Node?
      do {
        node = try Yams.compose(yaml: lines.joined(separator: "\n"))
      } catch YamlError.duplicatedKeysInMapping(let keys, let context)
        where count < mostRepetitions
      {
        guard let length = Self.mark(&lines, at: context.mark, times: count) else {
          throw RecipesError(
            .duplicateKey, at: place, "a key is given twice: \(keys.joined(separator: ", "))")
        }
        inserted[context.mark.line, default: []] += Array(
          repeating: context.mark.column, count: length)
        continue
      } catch {
        throw syntaxError(error, in: place)
      }
      guard let node else { return RawValue(content: .null, place: place) }
      var tree = YAMLTree(place: place, inserted: inserted, mark: Self.mark)
      return try tree.value(node)
    }
    throw RecipesError(.duplicateKey, at: place, "many keys are given twice")
  }

  /// Puts `times` marks into the key that begins here; nil when there is no such place.
  private static func mark(_ lines: inout [String], at place: Mark, times: Int) -> Int? {
    guard lines.indices.contains(place.line - 1), place.column > 0 else { return nil }
    var scalars = Array(lines[place.line - 1].unicodeScalars)
    guard place.column <= scalars.count else { return nil }
    let isQuoted = scalars[place.column - 1] == "\"" || scalars[place.column - 1] == "'"
    scalars.insert(
      contentsOf: String(repeating: mark, count: times).unicodeScalars,
      at: place.column - 1 + (isQuoted ? 1 : 0))
    var line = String.UnicodeScalarView()
    line.append(contentsOf: scalars)
    lines[place.line - 1] = String(line)
    return times
  }

  private static func syntaxError(_ error: any Error, in place: SettingPlace) -> RecipesError {
    var mark: Mark?
    var problem = "\(error)"
    switch error {
    case YamlError.scanner(let context, let text, let at, _),
      YamlError.parser(let context, let text, let at, _),
      YamlError.composer(let context, let text, let at, _):
      mark = at
      problem = [context.map(\.text), text].compactMap { $0 }.joined(separator: " ")
    case YamlError.reader(let text, _, _, _): problem = text
    default: break
    }
    guard case .file(let name, _, _) = place, let mark else {
      return RecipesError(.invalidYAML, at: place, "this is not YAML: \(problem)")
    }
    return RecipesError(
      .invalidYAML, at: .file(name, line: mark.line, column: mark.column),
      "this is not YAML: \(problem)")
  }
}

/// Turns Yams' nodes into written values.
private struct YAMLTree {
  /// Where the text stands: the file's name is taken from it.
  let place: SettingPlace
  /// The columns of each line at which a mark was put in.
  let inserted: [Int: [Int]]
  let mark: Character
  /// Values that may still be read: aliases of aliases grow without bound in a few lines.
  var budget = 100_000

  mutating func value(_ node: Node) throws(RecipesError) -> RawValue {
    budget -= 1
    guard budget > 0 else {
      throw RecipesError(
        .invalidYAML, at: place(of: node), "aliases repeat more values than a recipe can have")
    }
    return RawValue(content: try content(node), place: place(of: node))
  }

  private mutating func content(_ node: Node) throws(RecipesError) -> RawValue.Content {
    switch node {
    case .scalar(let scalar):
      guard scalar.style == .plain || scalar.style == .any else { return .quoted(scalar.string) }
      switch scalar.string {
      case "", "~", "null", "Null", "NULL": return .null
      default: return .plain(scalar.string)
      }
    case .sequence(let items):
      var values: [RawValue] = []
      for item in items { values.append(try value(item)) }
      return .list(values)
    case .mapping(let mapping): return .mapping(try entries(mapping))
    case .alias: return .null
    }
  }

  /// The keys and values, those that `<<` merges in last and only where not given here.
  private mutating func entries(
    _ mapping: Node.Mapping
  ) throws(RecipesError) -> [RawValue.Entry] {
    var entries: [RawValue.Entry] = []
    var merged: [RawValue.Entry] = []
    for (key, item) in mapping {
      let name = key.scalar.map { String($0.string.drop { $0 == mark }) }
      if name == "<<" {
        merged += try mergedEntries(item)
      } else {
        entries.append(
          RawValue.Entry(
            key: name ?? "a list or group", place: place(of: key), value: try value(item)))
      }
    }
    for entry in merged where !entries.contains(where: { $0.key == entry.key }) {
      entries.append(entry)
    }
    return entries
  }

  private mutating func mergedEntries(_ node: Node) throws(RecipesError) -> [RawValue.Entry] {
    var entries: [RawValue.Entry] = []
    for source in node.sequence.map(Array.init) ?? [node] {
      let value = try value(source)
      guard let added = value.entries else {
        throw RecipesError(
          .wrongType, at: place(of: source), "'<<' merges groups of keys, found \(value.found)")
      }
      entries += added
    }
    return entries
  }

  private func place(of node: Node) -> SettingPlace {
    guard case .file(let name, _, _) = place, let mark = node.mark else { return place }
    let shift = inserted[mark.line, default: []].count { $0 < mark.column }
    return .file(name, line: mark.line, column: mark.column - shift)
  }
}
