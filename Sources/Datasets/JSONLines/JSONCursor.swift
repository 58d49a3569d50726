/// Goes through a JSON text (RFC 8259, strictly) step by step: into objects and lists, over values
/// or with a value as a whole, so that a large document never has to be held.
///
/// After an error the cursor stands somewhere inside the text and is of no further use.
struct JSONCursor {
  private static let deepest = 128

  let bytes: ByteView
  /// The place of the next byte.
  private(set) var position: Int
  private let end: Int
  private var lines: LineCounter
  /// For each open object or list, whether nothing of it has been read yet.
  private var isFresh: [Bool] = []

  /// Starts at a byte that stands on `line`.
  init(_ bytes: ByteView, from lower: Int, to upper: Int, line: Int = 1) {
    self.bytes = bytes
    position = lower
    end = upper
    lines = LineCounter(bytes, from: lower, line: line)
  }

  /// The first byte of the next value, or nil at the end.
  var nextByte: UInt8? {
    mutating get {
      skipSpace()
      return position < end ? bytes[position] : nil
    }
  }

  /// The line of a byte at or after those asked for before.
  mutating func line(of place: Int) -> Int { lines.line(of: place) }

  // MARK: Steps

  /// Goes into the object that starts here.
  mutating func enterObject() throws(RowProblem) {
    guard nextByte == UInt8(ascii: "{") else {
      throw problem("a JSON object must start here with {.")
    }
    try enter()
  }

  /// Goes into the list that starts here.
  mutating func enterList() throws(RowProblem) {
    guard nextByte == UInt8(ascii: "[") else {
      throw problem("a JSON list must start here with [.")
    }
    try enter()
  }

  private mutating func enter() throws(RowProblem) {
    if isFresh.count >= Self.deepest {
      throw problem("values are nested more than \(Self.deepest) deep.")
    }
    position += 1
    isFresh.append(true)
  }

  /// The next key of the innermost object; nil, and out of the object, when there is none.
  mutating func nextKey() throws(RowProblem) -> String? {
    guard try goesOn(until: UInt8(ascii: "}"), "a comma or } must follow the value.") else {
      return nil
    }
    guard nextByte == .quote else { throw problem("a key in double quotes must stand here.") }
    let key = try string()
    guard nextByte == UInt8(ascii: ":") else { throw problem("a colon must follow the key.") }
    position += 1
    return key
  }

  /// Whether the innermost list has a further item; out of the list when it has none.
  mutating func nextItem() throws(RowProblem) -> Bool {
    try goesOn(until: UInt8(ascii: "]"), "a comma or ] must follow the item.")
  }

  private mutating func goesOn(until close: UInt8, _ expected: String) throws(RowProblem) -> Bool {
    let byte = nextByte
    if byte == close {
      position += 1
      isFresh.removeLast()
      return false
    }
    if isFresh[isFresh.count - 1] {
      isFresh[isFresh.count - 1] = false
      if byte == nil { throw problem(expected) }
      return true
    }
    guard byte == UInt8(ascii: ",") else { throw problem(expected) }
    position += 1
    return true
  }

  /// Refuses anything but white space before the end.
  mutating func finish() throws(RowProblem) {
    if nextByte != nil { throw problem("the JSON value has ended, and more text follows.") }
  }

  // MARK: Values

  /// The value that starts here, with all that is in it.
  mutating func value() throws(RowProblem) -> JSONValue {
    switch nextByte {
    case .quote: return .text(try string())
    case UInt8(ascii: "{"): return .object(try object())
    case UInt8(ascii: "["):
      var items: [JSONValue] = []
      try enterList()
      while try nextItem() { items.append(try value()) }
      return .list(items)
    case UInt8(ascii: "t"):
      try word("true")
      return .boolean(true)
    case UInt8(ascii: "f"):
      try word("false")
      return .boolean(false)
    case UInt8(ascii: "n"):
      try word("null")
      return .null
    case nil: throw problem("a value must stand here.")
    default: return .number(try number())
    }
  }

