import Foundation
import TestSupport
import Testing
import Tokenizers

/// Each feature of Jinja, and random mixtures of them, render as Jinja renders them.
struct ChatTemplateTests {
  @Test func rendersWhatJinjaRenders() throws {
    let output = try PythonOracle("tokenizers_jinja_cases").run(["1000"])
    let answers = try ChatValue(json: String(decoding: output, as: UTF8.self))
    let variables = try answers["variables"].requiredMembers()
    let cases = try answers["cases"].requiredElements()
    #expect(cases.count > 1200)
    for entry in cases {
      let template = try entry["template"].requiredString()
      let difference = try difference(template, variables, entry)
      #expect(difference == nil, "\(template)\n\(difference ?? "")")
    }
  }

  /// How a rendering differs from Jinja's; nil where both agree, or both fail.
  private func difference(
    _ source: String, _ variables: [String: ChatValue], _ answer: ChatValue
  ) throws -> String? {
    let rendering: ChatTemplate.Rendering
    do {
      rendering = try ChatTemplate(source).render(variables)
    } catch {
      guard answer["text"] == nil else {
        return "\(error) instead of \(try answer["text"].requiredString().debugDescription)"
      }
      let raised = error.code == .raised ? ChatValue.string(error.message) : nil
      return answer["raised"] != true || raised == answer["error"] ? nil : "\(error)"
    }
    guard case .string(let text)? = answer["text"] else {
      return "\(rendering.text.debugDescription) instead of an error: \(answer)"
    }
    guard text.utf8.elementsEqual(rendering.text.utf8) else {
      return "\(rendering.text.debugDescription) instead of \(text.debugDescription)"
    }
    let offsets = ScalarOffsets(of: text)
    let ranges = rendering.generations.map { range in
      let scalars = offsets.scalarRange(of: range)
      return ChatValue.array([.integer(scalars.lowerBound), .integer(scalars.upperBound)])
    }
    return answer["generations"] == .array(ranges) ? nil : "\(rendering.generations)"
  }

  // MARK: Errors

  private func failure(
    _ source: String, _ variables: [String: ChatValue] = [:]
  ) -> ChatTemplateError? {
    do {
      _ = try ChatTemplate(source).render(variables)
      return nil
    } catch {
      return error
    }
  }

  @Test func saysWhereATemplateIsNotSound() {
    let error = failure("line\n  {% if a %}\n {{ b c }}")
    #expect(error?.code == .syntax)
    #expect(error?.line == 3)
    #expect(error?.column == 7)
    #expect(error?.description.contains("line 3, column 7") == true)
    #expect(failure("{% for x in y %}")?.message.contains("endfor") == true)
    #expect(failure("ab {{ 'c")?.column == 7)
  }

  @Test func saysWhereAValueDoesNotDo() {
    let error = failure("{% set x = 1 %}\n{{ x + missing }}")
    #expect(error?.code == .evaluation)
    #expect(error?.line == 2)
    #expect(error?.message == "'missing' is undefined.")
  }

  @Test func leavesTheTemplatesOwnWordsAsTheyAre() {
    let error = failure("{{ raise_exception('Roles must alternate: ' ~ 1) }}")
    #expect(error?.code == .raised)
    #expect(error?.description == "Roles must alternate: 1")
  }

  @Test(arguments: ["include", "import", "from", "extends", "block", "autoescape"])
  func refusesAStatementByName(_ statement: String) {
    let error = failure("{% \(statement) 'x' %}")
    #expect(error?.code == .unsupported)
    #expect(error?.message.contains("\"\(statement)\"") == true)
  }

  @Test func refusesAFilterAndATestByName() {
    #expect(failure("{{ 1 | urlize }}")?.message.contains("'urlize'") == true)
    #expect(failure("{{ 1 is strange }}")?.message.contains("'strange'") == true)
  }

  @Test func doesNotLetATemplateChangeWhatItIsGiven() {
    let variables: [String: ChatValue] = ["l": [1], "d": ["a": 1]]
    #expect(failure("{{ l.append(2) }}", variables)?.code == .evaluation)
    #expect(failure("{{ d.update({}) }}", variables)?.code == .evaluation)
    #expect(failure("{% set d.a = 2 %}", variables)?.code == .evaluation)
    #expect(failure("{{ l.__class__.mro() }}", variables)?.code == .evaluation)
  }

  // MARK: Limits

  @Test(
    arguments: [
      "{% macro f(n) %}{{ f(n + 1) }}{% endmacro %}{{ f(0) }}",
      "{{ range(1000000) | list }}",
      "{{ 'x' * 1000000000000 }}",
      "{% set x = 'xxxxxxxxxx' * 1000000 %}{{ x * 100 }}",
      "{% for i in range(99999) %}{% for j in range(99999) %}{% endfor %}{% endfor %}",
      "{{ 'a'.center(9999999999) }}",
      "{{ '%99999999s' % 'a' }}",
      "{{ 9223372036854775807 + 1 }}",
    ])
  func stopsATemplateThatAsksForTooMuch(_ source: String) {
    #expect(failure(source)?.code == .limit, "\(source)")
  }

  @Test func stopsATemplateThatNestsTooDeep() {
    let count = 100_000
    for (open, close) in [("(", ")"), ("[", "]"), ("not ", ""), ("-", "")] {
      let expression =
        String(repeating: open, count: count) + "1" + String(repeating: close, count: count)
      #expect(failure("{{ \(expression) }}")?.code == .limit, "\(open)")
    }
    let blocks = String(repeating: "{% if true %}", count: count)
    #expect(failure(blocks)?.code == .limit)
    #expect(failure("{{ a\(String(repeating: ".b", count: count)) }}")?.code == .limit)
    #expect(failure("{{ 1\(String(repeating: " + 1", count: count)) }}") == nil)
  }

  @Test func getsByOnASmallStack() async throws {
    let sources = [
      "{% macro f(n) %}{% if n %}{{ [f(n + 1)] | map('upper') | join }}{% endif %}{% endmacro %}"
        + "{{ f(1) }}",
      "{{ \(String(repeating: "(1 + ", count: 200))1\(String(repeating: ")", count: 200)) }}",
      "{% for x in [1] recursive %}{{ loop([x]) }}{% endfor %}",
    ]
    for source in sources {
      let error = await withCheckedContinuation { continuation in
        let thread = Thread { continuation.resume(returning: failure(source)) }
        thread.stackSize = 512 << 10
        thread.start()
      }
      #expect(error?.code == .limit, "\(source)")
    }
  }
}

/// An oracle's answer that is not what the test reads.
struct UnexpectedAnswer: Error {
  let expected: String
  let location: SourceLocation
}

extension ChatValue? {
  func requiredString(_ location: SourceLocation = #_sourceLocation) throws -> String {
    guard case .string(let value)? = self else {
      throw UnexpectedAnswer(expected: "a text", location: location)
    }
    return value
  }

  func requiredElements(_ location: SourceLocation = #_sourceLocation) throws -> [ChatValue] {
    guard case .array(let values)? = self else {
      throw UnexpectedAnswer(expected: "a list", location: location)
    }
    return values
  }

  func requiredMembers(
    _ location: SourceLocation = #_sourceLocation
  ) throws -> [String: ChatValue] {
    guard case .object(let members)? = self else {
      throw UnexpectedAnswer(expected: "an object", location: location)
    }
    return Dictionary(members.map { ($0.name, $0.value) }) { $1 }
  }
}
