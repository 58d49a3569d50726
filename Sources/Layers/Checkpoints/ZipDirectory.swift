/// Where the members of a zip archive lie in a mapped file; those that are not compressed can be
/// read in place.
///
/// The format is PKWARE's APPNOTE 6.3: an end record, which tells where the directory is, and one
/// entry a member. Sizes beyond 32 bits are in the zip64 forms of both.
struct ZipDirectory {
  /// Where each uncompressed member's bytes lie in the file.
  let members: [String: Range<Int>]
  /// The names of the members that are compressed or encrypted.
  let packed: Set<String>

  /// Why a file cannot be read as such an archive.
  struct Problem: Error, CustomStringConvertible {
    let description: String
  }

  init(_ file: MappedFile) throws(Problem) {
    let end = try Self.endRecord(file)
    guard end.start >= 0, end.bytes >= 0, end.start <= file.count - end.bytes else {
      throw Problem(description: "its directory lies outside the file")
    }
    var cursor = ByteCursor(file.bytes(end.start..<end.start + end.bytes))
    var members: [String: Range<Int>] = [:]
    var packed: Set<String> = []
    while cursor.remaining > 0 {
      let entry = try Self.entry(&cursor)
      guard !entry.isPacked else {
        packed.insert(entry.name)
        continue
      }
      guard members.updateValue(try Self.data(of: entry, in: file), forKey: entry.name) == nil
      else {
        throw Problem(description: "its part '\(entry.name)' is there twice")
      }
    }
    self.members = members
    self.packed = packed
  }

  private struct Entry {
    let name: String
    let isPacked: Bool
    let bytes: Int
    let header: Int
  }

  /// The directory's place, from the last of the records that mark the archive's end.
  private static func endRecord(_ file: MappedFile) throws(Problem) -> (start: Int, bytes: Int) {
    // The record has 22 bytes and a comment of at most 65,535.
    let tailStart = max(0, file.count - 22 - 65_535)
    let tail = file.bytes(tailStart..<file.count)
    let mark: [UInt8] = [0x50, 0x4B, 0x05, 0x06]
    var place = tail.count - 22
    while place >= 0, !tail[place...].starts(with: mark) { place -= 1 }
    guard place >= 0 else {
      throw Problem(description: "it is cut short, its directory is missing")
    }
    var cursor = ByteCursor(tail, at: place + 12)
    guard let bytes = cursor.size(bytes: 4), let start = cursor.size(bytes: 4) else {
      throw Problem(description: "its directory is cut short")
    }
    guard start == 0xFFFF_FFFF || bytes == 0xFFFF_FFFF else { return (start, bytes) }
    return try zip64EndRecord(file, before: tailStart + place)
  }

  private static func zip64EndRecord(
    _ file: MappedFile, before end: Int
  ) throws(Problem) -> (start: Int, bytes: Int) {
    let problem = Problem(description: "its zip64 directory is damaged")
    guard end >= 20 else { throw problem }
    var locator = ByteCursor(file.bytes(end - 20..<end))
    guard locator.number(bytes: 4) == 0x0706_4B50, locator.take(4) != nil,
      let place = locator.size(bytes: 8), place <= file.count - 56
    else { throw problem }
    var record = ByteCursor(file.bytes(place..<place + 56))
    guard record.number(bytes: 4) == 0x0606_4B50, record.take(36) != nil,
      let bytes = record.size(bytes: 8), let start = record.size(bytes: 8)
    else { throw problem }
    return (start, bytes)
  }

  private static func entry(_ cursor: inout ByteCursor) throws(Problem) -> Entry {
    let problem = Problem(description: "its directory is damaged")
    guard cursor.number(bytes: 4) == 0x0201_4B50, cursor.take(4) != nil,
      let flags = cursor.number(bytes: 2), let method = cursor.number(bytes: 2),
      cursor.take(8) != nil, let packed = cursor.size(bytes: 4),
      let unpacked = cursor.size(bytes: 4),
      let nameCount = cursor.size(bytes: 2), let extraCount = cursor.size(bytes: 2),
      let commentCount = cursor.size(bytes: 2), cursor.take(8) != nil,
      let header = cursor.size(bytes: 4), let nameBytes = cursor.take(nameCount),
      let extra = cursor.take(extraCount), cursor.take(commentCount) != nil,
      let name = String(validating: nameBytes, as: UTF8.self)
    else { throw problem }
    let isPacked = method != 0 || flags & 1 != 0
    var large = try zip64Fields(Array(extra), problem)
    var sizes = [unpacked, packed, header]
    for index in sizes.indices where sizes[index] == 0xFFFF_FFFF {
      guard let size = large?.size(bytes: 8) else { throw problem }
      sizes[index] = size
    }
    guard isPacked || sizes[0] == sizes[1] else { throw problem }
    return Entry(name: name, isPacked: isPacked, bytes: sizes[0], header: sizes[2])
  }

  /// The extra field of the sizes that do not fit 32 bits, if there is one.
  private static func zip64Fields(
    _ extra: [UInt8], _ problem: Problem
  ) throws(Problem) -> ByteCursor? {
    var cursor = ByteCursor(extra)
    while cursor.remaining >= 4 {
      guard let kind = cursor.number(bytes: 2), let count = cursor.size(bytes: 2),
        let content = cursor.take(count)
      else { throw problem }
      if kind == 1 { return ByteCursor(Array(content)) }
    }
    return nil
  }

  /// Past the member's own header, whose name and extra field may differ in length from the
  /// directory's.
  private static func data(of entry: Entry, in file: MappedFile) throws(Problem) -> Range<Int> {
    let problem = Problem(description: "its part '\(entry.name)' is damaged or cut short")
    guard entry.header >= 0, entry.header <= file.count - 30 else { throw problem }
    var cursor = ByteCursor(file.bytes(entry.header..<entry.header + 30))
    guard cursor.number(bytes: 4) == 0x0403_4B50, cursor.take(22) != nil,
      let nameCount = cursor.size(bytes: 2), let extraCount = cursor.size(bytes: 2)
    else { throw problem }
    let start = entry.header + 30 + nameCount + extraCount
    guard entry.bytes >= 0, start <= file.count, entry.bytes <= file.count - start else {
      throw problem
    }
    return start..<start + entry.bytes
  }
}
