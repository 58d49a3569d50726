/// Runs the stack machine of Python's pickle format, protocols 2 to 5 (PEP 307, PEP 574), on
/// tensors and plain values.
///
/// Where Python would import a class and call it, this one keeps the name: no code of the file's
/// author runs.
struct PickleReader {
  /// Why the bytes are not such a pickle.
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  private var cursor: ByteCursor
  private var stack: [PickleValue] = []
  private var marks: [Int] = []
  private var memo: [Int: PickleValue] = [:]
  private(set) var pickle = Pickle()

  private init(_ bytes: [UInt8]) {
    cursor = ByteCursor(bytes)
  }

  static func read(_ bytes: [UInt8]) throws(Problem) -> Pickle {
    var reader = PickleReader(bytes)
    while try reader.step() {}
    return reader.pickle
  }

  // MARK: Opcodes

  /// Executes one instruction; false at the end.
  private mutating func step() throws(Problem) -> Bool {
    let code = try needed(cursor.byte())
    switch code {
    case UInt8(ascii: "."):
      pickle.root = try pop()
      return false
    case 0x80: _ = try needed(cursor.byte())
    case 0x95: _ = try needed(cursor.take(8))
    case UInt8(ascii: "("): marks.append(stack.count)
    case UInt8(ascii: "0"): _ = try pop()
    case UInt8(ascii: "1"): _ = try popToMark()
    case UInt8(ascii: "2"): stack.append(try top())
    case UInt8(ascii: "q"), UInt8(ascii: "r"), 0x94, UInt8(ascii: "h"), UInt8(ascii: "j"):
      try remember(code)
    case UInt8(ascii: "c"), 0x93, UInt8(ascii: "R"), 0x81, 0x92, UInt8(ascii: "b"),
      UInt8(ascii: "Q"):
      try makeObject(code)
    default:
      if try !pushScalar(code), try !pushText(code), try !makeContainer(code) {
        throw Problem(description: "it has the unknown instruction \(code)")
      }
    }
    return true
  }

  private mutating func pushScalar(_ code: UInt8) throws(Problem) -> Bool {
    switch code {
    case UInt8(ascii: "N"): stack.append(.none)
    case 0x88: stack.append(.bool(true))
    case 0x89: stack.append(.bool(false))
    case UInt8(ascii: "J"):
      let bits = UInt32(truncatingIfNeeded: try needed(cursor.number(bytes: 4)))
      stack.append(.integer(Int(Int32(bitPattern: bits))))
    case UInt8(ascii: "K"): stack.append(.integer(try needed(cursor.size(bytes: 1))))
    case UInt8(ascii: "M"): stack.append(.integer(try needed(cursor.size(bytes: 2))))
    case 0x8A: try pushLong(try needed(cursor.size(bytes: 1)))
    case 0x8B: try pushLong(try needed(cursor.size(bytes: 4)))
    case UInt8(ascii: "G"):
      let bits = try needed(cursor.number(bytes: 8)).byteSwapped
      stack.append(.number(Double(bitPattern: bits)))
    default: return false
    }
    return true
  }

  /// A two's complement integer of any length; those beyond 64 bits keep their kind only.
  private mutating func pushLong(_ count: Int) throws(Problem) {
    let bytes = try needed(cursor.take(count))
    guard count <= 8 else { return stack.append(.number(.nan)) }
    let negative = bytes.last.map { $0 >= 0x80 } ?? false
    let bits = bytes.reversed().reduce(negative ? UInt64.max : 0) { $0 << 8 | UInt64($1) }
    stack.append(.integer(Int(Int64(bitPattern: bits))))
  }

  private mutating func pushText(_ code: UInt8) throws(Problem) -> Bool {
    let lengthBytes: Int
    switch code {
    case 0x8C, UInt8(ascii: "C"), UInt8(ascii: "U"): lengthBytes = 1
    case UInt8(ascii: "X"), UInt8(ascii: "B"), UInt8(ascii: "T"): lengthBytes = 4
    case 0x8D, 0x8E: lengthBytes = 8
    default: return false
    }
    let bytes = try needed(cursor.take(try needed(cursor.size(bytes: lengthBytes))))
    switch code {
    case UInt8(ascii: "C"), UInt8(ascii: "B"), 0x8E: stack.append(.bytes)
    default: stack.append(.text(try needed(String(validating: bytes, as: UTF8.self))))
    }
    return true
  }

