/// Renders a template once.
///
/// Statements write into the innermost of a stack of texts: macros, `call`, `set` and `filter`
/// blocks collect theirs before it goes anywhere.
final class TemplateRenderer {
  /// What a template may use up, so that one that never ends is refused.
  struct Limits {
    /// Nested statements, expressions and calls.
    var depth = 400
    /// Statements, expressions and elements of loops in all.
    var steps = 5_000_000
    /// Unicode scalars of one text.
    var scalars = 1 << 26
  }

  private let variables: [String: TemplateValue]
  /// What `strftime_now` calls now.
  let now: TemplateClock
  let limits: Limits
  private var outputs: [[Unicode.Scalar]] = [[]]
  private var depth = 0
  private var steps = 0
  /// Scopes and namespaces to be emptied in the end, as they may hold themselves.
  private var scopes: [TemplateScope] = []
  private var namespaces: [TemplateNamespace] = []
  /// What `generation` blocks wrote, as ranges of scalars of the text.
  private(set) var generations: [Range<Int>] = []

  init(
    variables: [String: TemplateValue], now: TemplateClock, limits: Limits = Limits()
  ) {
    self.variables = variables
    self.now = now
    self.limits = limits
  }

  /// The text of a template's statements.
  func render(_ statements: [TemplateStatement]) throws(TemplateFailure) -> [Unicode.Scalar] {
    defer {
      for scope in scopes { scope.clear() }
      for namespace in namespaces { namespace.members = TemplateDictionary() }
    }
    let scope = TemplateScope(in: nil)
    _ = try execute(statements, scope)
    return outputs[0]
  }

  // MARK: Names

  func value(of name: String, _ scope: TemplateScope) -> TemplateValue {
    scope.value(of: name) ?? variables[name] ?? TemplateGlobals.value(of: name)
      ?? .undefined("'\(name)' is undefined.")
  }

  /// Remembers a scope that a macro refers to.
  func keep(_ scope: TemplateScope) {
    scopes.append(scope)
  }

  func makeNamespace(_ members: TemplateDictionary) -> TemplateValue {
    let namespace = TemplateNamespace(members)
    namespaces.append(namespace)
    return .namespace(namespace)
  }

  // MARK: Output

  func write(_ text: TemplateText) throws(TemplateFailure) {
    let last = outputs.count - 1
    try check(length: outputs[last].count + text.count)
    outputs[last] += text.scalars
  }

  /// Refuses a text that is too long to be made.
  func check(length: Int) throws(TemplateFailure) {
    guard length <= limits.scalars else {
      throw TemplateFailure(
        "the text would be longer than \(limits.scalars) characters.", code: .limit)
    }
  }

  /// What some statements write.
  func captured(
    _ statements: [TemplateStatement], _ scope: TemplateScope
  ) throws(TemplateFailure) -> TemplateText {
    beginCapture()
    defer { endCapture() }
    _ = try execute(statements, scope)
    return capturedSoFar
  }

  /// Collects what is written from here on, up to ``endCapture()``.
  func beginCapture() { outputs.append([]) }

  var capturedSoFar: TemplateText { TemplateText(outputs[outputs.count - 1]) }

  func endCapture() { outputs.removeLast() }

  /// Notes that a `generation` block wrote so much, after what the template itself has written.
  func noteGeneration(length: Int) {
    let start = outputs[0].count
    generations.append(start..<start + length)
  }

  // MARK: Limits

  /// Counts one step: a statement, an expression or an element of a loop.
  @inline(__always)
  func step() throws(TemplateFailure) {
    steps += 1
    guard steps <= limits.steps else {
      throw TemplateFailure("the template takes too long.", code: .limit)
    }
  }

  /// Does something one level deeper, and adds its place to a failure that has none.
  @inline(__always)
  func nested<Result>(
    at offset: Int, _ body: () throws(TemplateFailure) -> Result
  ) throws(TemplateFailure) -> Result {
    depth += 1
    defer { depth -= 1 }
    do throws(TemplateFailure) {
      try step()
      guard depth <= limits.depth else {
        throw TemplateFailure("the template calls itself too deep.", code: .limit)
      }
      return try body()
    } catch {
      var failure = error
      if failure.offset == nil { failure.offset = offset }
      throw failure
    }
  }
}
