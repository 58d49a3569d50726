/// A text on its way through a normaliser: scalars, and the bytes of the text each came from.
///
/// This is the long way, which any chain of stages can go. It gives each scalar the place that
/// Hugging Face's `tokenizers` gives it, also where accents changed places.
struct NormalizedText {
  /// A scalar and the range of the original text that it stands for.
  struct Element {
    var scalar: UInt32
    let start: Int32
    let end: Int32
  }

  var elements: [Element] = []

  /// A part of a text, unchanged.
  init(_ text: Span<UInt8>, _ range: Range<Int>) {
    elements.reserveCapacity(range.count)
    var position = range.lowerBound
    while position < range.upperBound {
      let (scalar, end) = text.scalar(at: position)
      elements.append(Element(scalar: scalar, start: Int32(position), end: Int32(end)))
      position = end
    }
  }

  mutating func removeAll(where predicate: (UInt32) -> Bool) {
    elements.removeAll { predicate($0.scalar) }
  }

  mutating func replace(_ replacement: (UInt32) -> UInt32) {
    for index in elements.indices {
      elements[index].scalar = replacement(elements[index].scalar)
    }
  }

  /// Puts a space before and after each scalar that satisfies a predicate.
  mutating func surroundWithSpaces(where predicate: (UInt32) -> Bool) {
    expand { element, result in
      let space = Element(scalar: 0x20, start: element.start, end: element.end)
      let surrounds = predicate(element.scalar)
      if surrounds { result.append(space) }
      result.append(element)
      if surrounds { result.append(space) }
    }
  }

  mutating func lowercase() {
    let tables = UnicodeTables.shared
    var scalars: [UInt32] = []
    expand { element, result in
      scalars.removeAll(keepingCapacity: true)
      tables.appendLowercase(of: element.scalar, to: &scalars)
      for scalar in scalars {
        result.append(Element(scalar: scalar, start: element.start, end: element.end))
      }
    }
  }

  /// Canonical decomposition with canonical ordering (Unicode normalisation form D).
  mutating func decompose() {
    let tables = UnicodeTables.shared
    var parts: [Part] = []
    parts.reserveCapacity(elements.count)
    var scalars: [UInt32] = []
    for element in elements {
      scalars.removeAll(keepingCapacity: true)
      tables.appendDecomposition(of: element.scalar, to: &scalars)
      for (index, scalar) in scalars.enumerated() {
        let order = tables.combiningClass(of: scalar)
        parts.append(Part(scalar: scalar, order: order, isFirst: index == 0))
      }
    }
    Self.orderCanonically(&parts)
    elements = placed(parts)
  }

  private struct Part {
    let scalar: UInt32
    let order: UInt32
    /// Whether it is the first of what one scalar decomposed into.
    let isFirst: Bool
  }

  /// Sorts each run of marks by class and otherwise leaves their order.
  private static func orderCanonically(_ parts: inout [Part]) {
    var start = 0
    while start < parts.count {
      guard parts[start].order != 0 else {
        start += 1
        continue
      }
      var end = start + 1
      while end < parts.count, parts[end].order != 0 { end += 1 }
      if end - start > 1 {
        let sorted = parts[start..<end].enumerated().sorted {
          ($0.element.order, $0.offset) < ($1.element.order, $1.offset)
        }
        parts.replaceSubrange(start..<end, with: sorted.map(\.element))
      }
      start = end
    }
  }

  /// Places are given in order: the n-th first part takes the n-th scalar's, the others that of
  /// the first part before them, even if marks of another scalar moved in between.
  private func placed(_ parts: [Part]) -> [Element] {
    var result: [Element] = []
    result.reserveCapacity(parts.count)
    var next = 0
    for part in parts {
      if part.isFirst { next += 1 }
      let source = elements[max(next - 1, 0)]
      result.append(Element(scalar: part.scalar, start: source.start, end: source.end))
    }
    return result
  }

  private mutating func expand(_ step: (Element, inout [Element]) -> Void) {
    var result: [Element] = []
    result.reserveCapacity(elements.count)
    for element in elements { step(element, &result) }
    elements = result
  }
}
