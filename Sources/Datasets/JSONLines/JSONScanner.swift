/// Reads one JSON object (RFC 8259, strictly) and picks out the values of wanted columns.
///
/// Names of nested values are paths: the key `b` of the object under `a` is `a.b`.
struct JSONScanner {
  private static let deepest = 128

  let bytes: ByteView
  /// The names to pick out, and whether any of them may be a path.
  private let wanted: [ExactText]
  private let hasPaths: Bool
  /// The value of each wanted name; `missing` where the object has none.
  private(set) var values: [FieldValue]
  /// All names of scalars and lists in the order of the object, when collected.
  private(set) var names: [String] = []
  private let collectsNames: Bool
  private var keys = KeyStack()
  private var position = 0
  private var end = 0
  private var line = 0

  init(_ bytes: ByteView, wanted: [String], collectsNames: Bool = false) {
    self.bytes = bytes
    self.wanted = wanted.map(ExactText.init)
    self.collectsNames = collectsNames
    values = Array(repeating: .missing, count: wanted.count)
    hasPaths = wanted.contains { $0.utf8.contains(UInt8(ascii: ".")) }
  }

  /// Reads the object that fills `lower..<upper`.
  mutating func read(from lower: Int, to upper: Int, line: Int) throws(RowProblem) {
    (position, end, self.line) = (lower, upper, line)
    names.removeAll(keepingCapacity: true)
    for place in values.indices { values[place] = .missing }
    keys.removeAll()
    skipSpace()
    guard position < end, bytes[position] == UInt8(ascii: "{") else {
      var problem = problem("a JSON object must start here with {.")
      if position < end, bytes[position] == UInt8(ascii: "[") {
        problem = self.problem(
          "a JSON object must stand here, and this is a list. JSON Lines has one object a line; "
            + "a file that is one JSON list must be converted.")
        problem.startsList = true
      }
      throw problem
    }
    try object(prefix: "", depth: 1)
    skipSpace()
    if position < end { throw problem("the object has ended, and more text follows on the line.") }
  }

  private mutating func object(prefix: String, depth: Int) throws(RowProblem) {
    position += 1
    let outer = keys.open()
    defer { keys.close(outer) }
    skipSpace()
    if take(UInt8(ascii: "}")) { return }
    while true {
      skipSpace()
      let keyStart = position
      guard position < end, bytes[position] == .quote else {
        throw problem("a key in double quotes must stand here.")
      }
      let key = try string()
      if !keys.insert(key) {
        throw problem(
          "the key '\(key)' stands twice in one object. Remove one.", code: .duplicateKey,
          at: keyStart)
      }
      skipSpace()
      guard take(UInt8(ascii: ":")) else { throw problem("a colon must follow the key.") }
      skipSpace()
      try member(prefix.isEmpty ? key : prefix + "." + key, at: keyStart, depth: depth)
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      if take(UInt8(ascii: "}")) { return }
      throw problem("a comma or } must follow the value.")
    }
  }

  private mutating func member(
    _ name: String, at keyStart: Int, depth: Int
  ) throws(RowProblem) {
    let place = wanted.firstIndex(of: ExactText(name))
    if let place {
      guard case .missing = values[place] else {
        throw problem(
          "'\(name)' is both a key and a path to a nested key. Rename one.", code: .duplicateKey,
          at: keyStart)
      }
    }
    if position < end, bytes[position] == UInt8(ascii: "{") {
      if let place { values[place] = .object }
      try checkDepth(depth)
      // Below a name that no wanted path starts with, the keys are checked and forgotten.
      if hasPaths || collectsNames {
        try object(prefix: name, depth: depth + 1)
      } else {
        try skippedObject(depth: depth + 1)
      }
      return
    }
    if collectsNames { names.append(name) }
    if let place { values[place] = try value(depth: depth) } else { try skipValue(depth: depth) }
  }

  private mutating func skippedObject(depth: Int) throws(RowProblem) {
    var blind = JSONScanner(bytes, wanted: [])
    (blind.position, blind.end, blind.line) = (position, end, line)
    try blind.object(prefix: "", depth: depth)
    position = blind.position
  }

