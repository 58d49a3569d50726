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
    normalize(.nfd)
  }

  mutating func expand(_ step: (Element, inout [Element]) -> Void) {
    var result: [Element] = []
    result.reserveCapacity(elements.count)
    for element in elements { step(element, &result) }
    elements = result
  }
}
