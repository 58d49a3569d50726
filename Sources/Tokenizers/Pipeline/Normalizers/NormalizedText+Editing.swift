extension NormalizedText {
  /// Removes white space at the ends.
  mutating func strip(left: Bool, right: Bool) {
    func isSpace(_ element: Element) -> Bool {
      UnicodeTables.shared.properties(of: element.scalar).contains(.whitespace)
    }
    if right { while elements.last.map(isSpace) ?? false { elements.removeLast() } }
    if left {
      let first = elements.firstIndex { !isSpace($0) } ?? elements.endIndex
      elements.removeFirst(first)
    }
  }

  /// Puts a text before the first scalar, whose place it takes.
  mutating func prepend(_ text: String) {
    guard let first = elements.first else { return }
    elements.insert(
      contentsOf: text.unicodeScalars.map {
        Element(scalar: $0.value, start: first.start, end: first.end)
      }, at: 0)
  }

  /// Replaces each match of a pattern; the new scalars stand where the match's last one stood.
  mutating func replace(_ pattern: Pattern, with content: String) {
    let (bytes, owners) = utf8()
    let scalars = content.unicodeScalars.map(\.value)
    var result: [Element] = []
    var position = 0
    var scratch = Pattern.Scratch()
    pattern.forEachMatch(in: bytes.span, 0..<bytes.count, &scratch) { match in
      let first = match.lowerBound < bytes.count ? owners[match.lowerBound] : elements.count
      let end = match.upperBound < bytes.count ? owners[match.upperBound] : elements.count
      result += elements[position..<first]
      // Before everything there is no last scalar; the start of the text stands in for it.
      let start = elements.first?.start ?? 0
      let last = end > 0 ? elements[end - 1] : Element(scalar: 0, start: start, end: start)
      result += scalars.map { Element(scalar: $0, start: last.start, end: last.end) }
      position = end
    }
    elements = result + elements[position...]
  }

  /// Writes each byte as its character (``ByteLevel``).
  mutating func spellBytes() {
    var utf8: [UInt8] = []
    expand { element, result in
      utf8.removeAll(keepingCapacity: true)
      utf8.appendUTF8(of: element.scalar)
      for byte in utf8 {
        result.append(
          Element(
            scalar: ByteLevel.characters[Int(byte)], start: element.start, end: element.end))
      }
    }
  }

  /// The clean-up of neural machine translation: control characters go, odd spaces become spaces.
  mutating func cleanForTranslation() {
    removeAll { scalar in
      switch scalar {
      case 0x01...0x08, 0x0B, 0x0E...0x1F, 0x7F, 0x8F, 0x9F: true
      default: false
      }
    }
    replace { scalar in
      switch scalar {
      case 0x09, 0x0A, 0x0C, 0x0D, 0x1680, 0x200B...0x200F, 0x2028, 0x2029, 0x2581, 0xFEFF, 0xFFFD:
        0x20
      default: scalar
      }
    }
  }
}