  /// The object that starts here, with all that is in it.
  mutating func object() throws(RowProblem) -> JSONObject {
    _ = nextByte
    let start = position
    var members: [(name: String, value: JSONValue)] = []
    var keys = KeyStack()
    try enterObject()
    while let key = try nextKey() {
      if !keys.insert(key) {
        throw problem(
          "the key '\(key)' stands twice in one object. Remove one.", code: .duplicateKey)
      }
      members.append((key, try value()))
    }
    return JSONObject(members: members, range: start..<position)
  }

  /// Goes over the value that starts here, checking it.
  mutating func skipValue() throws(RowProblem) {
    switch nextByte {
    case .quote:
      let stop = bytes.stringStop(from: position + 1, to: end)
      if stop < end, bytes[stop] == .quote { position = stop + 1 } else { _ = try string() }
    case UInt8(ascii: "{"):
      try enterObject()
      while try nextKey() != nil { try skipValue() }
    case UInt8(ascii: "["):
      try enterList()
      while try nextItem() { try skipValue() }
    default: _ = try value()
    }
  }

  private mutating func string() throws(RowProblem) -> String {
    let start = position + 1
    let stop = bytes.stringStop(from: start, to: end)
    if stop < end, bytes[stop] == .quote {
      position = stop + 1
      return bytes.text(from: start, to: stop)
    }
    // The line is found only where there is a problem: most texts of some files have escapes.
    var decoder = JSONStringDecoder(bytes, from: start, to: end, line: 0)
    do throws(RowProblem) {
      let text = try decoder.decode()
      position = decoder.position
      return text
    } catch {
      let place = error.byte ?? start
      throw RowProblem(
        code: error.code, message: error.message, line: lines.peek(place), column: error.column,
        byte: place)
    }
  }

  private mutating func word(_ word: StaticString) throws(RowProblem) {
    for byte in word.description.utf8 {
      guard take(byte) else {
        throw problem("this is not a JSON value; \(word) was expected.")
      }
    }
  }

  /// A number of RFC 8259, section 6, as it is written.
  private mutating func number() throws(RowProblem) -> String {
    let start = position
    _ = take(UInt8(ascii: "-"))
    let leading = position
    try digits()
    if position - leading > 1, bytes[leading] == UInt8(ascii: "0") {
      throw problem("a JSON number must not start with 0.")
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
    while position < end, (0x30...0x39).contains(bytes[position]) { position += 1 }
    if position == start { throw problem("this is not a JSON value.") }
  }

  private mutating func take(_ byte: UInt8) -> Bool {
    guard position < end, bytes[position] == byte else { return false }
    position += 1
    return true
  }

  private mutating func skipSpace() {
    while position < end {
      switch bytes[position] {
      case .space, .tab, .carriageReturn, .lineFeed: position += 1
      default: return
      }
    }
  }

  /// A problem at the current place.
  func problem(_ message: String, code: DatasetsError.Code = .invalidJSON) -> RowProblem {
    let text =
      position >= end && code == .invalidJSON ? "the JSON text ends too early: " + message : message
    return RowProblem(
      code: code, message: text, line: lines.peek(position), column: bytes.column(of: position),
      byte: position)
  }
}

/// Counts lines up to places that come one after another, so that each byte is looked at once.
struct LineCounter {
  private let bytes: ByteView
  private var place: Int
  private var line: Int

  init(_ bytes: ByteView, from place: Int, line: Int) {
    self.bytes = bytes
    self.place = place
    self.line = line
  }

  /// The line of a place at or after the latest one.
  mutating func line(of next: Int) -> Int {
    line = peek(next)
    place = max(place, next)
    return line
  }

  /// The line of a place, without moving on.
  func peek(_ next: Int) -> Int {
    next <= place ? line : line + bytes.lineBreaks(from: place, to: next)
  }
}
