/// A value that a chat template is given: JSON whose objects keep the order of their members.
public indirect enum ChatValue: Sendable, Equatable {
  /// JSON's `null`, Python's `None`.
  case null
  /// True or false.
  case boolean(Bool)
  /// A whole number.
  case integer(Int)
  /// A number with a fraction or an exponent.
  case number(Double)
  /// A text.
  case string(String)
  /// A list.
  case array([ChatValue])
  /// Members with their names, in order; of two with one name the later counts.
  case object([Member])

  /// One member of an object.
  public struct Member: Sendable, Equatable {
    /// The member's name.
    public var name: String
    /// The member's value.
    public var value: ChatValue

    /// Names a value.
    public init(_ name: String, _ value: ChatValue) {
      self.name = name
      self.value = value
    }
  }

  /// The member of a name; nil where there is none or the value is no object.
  public subscript(name: String) -> ChatValue? {
    guard case .object(let members) = self else { return nil }
    return members.last { $0.name == name }?.value
  }

  /// Reads a JSON text, such as a line of a data set or the schema of a tool.
  ///
  /// - Throws: ``TokenizersError`` with the place where the text is not JSON, of code `invalidKey`
  ///   for a member given twice and for a whole number of more than 64 bits.
  public init(json: String) throws {
    self = try ChatValue(try JSONReader.value(of: Array(json.utf8), file: "the JSON text"))
  }

  private init(_ value: JSONValue) throws(TokenizersError) {
    switch value {
    case .null: self = .null
    case .boolean(let value): self = .boolean(value)
    case .string(let value): self = .string(value)
    case .array(let values):
      var elements: [ChatValue] = []
      for value in values { elements.append(try ChatValue(value)) }
      self = .array(elements)
    case .object(let members):
      var result: [Member] = []
      for member in members { result.append(Member(member.key, try ChatValue(member.value))) }
      self = .object(result)
    case .number(let text):
      if let integer = Int(text) {
        self = .integer(integer)
      } else if let number = Double(text), text.contains(where: { ".eE".contains($0) }) {
        self = .number(number)
      } else {
        throw TokenizersError(
          .invalidKey, "The whole number \(text) of the JSON text does not fit in 64 bits.")
      }
    }
  }

  /// The value as a template sees it.
  var templateValue: TemplateValue {
    switch self {
    case .null: return .null
    case .boolean(let value): return .boolean(value)
    case .integer(let value): return .integer(value)
    case .number(let value): return .double(value)
    case .string(let value): return .text(value)
    case .array(let values): return .list(values.map(\.templateValue))
    case .object(let members):
      var dictionary = TemplateDictionary()
      for member in members {
        dictionary.set(member.value.templateValue, for: TemplateText(member.name))
      }
      return .dictionary(dictionary)
    }
  }
}

extension ChatValue: ExpressibleByNilLiteral, ExpressibleByBooleanLiteral,
  ExpressibleByIntegerLiteral, ExpressibleByFloatLiteral, ExpressibleByStringInterpolation,
  ExpressibleByArrayLiteral, ExpressibleByDictionaryLiteral
{
  /// JSON's `null`.
  public init(nilLiteral: ()) { self = .null }
  /// True or false.
  public init(booleanLiteral value: Bool) { self = .boolean(value) }
  /// A whole number.
  public init(integerLiteral value: Int) { self = .integer(value) }
  /// A number.
  public init(floatLiteral value: Double) { self = .number(value) }
  /// A text.
  public init(stringLiteral value: String) { self = .string(value) }
  /// A list.
  public init(arrayLiteral elements: ChatValue...) { self = .array(elements) }
  /// An object with its members in the order written.
  public init(dictionaryLiteral elements: (String, ChatValue)...) {
    self = .object(elements.map { Member($0.0, $0.1) })
  }
}
