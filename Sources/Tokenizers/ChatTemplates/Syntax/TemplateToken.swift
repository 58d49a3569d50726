/// A piece of a template: text between tags, or a part of what stands inside one.
struct TemplateToken {
  enum Kind: Equatable {
    /// Text outside all tags.
    case data(TemplateText)
    /// `{{`
    case variableBegin
    /// `}}`
    case variableEnd
    /// `{%`
    case blockBegin
    /// `%}`
    case blockEnd
    case name(String)
    case text(TemplateText)
    case integer(Int)
    case double(Double)
    /// An operator or a bracket, as it is written.
    case symbol(String)
    /// The end of the template.
    case end
  }

  let kind: Kind
  /// The first scalar in the source.
  let offset: Int

  /// What an error calls it.
  var description: String {
    switch kind {
    case .data: "text of the template"
    case .variableBegin: "{{"
    case .variableEnd: "}}"
    case .blockBegin: "{%"
    case .blockEnd: "%}"
    case .name(let name): name
    case .text(let text): "\"\(text.string)\""
    case .integer(let value): String(value)
    case .double(let value): PythonNumber.represent(value)
    case .symbol(let symbol): symbol
    case .end: "the end of the template"
    }
  }
}
