extension NormalizedText {
  /// Replaces what a map holds, character by character (extended grapheme clusters).
  ///
  /// A character of fewer than six bytes is looked up whole, and replaced whole even if only its
  /// beginning is in the map; of others, and of those not found, each scalar is looked up. That is
  /// what Hugging Face's `tokenizers` does, places in the text included.
  mutating func replace(by map: CharacterMap) {
    var replacer = Replacer(map: map)
    elements.forEachCharacter { replacer.append(elements[$0]) }
    if replacer.hasReplaced { elements = replacer.placed(over: elements) }
  }

  /// Gathers the new scalars, and how each of them changes the number of scalars.
  private struct Replacer {
    let map: CharacterMap
    var scalars: [(scalar: UInt32, change: Int)] = []
    var hasReplaced = false
    private var bytes: [UInt8] = []

    init(map: CharacterMap) {
      self.map = map
    }

    mutating func append(_ character: ArraySlice<Element>) {
      if character.count == 1, let first = character.first, map.leaves(first.scalar) {
        return scalars.append((first.scalar, 0))
      }
      bytes.removeAll(keepingCapacity: true)
      for element in character { bytes.appendUTF8(of: element.scalar) }
      let isShort = bytes.count < 6
      if isShort, let replacement = map.replacement(of: bytes.span, 0..<bytes.count) {
        return append(replacement, insteadOf: character.count)
      }
      for element in character {
        bytes.removeAll(keepingCapacity: true)
        bytes.appendUTF8(of: element.scalar)
        if let replacement = map.replacement(of: bytes.span, 0..<bytes.count) {
          append(replacement, insteadOf: 1)
        } else {
          scalars.append((element.scalar, 0))
        }
      }
    }

    /// Appends a replacement for so many scalars: the last ones are insertions where there are
    /// more, and the last scalar so far takes the surplus ones away where there are fewer.
    private mutating func append(_ replacement: ArraySlice<UInt8>, insteadOf count: Int) {
      hasReplaced = true
      let first = scalars.count
      for scalar in String(decoding: replacement, as: UTF8.self).unicodeScalars {
        scalars.append((scalar.value, 0))
      }
      let surplus = scalars.count - first - count
      if surplus > 0 {
        for index in scalars.count - surplus..<scalars.count { scalars[index].change = 1 }
      } else if surplus < 0, !scalars.isEmpty {
        scalars[scalars.count - 1].change += surplus
      }
    }

    /// The new scalars with their places: an insertion has that of the scalar before it.
    func placed(over old: [Element]) -> [Element] {
      var result: [Element] = []
      result.reserveCapacity(scalars.count)
      var position = 0
      for (scalar, change) in scalars {
        let source = min(change > 0 ? max(position - 1, 0) : position, old.count - 1)
        result.append(Element(scalar: scalar, start: old[source].start, end: old[source].end))
        if change <= 0 { position += 1 - change }
      }
      return result
    }
  }
}

extension [NormalizedText.Element] {
  /// Calls a function with the range of each extended grapheme cluster (Unicode Standard Annex 29).
  ///
  /// Most text needs no rules: between two plain scalars there is always a boundary. Only what lies
  /// between such boundaries becomes a string, which knows the rules.
  func forEachCharacter(_ body: (Range<Int>) -> Void) {
    var start = 0
    while start < count {
      var end = start + 1
      while end < count, !(self[end - 1].isPlain && self[end].isPlain) { end += 1 }
      if end == start + 1 {
        body(start..<end)
      } else {
        var scalars = String.UnicodeScalarView()
        for element in self[start..<end] {
          scalars.append(Unicode.Scalar(element.scalar) ?? "\u{FFFD}")
        }
        var position = start
        for character in String(scalars) {
          let next = position + character.unicodeScalars.count
          body(position..<next)
          position = next
        }
      }
      start = end
    }
  }
}

extension NormalizedText.Element {
  /// Whether the scalar surely lies in a block in which nothing joins its neighbours; a syllable of
  /// Hangul joins only letters of Hangul, which are not plain.
  @inline(__always)
  fileprivate var isPlain: Bool {
    if scalar < 0x300 { return scalar != 0x0D }
    return switch scalar {
    case 0x370..<0x483, 0x48A..<0x591, 0x1E00..<0x200B, 0x2010..<0x20D0, 0x2100..<0x2CEF,
      0x2E80..<0x302A, 0x3030..<0x3099, 0x309B..<0xA66F, 0xAC00..<0xD7A4, 0xF900..<0xFB1E,
      0xFF00..<0xFF9E, 0x1F200..<0x1F3FB, 0x1F400..<0x1FB00, 0x20000..<0x3FFFE:
      true
    default: false
    }
  }
}
