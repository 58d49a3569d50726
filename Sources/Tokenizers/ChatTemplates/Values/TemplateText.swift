/// A text as Python sees it: a row of Unicode scalars, compared scalar by scalar.
///
/// Swift's own strings count user-perceived characters and hold composed and decomposed accents
/// for equal, neither of which templates mean.
struct TemplateText: Hashable, ExpressibleByStringLiteral {
  var scalars: [Unicode.Scalar]
  /// Whether the text went through `safe` or `escape`: adding plain text to it escapes that text.
  var isMarkup = false

  init(_ scalars: some Sequence<Unicode.Scalar>, isMarkup: Bool = false) {
    self.scalars = Array(scalars)
    self.isMarkup = isMarkup
  }

  init(_ string: String) {
    scalars = Array(string.unicodeScalars)
  }

  init(stringLiteral value: String) {
    self.init(value)
  }

  static func == (left: TemplateText, right: TemplateText) -> Bool {
    left.scalars == right.scalars
  }

  func hash(into hasher: inout Hasher) {
    hasher.combine(scalars)
  }

  static func < (left: TemplateText, right: TemplateText) -> Bool {
    left.scalars.lexicographicallyPrecedes(right.scalars)
  }

  var count: Int { scalars.count }
  var isEmpty: Bool { scalars.isEmpty }

  var string: String {
    var string = ""
    string.unicodeScalars.append(contentsOf: scalars)
    return string
  }

  /// The same kind of text with other scalars.
  func with(_ scalars: some Sequence<Unicode.Scalar>) -> TemplateText {
    TemplateText(scalars, isMarkup: isMarkup)
  }

  /// Another text as it may be added to this one: escaped if only this one is markup.
  func adopted(_ other: TemplateText) -> TemplateText {
    isMarkup && !other.isMarkup ? other.escaped() : other
  }

  /// The text with HTML's five characters escaped, as markup; markup stays as it is.
  func escaped() -> TemplateText {
    if isMarkup { return self }
    var result: [Unicode.Scalar] = []
    for scalar in scalars {
      switch scalar {
      case "&": result += Array("&amp;".unicodeScalars)
      case "<": result += Array("&lt;".unicodeScalars)
      case ">": result += Array("&gt;".unicodeScalars)
      case "\"": result += Array("&#34;".unicodeScalars)
      case "'": result += Array("&#39;".unicodeScalars)
      default: result.append(scalar)
      }
    }
    return TemplateText(result, isMarkup: true)
  }

  // MARK: Searching

  /// Where a text first occurs at or after a place; nil for nowhere.
  func firstRange(of other: TemplateText, from start: Int = 0, to end: Int? = nil) -> Range<Int>? {
    let end = end ?? count
    let length = other.count
    guard start >= 0, start + length <= end else { return nil }
    for place in start...end - length where matches(other, at: place) {
      return place..<place + length
    }
    return nil
  }

  /// Where a text last occurs before a place; nil for nowhere.
  func lastRange(of other: TemplateText, from start: Int = 0, to end: Int? = nil) -> Range<Int>? {
    let end = end ?? count
    let length = other.count
    guard start >= 0, start + length <= end else { return nil }
    for place in (start...end - length).reversed() where matches(other, at: place) {
      return place..<place + length
    }
    return nil
  }

  func contains(_ other: TemplateText) -> Bool {
    firstRange(of: other) != nil
  }

  private func matches(_ other: TemplateText, at place: Int) -> Bool {
    for index in other.scalars.indices where scalars[place + index] != other.scalars[index] {
      return false
    }
    return true
  }

  /// The text with occurrences of another replaced, at most so many; an empty one stands between
  /// all scalars, as in Python.
  func replacing(_ old: TemplateText, with new: TemplateText, limit: Int = .max) -> TemplateText {
    var result: [Unicode.Scalar] = []
    var replaced = 0
    if old.isEmpty {
      for (index, scalar) in scalars.enumerated() {
        if index < limit { result += new.scalars }
        result.append(scalar)
      }
      if count < limit { result += new.scalars }
      return with(result)
    }
    var position = 0
    while replaced < limit, let range = firstRange(of: old, from: position) {
      result += scalars[position..<range.lowerBound]
      result += new.scalars
      position = range.upperBound
      replaced += 1
    }
    return with(result + scalars[position...])
  }

  // MARK: Stripping

  /// The text without the scalars of a set at its ends; without white space where none is given.
  func stripped(of set: TemplateText?, left: Bool = true, right: Bool = true) -> TemplateText {
    func isStripped(_ scalar: Unicode.Scalar) -> Bool {
      set?.scalars.contains(scalar) ?? scalar.isPythonSpace
    }
    var range = scalars.indices
    if left {
      while let first = range.first, isStripped(scalars[first]) { range.removeFirst() }
    }
    if right {
      while let last = range.last, isStripped(scalars[last]) { range.removeLast() }
    }
    return with(scalars[range])
  }
}

extension Unicode.Scalar {
  /// What Python's `str.isspace` and `strip` take for white space.
  var isPythonSpace: Bool {
    switch value {
    case 0x09...0x0D, 0x1C...0x20: true
    case 0..<0x80: false
    default: properties.isWhitespace
    }
  }
}
