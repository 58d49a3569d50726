/// Reads the header of a GGUF file, one part after another; throws where the file ends.
struct GGUFCursor {
  private let file: MappedFile
  private let path: String
  private(set) var position = 0

  init(_ file: MappedFile, path: String) {
    self.file = file
    self.path = path
  }

  private var remaining: Int { file.count - position }

  mutating func bytes(_ count: Int) throws -> [UInt8] {
    guard count >= 0, count <= remaining else { throw cutShort }
    defer { position += count }
    return file.bytes(position..<position + count)
  }

  /// An unsigned number, its lowest byte first.
  mutating func unsigned(bytes count: Int) throws -> UInt64 {
    guard count <= remaining else { throw cutShort }
    var value: UInt64 = 0
    for index in 0..<count {
      let byte = unsafe file.address.load(fromByteOffset: position + index, as: UInt8.self)
      value |= UInt64(byte) << UInt64(8 * index)
    }
    position += count
    return value
  }

  /// A count of things that take at least `size` bytes each: never more than can follow.
  mutating func count(of what: String, atLeast size: Int) throws -> Int {
    let written = try unsigned(bytes: 8)
    guard let count = Int(exactly: written), count <= remaining / size else {
      throw damaged("it says that \(written) \(what) follow, and \(remaining) bytes do")
    }
    return count
  }

  mutating func text() throws -> String {
    let length = try count(of: "bytes of a text", atLeast: 1)
    let bytes = try bytes(length)
    guard let text = String(validating: bytes, as: UTF8.self) else {
      throw damaged("a text before byte \(position) is not UTF-8")
    }
    return text
  }

  /// A value of a type, by the format's number for it.
  mutating func value(type: UInt64, depth: Int = 0) throws -> GGUFValue {
    switch type {
    case 0: .integer(Int(try unsigned(bytes: 1)))
    case 1: .integer(Int(Int8(bitPattern: UInt8(try unsigned(bytes: 1)))))
    case 2: .integer(Int(try unsigned(bytes: 2)))
    case 3: .integer(Int(Int16(bitPattern: UInt16(try unsigned(bytes: 2)))))
    case 4: .integer(Int(try unsigned(bytes: 4)))
    case 5: .integer(Int(Int32(bitPattern: UInt32(try unsigned(bytes: 4)))))
    case 6: .number(Double(Float(bitPattern: UInt32(try unsigned(bytes: 4)))))
    case 7: .bool(try unsigned(bytes: 1) != 0)
    case 8: .string(try text())
    case 9: try array(depth: depth)
    case 10:
      // Beyond the largest signed number only a number of floating point can hold it.
      try wide(unsigned(bytes: 8))
    case 11: .integer(Int(Int64(bitPattern: try unsigned(bytes: 8))))
    case 12: .number(Double(bitPattern: try unsigned(bytes: 8)))
    default: throw damaged("there is a value of the unknown type \(type) before byte \(position)")
    }
  }

  private func wide(_ value: UInt64) -> GGUFValue {
    Int(exactly: value).map { .integer($0) } ?? .number(Double(value))
  }

  private mutating func array(depth: Int) throws -> GGUFValue {
    guard depth < 4 else { throw damaged("lists lie in lists too deep") }
    let type = try unsigned(bytes: 4)
    let count = try count(of: "elements of a list", atLeast: 1)
    var elements: [GGUFValue] = []
    elements.reserveCapacity(count)
    for _ in 0..<count { elements.append(try value(type: type, depth: depth + 1)) }
    return .array(elements)
  }

  private var cutShort: LayersError {
    LayersError(
      .file,
      "\(path) is cut short: its header goes on after byte \(file.count), the last. "
        + "Copy or download it again.")
  }

  func damaged(_ what: String) -> LayersError {
    LayersError(.file, "\(path) is damaged: \(what). Copy or download it again.")
  }
}
