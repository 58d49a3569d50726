/// What `loop` names inside a `for` statement.
///
/// Elements are taken one by one, because the statement's condition may look at what its body
/// changed; only `last`, `nextitem` and `length` look ahead.
final class TemplateLoop {
  typealias Source = () throws(TemplateFailure) -> TemplateValue?

  private let source: Source
  /// Elements that were taken early.
  private var ahead: [TemplateValue] = []
  private var isExhausted = false
  private(set) var index0 = -1
  private var previous: TemplateValue?
  private var current: TemplateValue?
  private var lastChanged: [TemplateValue]?
  private let depth0: Int
  /// Renders the body for other elements, where the statement is recursive.
  private let recurse: TemplateFunction?

  init(_ source: @escaping Source, depth0: Int, recurse: TemplateFunction?) {
    self.source = source
    self.depth0 = depth0
    self.recurse = recurse
  }

  /// The next element; nil after the last.
  func next() throws(TemplateFailure) -> TemplateValue? {
    try look()
    guard !ahead.isEmpty else { return nil }
    let value = ahead.removeFirst()
    index0 += 1
    previous = current
    current = value
    return value
  }

  private func look() throws(TemplateFailure) {
    if ahead.isEmpty, !isExhausted {
      if let value = try source() { ahead.append(value) } else { isExhausted = true }
    }
  }

  func length() throws(TemplateFailure) -> Int {
    while !isExhausted {
      if let value = try source() { ahead.append(value) } else { isExhausted = true }
    }
    return index0 + 1 + ahead.count
  }

  /// A member of `loop`; nil for one that it does not have.
  func member(_ name: String) throws(TemplateFailure) -> TemplateValue? {
    switch name {
    case "index": return .integer(index0 + 1)
    case "index0": return .integer(index0)
    case "revindex": return .integer(try length() - index0)
    case "revindex0": return .integer(try length() - index0 - 1)
    case "first": return .boolean(index0 == 0)
    case "last":
      try look()
      return .boolean(ahead.isEmpty)
    case "length": return .integer(try length())
    case "depth": return .integer(depth0 + 1)
    case "depth0": return .integer(depth0)
    case "previtem": return previous ?? .undefined("there is no previous item.")
    case "nextitem":
      try look()
      return ahead.first ?? .undefined("there is no next item.")
    case "cycle": return .function(TemplateFunction("cycle", cycle))
    case "changed": return .function(TemplateFunction("changed", changed))
    default: return nil
    }
  }

  private func cycle(
    _: TemplateRenderer, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    guard !arguments.positional.isEmpty else {
      throw TemplateFailure("cycle needs something to cycle through.")
    }
    return arguments.positional[index0 % arguments.positional.count]
  }

  private func changed(
    _: TemplateRenderer, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    let values = arguments.positional
    if let lastChanged, TemplateValue.tuple(lastChanged).equals(.tuple(values)) {
      return .boolean(false)
    }
    lastChanged = values
    return .boolean(true)
  }

  /// `loop(elements)` of a recursive statement.
  func call(
    _ renderer: TemplateRenderer, _ arguments: TemplateArguments
  ) throws(TemplateFailure) -> TemplateValue {
    guard let recurse else {
      throw TemplateFailure("only a loop marked 'recursive' can be called.")
    }
    var arguments = arguments
    arguments.positional.append(.integer(depth0 + 1))
    return try recurse.body(renderer, arguments)
  }
}