  private mutating func value(depth: Int) throws(RowProblem) -> FieldValue {
    guard position < end else { throw problem("the line ends where a value must stand.") }
    switch bytes[position] {
    case .quote: return .text(try string())
    case UInt8(ascii: "["): return .list(try list(depth: depth))
    case UInt8(ascii: "{"):
      try checkDepth(depth)
      try skippedObject(depth: depth + 1)
      return .object
    case UInt8(ascii: "t"):
      try word("true")
      return .boolean(true)
    case UInt8(ascii: "f"):
      try word("false")
      return .boolean(false)
    case UInt8(ascii: "n"):
      try word("null")
      return .null
    default: return .number(try number())
    }
  }

  private mutating func skipValue(depth: Int) throws(RowProblem) {
    guard position < end, bytes[position] == .quote else {
      _ = try value(depth: depth)
      return
    }
    try skipString()
  }

  private mutating func list(depth: Int) throws(RowProblem) -> [FieldValue] {
    try checkDepth(depth)
    position += 1
    var items: [FieldValue] = []
    skipSpace()
    if take(UInt8(ascii: "]")) { return items }
    while true {
      skipSpace()
      items.append(try value(depth: depth + 1))
      skipSpace()
      if take(UInt8(ascii: ",")) { continue }
      if take(UInt8(ascii: "]")) { return items }
      throw problem("a comma or ] must follow the item.")
    }
  }

  private mutating func string() throws(RowProblem) -> String {
    let start = position + 1
    let stop = bytes.stringStop(from: start, to: end)
    if stop < end, bytes[stop] == .quote {
      position = stop + 1
      return bytes.text(from: start, to: stop)
    }
    var decoder = JSONStringDecoder(bytes, from: start, to: end, line: line)
    let text = try decoder.decode()
    position = decoder.position
    return text
  }

  private mutating func skipString() throws(RowProblem) {
    let stop = bytes.stringStop(from: position + 1, to: end)
    if stop < end, bytes[stop] == .quote { position = stop + 1 } else { _ = try string() }
  }

  private mutating func word(_ word: StaticString) throws(RowProblem) {
    let text = word.description
    for byte in text.utf8 where !take(byte) {
      throw problem("this is not a JSON value; \(text) was expected.")
    }
  }

  /// A number of RFC 8259, section 6, as it is written.
  private mutating func number() throws(RowProblem) -> String {
    let start = position
    _ = take(UInt8(ascii: "-"))
    let leading = position
    try digits()
    if position - leading > 1, bytes[leading] == UInt8(ascii: "0") {
      throw problem("a JSON number must not start with 0.", at: leading)
    }
    if take(UInt8(ascii: ".")) { try digits() }
    if take(UInt8(ascii: "e")) || take(UInt8(ascii: "E")) {
      if !take(UInt8(ascii: "+")) { _ = take(UInt8(ascii: "-")) }
      try digits()
    }
    return bytes.text(from: start, to: position)
  }

  private mutating func digits() throws(RowProblem) {
    let start = position
    while position < end, bytes[position] >= 0x30, bytes[position] <= 0x39 { position += 1 }
    if position == start { throw problem("this is not a JSON value.") }
  }

  private mutating func skipSpace() {
    while position < end {
      switch bytes[position] {
      case .space, .tab, .carriageReturn, .lineFeed: position += 1
      default: return
      }
    }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < end, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private func checkDepth(_ depth: Int) throws(RowProblem) {
    if depth >= Self.deepest {
      throw problem("values are nested more than \(Self.deepest) deep.")
    }
  }

  private func problem(
    _ message: String, code: DatasetsError.Code = .invalidJSON, at place: Int? = nil
  ) -> RowProblem {
    let place = place ?? position
    let text =
      place >= end && code == .invalidJSON ? "the line ends too early: " + message : message
    return RowProblem(
      code: code, message: text, line: line, column: bytes.column(of: place), byte: place)
  }
}
