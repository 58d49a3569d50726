/// The names that a part of a template sees: its own, and those of what it stands in.
final class TemplateScope {
  private var values: [String: TemplateValue] = [:]
  private let parent: TemplateScope?

  init(in parent: TemplateScope?) {
    self.parent = parent
  }

  /// The value of a name; nil where no scope has it.
  func value(of name: String) -> TemplateValue? {
    var scope: TemplateScope? = self
    while let current = scope {
      if let value = current.values[name] { return value }
      scope = current.parent
    }
    return nil
  }

  /// Sets a name of this scope, whatever the outer ones hold.
  func set(_ name: String, to value: TemplateValue) {
    values[name] = value
  }

  /// Forgets everything, so that macros and the scopes they remember do not keep each other alive.
  func clear() {
    values = [:]
  }
}
