extension PatternParser {
  /// A class in square brackets, after the opening one.
  mutating func characterClass() throws(PatternError) -> CharacterClass {
    let isNegated = take("^")
    var result = CharacterClass()
    var intersections: [CharacterClass] = []
    var isFirst = true
    while isFirst || peek != UInt32(ascii: "]") {
      if peek == nil { throw PatternError(description: "a class has no end") }
      if !isFirst, take("&&") {
        intersections.append(result)
        result = CharacterClass()
        continue
      }
      result.formUnion(try member())
      isFirst = false
    }
    _ = take("]")
    if let first = intersections.first {
      var whole = CharacterClass(parts: [first])
      whole.intersections = intersections.dropFirst() + [result]
      result = whole
    }
    result = try folded(result)
    return isNegated ? result.negated : result
  }

  /// One member of a class: a nested class, a property, a scalar or a range.
  private mutating func member() throws(PatternError) -> CharacterClass {
    if take("[:") { return try posixClass() }
    if take("[") { return try characterClass() }
    let first: CharacterClass
    if take("\\") {
      first = try escapedClass(isInBrackets: true)
    } else {
      first = .scalar(try next())
    }
    guard let lower = first.onlyScalar, peek == UInt32(ascii: "-") else { return first }
    _ = take("-")
    // A hyphen before the end stands for itself.
    if peek == UInt32(ascii: "]") {
      var result = first
      result.formUnion(.scalar(UInt32(ascii: "-")))
      return result
    }
    let last = take("\\") ? try escapedClass(isInBrackets: true) : .scalar(try next())
    guard let upper = last.onlyScalar, lower <= upper else {
      throw PatternError(description: "a range of a class runs backwards or has no end")
    }
    return CharacterClass(ranges: [lower...upper])
  }

  private mutating func posixClass() throws(PatternError) -> CharacterClass {
    let isNegated = take("^")
    var name = ""
    while !take(":]") { name.unicodeScalars.append(Unicode.Scalar(try next()) ?? " ") }
    guard let set = Self.posixClasses[name] else {
      throw PatternError(description: "the class \"[:\(name):]\" is not supported")
    }
    return isNegated ? set.negated : set
  }

  private static let posixClasses: [String: CharacterClass] = [
    "alpha": CharacterClass(flags: CharacterTable.Flag.alphabetic),
    "digit": CharacterClass(categories: GeneralCategory.mask(of: "Nd") ?? 0),
    "alnum": CharacterClass(
      categories: GeneralCategory.mask(of: "Nd") ?? 0, flags: CharacterTable.Flag.alphabetic),
    "upper": CharacterClass(flags: CharacterTable.Flag.uppercase),
    "lower": CharacterClass(flags: CharacterTable.Flag.lowercase),
    "space": CharacterClass(flags: CharacterTable.Flag.whitespace),
    "punct": CharacterClass(
      categories: (GeneralCategory.mask(of: "P") ?? 0) | (GeneralCategory.mask(of: "S") ?? 0)),
    "cntrl": CharacterClass(categories: GeneralCategory.mask(of: "Cc") ?? 0),
    "xdigit": hexadecimalDigits,
  ]

  private static let hexadecimalDigits = CharacterClass(ranges: [
    0x30...0x39, 0x41...0x46, 0x61...0x66,
  ])

  /// What follows a backslash, where it stands for scalars.
  mutating func escapedClass(
    isInBrackets: Bool = false
  ) throws(PatternError) -> CharacterClass {
    let scalar = try next()
    switch Unicode.Scalar(scalar) {
    case "d": return Self.posixClasses["digit"] ?? CharacterClass()
    case "D": return (Self.posixClasses["digit"] ?? CharacterClass()).negated
    case "s": return CharacterClass(flags: CharacterTable.Flag.whitespace)
    case "S": return CharacterClass(flags: CharacterTable.Flag.whitespace, isNegated: true)
    case "w": return isInBrackets ? CharacterClass(flags: CharacterTable.Flag.word) : .word
    case "W":
      return isInBrackets
        ? CharacterClass(flags: CharacterTable.Flag.word, isNegated: true)
        : CharacterClass.word.negated
    case "h": return Self.hexadecimalDigits
    case "H": return Self.hexadecimalDigits.negated
    case "p": return try property(isNegated: false)
    case "P": return try property(isNegated: true)
    case "n": return .scalar(0x0A)
    case "r": return .scalar(0x0D)
    case "t": return .scalar(0x09)
    case "f": return .scalar(0x0C)
    case "v": return .scalar(0x0B)
    case "a": return .scalar(0x07)
    case "e": return .scalar(0x1B)
    case "x": return .scalar(try take("{") ? hexadecimal(8, until: "}") : hexadecimal(2))
    case "u": return .scalar(try hexadecimal(4))
    case let other?
    where other.isASCII && (other.properties.isAlphabetic || ("0"..."9").contains(other)):
      throw PatternError(description: "the escape \"\\\(other)\" is not supported")
    default: return .scalar(scalar)
    }
  }