  private mutating func makeContainer(_ code: UInt8) throws(Problem) -> Bool {
    switch code {
    case UInt8(ascii: ")"): pushTuple([])
    case 0x85...0x87: pushTuple(try pop(Int(code) - 0x84))
    case UInt8(ascii: "t"), 0x91: pushTuple(try popToMark())
    case UInt8(ascii: "]"), 0x8F: pushList([])
    case UInt8(ascii: "l"): pushList(try popToMark())
    case UInt8(ascii: "}"): pushDictionary([])
    case UInt8(ascii: "d"): pushDictionary(try popToMark())
    case UInt8(ascii: "a"): try append(try pop(1))
    case UInt8(ascii: "e"), 0x90: try append(try popToMark())
    case UInt8(ascii: "s"): try setItems(try pop(2))
    case UInt8(ascii: "u"): try setItems(try popToMark())
    default: return false
    }
    return true
  }

  private mutating func remember(_ code: UInt8) throws(Problem) {
    switch code {
    case UInt8(ascii: "q"): memo[try needed(cursor.size(bytes: 1))] = try top()
    case UInt8(ascii: "r"): memo[try needed(cursor.size(bytes: 4))] = try top()
    case 0x94: memo[memo.count] = try top()
    case UInt8(ascii: "h"): stack.append(try needed(memo[try needed(cursor.size(bytes: 1))]))
    default: stack.append(try needed(memo[try needed(cursor.size(bytes: 4))]))
    }
  }

  private mutating func makeObject(_ code: UInt8) throws(Problem) {
    switch code {
    case UInt8(ascii: "c"):
      let module = try needed(cursor.line())
      stack.append(.global(module + "." + (try needed(cursor.line()))))
    case 0x93:
      guard case .text(let name) = try pop(), case .text(let module) = try pop() else {
        throw Self.damaged
      }
      stack.append(.global(module + "." + name))
    case UInt8(ascii: "R"):
      let arguments = try pop()
      stack.append(pickle.called(try pop(), with: arguments))
    case 0x81, 0x92:
      _ = try pop(code == 0x81 ? 1 : 2)
      let type = try pop()
      if case .global(let name) = type { stack.append(.object(name)) } else { throw Self.damaged }
    case UInt8(ascii: "b"):
      // The state of an object: a state dict's `_metadata`, a tensor's hooks. Neither changes any
      // value.
      _ = try pop()
      _ = try top()
    default:
      stack.append(try needed(pickle.storage(try pop())))
    }
  }

  // MARK: Stack

  private static let damaged = Problem(description: "its instructions are damaged or cut short")

  private func needed<Value>(_ value: Value?) throws(Problem) -> Value {
    guard let value else { throw Self.damaged }
    return value
  }

  private var floor: Int { marks.last ?? 0 }

  private func top() throws(Problem) -> PickleValue {
    guard stack.count > floor, let value = stack.last else { throw Self.damaged }
    return value
  }

  private mutating func pop() throws(Problem) -> PickleValue {
    let value = try top()
    stack.removeLast()
    return value
  }

  private mutating func pop(_ count: Int) throws(Problem) -> [PickleValue] {
    guard stack.count - floor >= count else { throw Self.damaged }
    defer { stack.removeLast(count) }
    return Array(stack.suffix(count))
  }

  private mutating func popToMark() throws(Problem) -> [PickleValue] {
    guard let mark = marks.popLast() else { throw Self.damaged }
    defer { stack.removeSubrange(mark...) }
    return Array(stack[mark...])
  }

  private mutating func pushTuple(_ elements: [PickleValue]) {
    stack.append(.tuple(pickle.sequences.count))
    pickle.sequences.append(elements)
  }

  private mutating func pushList(_ elements: [PickleValue]) {
    stack.append(.list(pickle.sequences.count))
    pickle.sequences.append(elements)
  }

  private mutating func pushDictionary(_ items: [PickleValue]) {
    stack.append(.dictionary(pickle.dictionaries.count))
    pickle.dictionaries.append(Self.pairs(items))
  }

  private mutating func append(_ elements: [PickleValue]) throws(Problem) {
    guard case .list(let index) = try top() else { throw Self.damaged }
    pickle.sequences[index] += elements
  }

  private mutating func setItems(_ items: [PickleValue]) throws(Problem) {
    switch try top() {
    case .dictionary(let index): pickle.dictionaries[index] += Self.pairs(items)
    case .object: break
    default: throw Self.damaged
    }
  }

  private static func pairs(
    _ items: [PickleValue]
  ) -> [(key: PickleValue, value: PickleValue)] {
    stride(from: 0, to: items.count - 1, by: 2).map { (items[$0], items[$0 + 1]) }
  }
}
