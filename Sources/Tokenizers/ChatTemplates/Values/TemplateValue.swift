/// A value of a template, with Python's meaning.
///
/// Lists and dictionaries never change: Transformers renders in Jinja's immutable sandbox. Only
/// namespaces and what is read once (``TemplateGenerator``) have an identity.
enum TemplateValue {
  /// A name or a member that there is not, with the words of the error that using it causes.
  case undefined(String)
  case null
  case boolean(Bool)
  case integer(Int)
  case double(Double)
  case text(TemplateText)
  case list([TemplateValue])
  case tuple([TemplateValue])
  case dictionary(TemplateDictionary)
  case range(TemplateRange)
  case view(TemplateView)
  case generator(TemplateGenerator)
  case namespace(TemplateNamespace)
  case function(TemplateFunction)
  case loop(TemplateLoop)

  static func text(_ string: String) -> TemplateValue { .text(TemplateText(string)) }

  /// What Python calls the type, for errors.
  var typeName: String {
    switch self {
    case .undefined: "Undefined"
    case .null: "NoneType"
    case .boolean: "bool"
    case .integer: "int"
    case .double: "float"
    case .text: "str"
    case .list: "list"
    case .tuple: "tuple"
    case .dictionary: "dict"
    case .range: "range"
    case .view(let view): view.typeName
    case .generator: "generator"
    case .namespace: "Namespace"
    case .function: "function"
    case .loop: "LoopContext"
    }
  }

  var isUndefined: Bool {
    if case .undefined = self { true } else { false }
  }

  /// Whether the value counts as true in a condition.
  var isTrue: Bool {
    switch self {
    case .undefined, .null: false
    case .boolean(let value): value
    case .integer(let value): value != 0
    case .double(let value): value != 0
    case .text(let value): !value.isEmpty
    case .list(let values), .tuple(let values): !values.isEmpty
    case .dictionary(let value): value.count > 0
    case .range(let range): range.count > 0
    case .view(let view): !view.items.isEmpty
    case .generator, .namespace, .function, .loop: true
    }
  }

  /// The value as a whole number, as Python's `bool` and `int` are.
  var integer: Int? {
    switch self {
    case .boolean(let value): value ? 1 : 0
    case .integer(let value): value
    default: nil
    }
  }

  /// The value as a number; nil if it is none.
  var number: Double? {
    if case .double(let value) = self { return value }
    return integer.map(Double.init)
  }

  var text: TemplateText? {
    if case .text(let value) = self { value } else { nil }
  }

  /// The number of elements, as Python's `len`.
  func length() throws(TemplateFailure) -> Int {
    switch self {
    case .undefined: 0
    case .text(let text): text.count
    case .list(let values), .tuple(let values): values.count
    case .dictionary(let value): value.count
    case .range(let range): range.count
    case .view(let view): view.items.count
    case .loop(let loop): try loop.length()
    default: throw TemplateFailure("an object of type '\(typeName)' has no length.")
    }
  }

  /// The elements, as a `for` statement takes them one by one.
  func elements() throws(TemplateFailure) -> [TemplateValue] {
    switch self {
    case .undefined: return []
    case .text(let text): return text.scalars.map { .text(TemplateText([$0])) }
    case .list(let values), .tuple(let values): return values
    case .dictionary(let value): return value.entries.map(\.key)
    case .range(let range): return range.elements
    case .view(let view): return view.items
    case .generator(let generator): return try generator.takeAll()
    default: throw TemplateFailure("a value of type '\(typeName)' is not iterable.")
    }
  }

  /// Whether ``elements()`` gives something, without taking it.
  var isIterable: Bool {
    switch self {
    case .undefined, .text, .list, .tuple, .dictionary, .range, .view, .generator, .loop: true
    default: false
    }
  }
}

/// What `dict.items()` and the like give: elements that print with a name.
struct TemplateView {
  let typeName: String
  let items: [TemplateValue]
}

/// What `range(...)` gives.
struct TemplateRange: Equatable {
  let start: Int
  let stop: Int
  let step: Int

  /// The most elements that a range may have in the sandbox.
  static let limit = 100_000

  var count: Int {
    step > 0
      ? max(0, (stop - start + step - 1) / step) : max(0, (start - stop - step - 1) / -step)
  }

  var elements: [TemplateValue] { (0..<count).map { .integer(start + $0 * step) } }
}

/// Elements that can be taken only once, as those of Python's generators, and that are worked out
/// when the first is taken.
final class TemplateGenerator {
  typealias Source = () throws(TemplateFailure) -> [TemplateValue]

  private var source: Source?
  private var items: ArraySlice<TemplateValue> = []

  init(_ source: @escaping Source) {
    self.source = source
  }

  func next() throws(TemplateFailure) -> TemplateValue? {
    try work()
    return items.popFirst()
  }

  func takeAll() throws(TemplateFailure) -> [TemplateValue] {
    try work()
    defer { items = [] }
    return Array(items)
  }

  private func work() throws(TemplateFailure) {
    guard let source else { return }
    self.source = nil
    items = try source()[...]
  }
}

extension TemplateValue {
  /// A generator of elements that are worked out when they are needed.
  static func generator(_ source: @escaping TemplateGenerator.Source) -> TemplateValue {
    .generator(TemplateGenerator(source))
  }
}

/// What `namespace(...)` gives: members that `set` may change from any scope.
final class TemplateNamespace {
  var members: TemplateDictionary

  init(_ members: TemplateDictionary) {
    self.members = members
  }
}

/// What can be called: a macro, a method of a value, a function that every template has.
final class TemplateFunction {
  typealias Body =
    (TemplateRenderer, TemplateArguments) throws(TemplateFailure) -> TemplateValue

  let name: String
  let body: Body

  init(_ name: String, _ body: @escaping Body) {
    self.name = name
    self.body = body
  }
}
