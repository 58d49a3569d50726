/// The header of a GGUF file: its metadata, and where its tensors lie.
struct GGUFHeader {
  let metadata: [String: GGUFValue]
  private let path: String
  private let fileSize: Int
  private var cursor: GGUFCursor
  private let tensorCount: Int

  /// The most dimensions that the format allows.
  private static let mostDimensions = 4

  /// Reads what stands before the descriptions of the tensors.
  init(_ file: MappedFile, path: String) throws {
    self.path = path
    fileSize = file.count
    var cursor = GGUFCursor(file, path: path)
    guard file.count >= 4, try cursor.bytes(4) == Array("GGUF".utf8) else {
      throw LayersError(.file, "\(path) is not a GGUF file: it does not begin with those letters.")
    }
    try Self.check(version: cursor.unsigned(bytes: 4), path)
    // A description takes at least a name's length, a count, a type and an offset.
    tensorCount = try cursor.count(of: "tensors", atLeast: 8 + 4 + 4 + 8)
    var metadata: [String: GGUFValue] = [:]
    for _ in 0..<(try cursor.count(of: "values of metadata", atLeast: 8 + 4 + 1)) {
      let key = try cursor.text()
      let type = try cursor.unsigned(bytes: 4)
      guard metadata.updateValue(try cursor.value(type: type), forKey: key) == nil else {
        throw cursor.damaged("it has the key \(key) twice")
      }
    }
    self.metadata = metadata
    self.cursor = cursor
  }

  private static func check(version: UInt64, _ path: String) throws {
    if version == 2 || version == 3 { return }
    let swapped = UInt32(truncatingIfNeeded: version).byteSwapped
    let reason =
      (1...3).contains(swapped)
      ? "it is written for big-endian machines"
      : "it is of version \(version), and versions 2 and 3 are read"
    throw LayersError(
      .file, "\(path) cannot be read: \(reason). Convert the model again with a current llama.cpp.")
  }

  /// Reads the descriptions of the tensors, and checks that all lie within the file.
  mutating func entries() throws -> [String: GGUFFile.Entry] {
    var found: [(name: String, shape: [Int], type: UInt64, offset: Int)] = []
    for _ in 0..<tensorCount {
      let name = try cursor.text()
      let shape = try shape(of: name)
      let type = try cursor.unsigned(bytes: 4)
      let offset = try cursor.unsigned(bytes: 8)
      guard let offset = Int(exactly: offset) else { throw outside(name) }
      found.append((name, shape, type, offset))
    }
    let start = try dataStart()
    var entries: [String: GGUFFile.Entry] = [:]
    for (name, shape, type, offset) in found {
      let (begin, overflows) = start.addingReportingOverflow(offset)
      guard !overflows, begin <= fileSize else { throw outside(name) }
      if let known = GGUFElementType(rawValue: type) {
        guard try size(of: name, shape, known) <= fileSize - begin else { throw outside(name) }
      }
      let entry = GGUFFile.Entry(shape: shape, type: type, start: begin)
      guard entries.updateValue(entry, forKey: name) == nil else {
        throw cursor.damaged("it has the tensor '\(name)' twice")
      }
    }
    return entries
  }

  /// Sizes in the usual order; the file has the fastest first.
  private mutating func shape(of name: String) throws -> [Int] {
    let rank = try cursor.unsigned(bytes: 4)
    guard rank <= Self.mostDimensions else {
      throw cursor.damaged("the tensor '\(name)' has \(rank) dimensions")
    }
    var sizes: [Int] = []
    for _ in 0..<rank {
      guard let size = Int(exactly: try cursor.unsigned(bytes: 8)) else { throw outside(name) }
      sizes.append(size)
    }
    return sizes.reversed()
  }

  /// Bytes of a tensor.
  private func size(of name: String, _ shape: [Int], _ type: GGUFElementType) throws -> Int {
    guard (shape.last ?? 1).isMultiple(of: type.blockCount) else {
      throw cursor.damaged(
        "the tensor '\(name)' of \(type.name) has the shape \(shape), whose last size is not a "
          + "multiple of \(type.blockCount)")
    }
    var count = 1
    for size in shape {
      let (product, overflows) = count.multipliedReportingOverflow(by: size)
      // More elements than there are bits in the file cannot be there.
      guard !overflows, product <= 8 * fileSize else { throw outside(name) }
      count = product
    }
    return count / type.blockCount * type.blockSize
  }

  /// Where the tensors' bytes begin: after the header, at a multiple of the alignment.
  private func dataStart() throws -> Int {
    let alignment = metadata["general.alignment"]?.integer ?? 32
    guard (1...1 << 20).contains(alignment) else {
      throw cursor.damaged("its alignment is \(alignment)")
    }
    return (cursor.position + alignment - 1) / alignment * alignment
  }

  private func outside(_ name: String) -> LayersError {
    LayersError(
      .file,
      "\(path) is cut short: the tensor '\(name)' goes on after its end. Copy or download it again."
    )
  }
}