  private mutating func hexadecimal(
    _ digits: Int, until end: Unicode.Scalar? = nil
  ) throws(PatternError) -> UInt32 {
    var text = ""
    while text.utf8.count < digits, peek != end?.value, let scalar = peek,
      let digit = Unicode.Scalar(scalar), digit.properties.isASCIIHexDigit
    {
      text.unicodeScalars.append(digit)
      _ = try next()
    }
    if end != nil { _ = take("}") }
    guard let value = UInt32(text, radix: 16), Unicode.Scalar(value) != nil else {
      throw PatternError(description: "a hexadecimal escape names no character")
    }
    return value
  }

  /// `{L}`, `{^Lu}`, `{Letter}`, after `\p`.
  private mutating func property(isNegated: Bool) throws(PatternError) -> CharacterClass {
    guard take("{") else {
      throw PatternError(description: "\"\\p\" without a name in braces is not supported")
    }
    let isInverse = take("^")
    var name = ""
    while !take("}") { name.unicodeScalars.append(Unicode.Scalar(try next()) ?? " ") }
    let key = name.lowercased().filter { $0 != "_" && $0 != " " && $0 != "-" }
    guard let set = Self.properties[key] else {
      throw PatternError(description: "the property \"\\p{\(name)}\" is not supported")
    }
    return isNegated != isInverse ? set.negated : set
  }

  private static let properties: [String: CharacterClass] = {
    var result: [String: CharacterClass] = [
      "alphabetic": CharacterClass(flags: CharacterTable.Flag.alphabetic),
      "uppercase": CharacterClass(flags: CharacterTable.Flag.uppercase),
      "lowercase": CharacterClass(flags: CharacterTable.Flag.lowercase),
      "whitespace": CharacterClass(flags: CharacterTable.Flag.whitespace),
      "space": CharacterClass(flags: CharacterTable.Flag.whitespace),
      "han": CharacterClass(flags: CharacterTable.Flag.han),
      "any": .everything,
    ]
    let groups = ["C", "L", "M", "N", "P", "S", "Z"]
    for name in GeneralCategory.allCases.map(\.abbreviation) + groups {
      result[name.lowercased()] = CharacterClass(categories: GeneralCategory.mask(of: name) ?? 0)
    }
    for (name, short) in [
      ("letter", "l"), ("mark", "m"), ("number", "n"), ("punctuation", "p"), ("symbol", "s"),
      ("separator", "z"), ("uppercaseletter", "lu"), ("lowercaseletter", "ll"),
      ("decimalnumber", "nd"), ("control", "cc"),
    ] {
      result[name] = result[short]
    }
    return result
  }()
}

extension CharacterClass {
  /// `\w` outside brackets and `\b`, for which Oniguruma also counts Latin-1's fractions and
  /// raised digits.
  static let word = CharacterClass(
    flags: CharacterTable.Flag.word, ranges: [0xB2...0xB3, 0xB9...0xB9, 0xBC...0xBE])

  /// The class with the other cases of its members, which must be ASCII or without case.
  func withAllCases() throws(PatternError) -> CharacterClass {
    let cased = (GeneralCategory.mask(of: "L") ?? 0)
    let letters = categories & cased
    guard letters == 0 || letters == cased,
      flags & (CharacterTable.Flag.uppercase | CharacterTable.Flag.lowercase) == 0
    else {
      throw PatternError(
        description: "letters of one case without regard to case are not supported")
    }
    var result = self
    for range in ranges {
      for scalar in range.clamped(to: 0...0x7F) where range.lowerBound <= 0x7F {
        result.addCases(of: scalar)
      }
      guard range.upperBound >= 0x80 else { continue }
      for scalar in max(range.lowerBound, 0x80)...range.upperBound where Self.hasCase(scalar) {
        throw PatternError(
          description: "letters beyond ASCII without regard to case are not supported")
      }
    }
    var parts: [CharacterClass] = []
    for part in self.parts { parts.append(try part.withAllCases()) }
    var others: [CharacterClass] = []
    for other in intersections { others.append(try other.withAllCases()) }
    result.parts = parts
    result.intersections = others
    return result
  }

  private static func hasCase(_ scalar: UInt32) -> Bool {
    Unicode.Scalar(scalar)?.properties.isCased ?? false
  }

  private mutating func addCases(of scalar: UInt32) {
    guard (0x41...0x5A).contains(scalar) || (0x61...0x7A).contains(scalar) else { return }
    ranges.append((scalar ^ 0x20)...(scalar ^ 0x20))
    // The long s and the sign of kelvin are cases of these two letters.
    if scalar | 0x20 == UInt32(ascii: "s") { ranges.append(0x17F...0x17F) }
    if scalar | 0x20 == UInt32(ascii: "k") { ranges.append(0x212A...0x212A) }
  }
}

extension UInt32 {
  /// The number of an ASCII character.
  init(ascii scalar: Unicode.Scalar) {
    self = scalar.value
  }
}
