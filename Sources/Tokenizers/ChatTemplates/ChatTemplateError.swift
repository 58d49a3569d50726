#if canImport(FoundationEssentials)
  public import FoundationEssentials
#else
  public import Foundation
#endif

/// What went wrong while a chat template was read or rendered.
public struct ChatTemplateError: Error, CustomStringConvertible, Sendable, Equatable {
  /// The kinds of trouble.
  public enum Code: String, Sendable {
    /// The template is not sound Jinja.
    case syntax
    /// The template uses a part of Jinja that is not supported here.
    case unsupported
    /// The template itself refused what it was given, by `raise_exception`.
    case raised
    /// The template used a value in a way that the value does not allow, or one that is undefined.
    case evaluation
    /// The template ran too long, too deep, or wrote too much.
    case limit
    /// The messages, or what is asked of the template, do not fit together.
    case invalidInput
    /// There is no template, or none of the name asked for.
    case missingTemplate
  }

  /// The kind of trouble.
  public let code: Code
  /// What is wrong; for `raised` the template's own words.
  public let message: String
  /// The line of the template, counted from 1; nil where the trouble has no place.
  public let line: Int?
  /// The column in that line in Unicode scalars, counted from 1.
  public let column: Int?

  init(_ code: Code, _ message: String, line: Int? = nil, column: Int? = nil) {
    self.code = code
    self.message = message
    self.line = line
    self.column = column
  }

  /// The message, with its place unless the words are the template's own.
  public var description: String {
    guard code != .raised, let line, let column else { return message }
    return "Chat template, line \(line), column \(column): \(message)"
  }
}

extension ChatTemplateError: LocalizedError {
  /// The description.
  public var errorDescription: String? { description }
}

/// Trouble inside the interpreter, on its way to the place in the template that it belongs to.
struct TemplateFailure: Error {
  let code: ChatTemplateError.Code
  let message: String
  /// The scalar of the template's source; nil until an expression or statement adds its own.
  var offset: Int?

  init(_ message: String, code: ChatTemplateError.Code = .evaluation, at offset: Int? = nil) {
    self.code = code
    self.message = message
    self.offset = offset
  }

  /// The public error, with the place as line and column.
  func error(in source: [Unicode.Scalar]) -> ChatTemplateError {
    guard let offset else { return ChatTemplateError(code, message) }
    let before = source.prefix(offset)
    let line = before.count { $0 == "\n" } + 1
    let column = offset - (before.lastIndex(of: "\n") ?? -1)
    return ChatTemplateError(code, message, line: line, column: column)
  }
}
