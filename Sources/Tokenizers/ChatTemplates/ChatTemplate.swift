/// A chat template as Hugging Face's models carry it: Jinja that turns a conversation into the text
/// that the model was trained on.
///
/// It renders what Jinja renders in Transformers' sandbox, with `trim_blocks`, `lstrip_blocks`, loop
/// controls, `generation` blocks, `raise_exception`, `strftime_now` and Transformers' own `tojson`.
/// Not supported, and refused by name, are `include`, `import`, `extends`, `block` and `autoescape`,
/// the filters `filesizeformat`, `groupby`, `pprint`, `random`, `slice`, `striptags`, `urlencode`,
/// `urlize`, `wordwrap` and `xmlattr`, and whole numbers of more than 64 bits. A template that nests
/// too deep, takes too many steps or writes too much is stopped.
public struct ChatTemplate: Sendable {
  /// The template as it was given.
  public let source: String

  private let statements: [TemplateStatement]
  private let scalars: [Unicode.Scalar]

  /// Reads a template.
  ///
  /// - Throws: ``ChatTemplateError`` with line and column.
  public init(_ source: String) throws(ChatTemplateError) {
    self.source = source
    var lexer = TemplateLexer(source)
    scalars = lexer.source
    do {
      statements = try TemplateParser.statements(of: &lexer)
    } catch {
      throw error.error(in: scalars)
    }
  }

  /// A rendered text.
  public struct Rendering: Sendable, Equatable {
    /// The text.
    public let text: String
    /// What the template's `generation` blocks wrote, as ranges of bytes of the text's UTF-8: the
    /// parts that the model is trained to write.
    public let generations: [Range<Int>]
  }

  /// Renders the template with some variables, of which Transformers gives `messages`, `tools`,
  /// `documents`, `add_generation_prompt` and the special tokens; see
  /// ``PretrainedTokenizer/applyChatTemplate(messages:tools:documents:addsGenerationPrompt:continuesFinalMessage:variables:template:)``.
  ///
  /// - Throws: ``ChatTemplateError``; of code `raised` what the template refuses in its own words.
  public func render(
    _ variables: [String: ChatValue]
  ) throws(ChatTemplateError) -> Rendering {
    try render(variables, now: TemplateClock())
  }

  /// Renders the template at a time and within limits of the caller's choice.
  func render(
    _ variables: [String: ChatValue], now: TemplateClock,
    limits: TemplateRenderer.Limits = TemplateRenderer.Limits()
  ) throws(ChatTemplateError) -> Rendering {
    let renderer = TemplateRenderer(
      variables: variables.mapValues(\.templateValue), now: now, limits: limits)
    do {
      let text = try renderer.render(statements)
      return Rendering(
        text: TemplateText(text).string,
        generations: Self.bytes(of: renderer.generations, in: text))
    } catch {
      throw error.error(in: scalars)
    }
  }

  /// Ranges of scalars as ranges of bytes.
  private static func bytes(
    of ranges: [Range<Int>], in text: [Unicode.Scalar]
  ) -> [Range<Int>] {
    if ranges.isEmpty { return [] }
    var places = [0]
    places.reserveCapacity(text.count + 1)
    for scalar in text { places.append(places[places.count - 1] + UTF8.width(scalar)) }
    return ranges.map { range in
      let lower = min(range.lowerBound, text.count)
      return places[lower]..<places[min(max(lower, range.upperBound), text.count)]
    }
  }
}
