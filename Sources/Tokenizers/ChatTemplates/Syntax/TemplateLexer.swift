/// Cuts a template into tokens, with `trim_blocks` and `lstrip_blocks` as Transformers sets them:
/// a line feed right after a block goes, and so do blanks between a line's start and a block.
struct TemplateLexer {
  /// The template with all line ends as line feeds and without one at its end.
  let source: [Unicode.Scalar]
  var position = 0
  var tokens: [TemplateToken] = []
  /// Whether what was read last ended with a line feed.
  private var isLineStarting = true

  init(_ template: String) {
    var source: [Unicode.Scalar] = []
    var afterReturn = false
    for scalar in template.unicodeScalars {
      if scalar == "\r" {
        source.append("\n")
      } else if scalar != "\n" || !afterReturn {
        source.append(scalar)
      }
      afterReturn = scalar == "\r"
    }
    if source.last == "\n" { source.removeLast() }
    self.source = source
  }

  /// The tokens of the whole template; the last one is its end.
  mutating func run() throws(TemplateFailure) -> [TemplateToken] {
    while position < source.count { try readTextAndTag() }
    append(.end, at: source.count)
    return tokens
  }

  // MARK: Text

  /// Reads text and the tag that ends it.
  private mutating func readTextAndTag() throws(TemplateFailure) {
    let start = position
    guard let tag = nextTag(from: start) else {
      append(.data(TemplateText(source[start...])), at: start)
      position = source.count
      return
    }
    let isVariable = source[tag + 1] == "{"
    let raw = source[tag + 1] == "%" ? rawBegin(at: tag) : nil
    let sign = sign(at: tag + 2)
    let end = textEnd(start..<tag, sign: sign, isVariable: isVariable && raw == nil)
    if end > start { append(.data(TemplateText(source[start..<end])), at: start) }
    position = raw ?? (sign == nil ? tag + 2 : tag + 3)
    isLineStarting = raw.map { source[$0 - 1] == "\n" } ?? false
    if raw != nil { return try readRaw(from: tag) }
    switch source[tag + 1] {
    case "#": try readComment(from: tag)
    case "%":
      append(.blockBegin, at: tag)
      try readExpressions(from: tag, isBlock: true)
    default:
      append(.variableBegin, at: tag)
      try readExpressions(from: tag, isBlock: false)
    }
  }

  private func nextTag(from start: Int) -> Int? {
    var index = start
    while index + 1 < source.count {
      if source[index] == "{", ["{", "%", "#"].contains(source[index + 1]) { return index }
      index += 1
    }
    return nil
  }

  /// The `-` or `+` that stands there.
  private func sign(at index: Int) -> Unicode.Scalar? {
    guard index < source.count, source[index] == "-" || source[index] == "+" else { return nil }
    return source[index]
  }

  /// Where a text before a tag ends once what the tag strips is gone.
  private func textEnd(_ range: Range<Int>, sign: Unicode.Scalar?, isVariable: Bool) -> Int {
    if sign == "-" {
      var end = range.upperBound
      while end > range.lowerBound, source[end - 1].isPythonSpace { end -= 1 }
      return end
    }
    if sign == "+" || isVariable { return range.upperBound }
    let line = source[range].lastIndex(of: "\n").map { $0 + 1 } ?? range.lowerBound
    guard line > range.lowerBound || isLineStarting else { return range.upperBound }
    return source[line..<range.upperBound].allSatisfy(\.isPythonSpace) ? line : range.upperBound
  }

  // MARK: Comments and raw text

  private mutating func readComment(from tag: Int) throws(TemplateFailure) {
    while position < source.count {
      if let end = tagEnd(at: position, closing: "#", isBlock: true) {
        position = end
        isLineStarting = source[end - 1] == "\n"
        return
      }
      position += 1
    }
    throw TemplateFailure("the comment has no end (#}).", code: .syntax, at: tag)
  }

  /// The end of `{% raw %}` if that stands there.
  private func rawBegin(at tag: Int) -> Int? {
    guard let word = afterWord("raw", from: sign(at: tag + 2) == nil ? tag + 2 : tag + 3) else {
      return nil
    }
    if matches("-%}", at: word) { return afterSpace(word + 3) }
    return matches("%}", at: word) ? word + 2 : nil
  }

  private mutating func readRaw(from tag: Int) throws(TemplateFailure) {
    let start = position
    var index = start
    while index + 1 < source.count {
      if matches("{%", at: index) {
        let sign = sign(at: index + 2)
        if let word = afterWord("endraw", from: sign == nil ? index + 2 : index + 3),
          let end = tagEnd(at: word, closing: "%", isBlock: true)
        {
          let textEnd = textEnd(start..<index, sign: sign, isVariable: false)
          if textEnd > start { append(.data(TemplateText(source[start..<textEnd])), at: start) }
          position = end
          isLineStarting = source[end - 1] == "\n"
          return
        }
      }
      index += 1
    }
    throw TemplateFailure("raw has no end ({% endraw %}).", code: .syntax, at: tag)
  }

  /// The place after white space, a word and white space.
  private func afterWord(_ word: String, from start: Int) -> Int? {
    let index = afterSpace(start)
    return matches(word, at: index) ? afterSpace(index + word.unicodeScalars.count) : nil
  }

  // MARK: Pieces

  /// The place after the end of a tag, with the white space that it takes along; nil if no end of
  /// a tag stands there.
  func tagEnd(at index: Int, closing: String, isBlock: Bool) -> Int? {
    if matches("-\(closing)}", at: index) { return afterSpace(index + 3) }
    if isBlock, matches("+\(closing)}", at: index) { return index + 3 }
    guard matches("\(closing)}", at: index) else { return nil }
    return isBlock && index + 2 < source.count && source[index + 2] == "\n" ? index + 3 : index + 2
  }

  func matches(_ text: String, at index: Int) -> Bool {
    var index = index
    for scalar in text.unicodeScalars {
      guard index < source.count, source[index] == scalar else { return false }
      index += 1
    }
    return true
  }

  func afterSpace(_ start: Int) -> Int {
    var index = start
    while index < source.count, source[index].isPythonSpace { index += 1 }
    return index
  }

  mutating func append(_ kind: TemplateToken.Kind, at offset: Int) {
    tokens.append(TemplateToken(kind: kind, offset: offset))
  }

  /// Goes on after the end of a tag.
  mutating func leaveTag(at end: Int) {
    position = end
    isLineStarting = source[end - 1] == "\n"
  }
}
