import Torch

/// What the first part of a safetensors file says: which tensors there are, and where.
///
/// The format (https://huggingface.co/docs/safetensors): eight bytes with the length n of the
/// header, little-endian; n bytes of JSON; the tensors' bytes, without holes. Everything the
/// reference refuses is refused here.
struct SafetensorsHeader {
  struct Entry: Equatable {
    let name: String
    let dataType: DataType
    let shape: [Int]
    /// Where the bytes lie, counted from the header's end.
    let bytes: Range<Int>
  }

  let entries: [Entry]
  let metadata: [String: String]

  /// The longest header that the reference reads.
  static let longest = 100_000_000

  /// Reads a header and checks it against the number of bytes that follow it; `path` is for
  /// messages.
  ///
  /// - Throws: ``LayersError`` when the reference would refuse it, or a type is not read.
  init(json: [UInt8], followedBy dataCount: Int, path: String) throws(LayersError) {
    let members = try Self.members(json, path)
    var entries: [Entry] = []
    var metadata: [String: String] = [:]
    for member in members {
      if member.key == "__metadata__" {
        metadata = try Self.metadata(member.value, path)
      } else {
        entries.append(try Self.entry(member, path))
      }
    }
    self.entries = entries
    self.metadata = metadata
    try checkLayout(dataCount, path)
  }

  private static func members(
    _ json: [UInt8], _ path: String
  ) throws(LayersError) -> [CheckpointJSON.Member] {
    let value: CheckpointJSON
    do {
      value = try CheckpointJSON(json)
    } catch {
      throw LayersError(
        .file,
        "\(path) is not a sound safetensors file: its header is no valid JSON, \(error). "
          + "Copy or download it again.")
    }
    guard case .object(let members) = value else {
      throw LayersError(
        .file, "\(path) is not a safetensors file: its header is \(value.kind), not an object.")
    }
    return members
  }

  private static func metadata(
    _ value: CheckpointJSON, _ path: String
  ) throws(LayersError) -> [String: String] {
    guard case .object(let members) = value else {
      throw LayersError(
        .file, "\(path): '__metadata__' in the header is \(value.kind), not an object of texts.")
    }
    var metadata: [String: String] = [:]
    for member in members {
      guard case .string(let text) = member.value else {
        throw LayersError(
          .file,
          "\(path): '__metadata__.\(member.key)' in the header is \(member.value.kind), not a text."
        )
      }
      metadata[member.key] = text
    }
    return metadata
  }

  private static func entry(
    _ member: CheckpointJSON.Member, _ path: String
  ) throws(LayersError) -> Entry {
    let place = "\(path): the header's entry '\(member.key)'"
    guard case .object(let fields) = member.value else {
      throw LayersError(.file, "\(place) is \(member.value.kind), not an object.")
    }
    var type: DataType?
    var shape: [Int]?
    var offsets: [Int]?
    for field in fields {
      switch field.key {
      case "dtype": type = try dataType(field.value, place)
      case "shape": shape = field.value.sizes
      case "data_offsets": offsets = field.value.sizes
      default: throw LayersError(.file, "\(place) has the unknown key '\(field.key)'.")
      }
    }
    guard let type else { throw LayersError(.file, "\(place) has no 'dtype'.") }
    guard let shape else { throw LayersError(.file, "\(place) has no 'shape' of sizes.") }
    guard let offsets, offsets.count == 2, offsets[0] <= offsets[1] else {
      throw LayersError(.file, "\(place) has no 'data_offsets' of a start and an end.")
    }
    guard let expected = byteCount(shape, type), expected == offsets[1] - offsets[0] else {
      throw LayersError(
        .file,
        "\(place) takes \(offsets[1] - offsets[0]) bytes, which is not what the shape \(shape) of "
          + "\(type.safetensorsName) takes.")
    }
    return Entry(name: member.key, dataType: type, shape: shape, bytes: offsets[0]..<offsets[1])
  }

  private static func dataType(
    _ value: CheckpointJSON, _ place: String
  ) throws(LayersError) -> DataType {
    guard case .string(let name) = value else {
      throw LayersError(.file, "\(place) has a 'dtype' that is \(value.kind), not a text.")
    }
    guard let type = DataType(safetensorsName: name) else {
      let known = DataType.allCases.map(\.safetensorsName).joined(separator: ", ")
      throw LayersError(
        .file, "\(place) has the dtype '\(name)'. Those that are read are \(known).")
    }
    return type
  }

  /// Bytes of a dense tensor; nil beyond 64 bits.
  static func byteCount(_ shape: [Int], _ type: DataType) -> Int? {
    var bytes = type.size
    for size in shape {
      let (product, overflow) = bytes.multipliedReportingOverflow(by: size)
      guard !overflow else { return nil }
      bytes = product
    }
    return bytes
  }

  /// The tensors must fill the data exactly: no byte twice, none unused.
  private func checkLayout(_ dataCount: Int, _ path: String) throws(LayersError) {
    let ordered = entries.sorted {
      ($0.bytes.lowerBound, $0.bytes.upperBound) < ($1.bytes.lowerBound, $1.bytes.upperBound)
    }
    var end = 0
    for entry in ordered {
      guard entry.bytes.lowerBound == end else {
        let fault = entry.bytes.lowerBound < end ? "overlaps another tensor" : "lies after a hole"
        throw LayersError(
          .file,
          "\(path): the tensor '\(entry.name)' at byte \(entry.bytes.lowerBound) of the data "
            + "\(fault); the one before ends at \(end).")
      }
      end = entry.bytes.upperBound
    }
    guard end <= dataCount else {
      throw LayersError(
        .file,
        "\(path) is cut short: its tensors take \(end) bytes, and \(dataCount) are there. "
          + "Copy or download it again.")
    }
    guard end == dataCount else {
      throw LayersError(
        .file, "\(path) holds \(dataCount - end) bytes after its last tensor.")
    }
  }
}

extension DataType {
  /// The name that safetensors has for the type, such as "F32".
  var safetensorsName: String {
    switch self {
    case .float64: "F64"
    case .float32: "F32"
    case .float16: "F16"
    case .bfloat16: "BF16"
    case .int64: "I64"
    case .int32: "I32"
    case .int16: "I16"
    case .int8: "I8"
    case .uint8: "U8"
    case .bool: "BOOL"
    }
  }

  init?(safetensorsName name: String) {
    guard let match = Self.allCases.first(where: { $0.safetensorsName == name }) else { return nil }
    self = match
  }
}
