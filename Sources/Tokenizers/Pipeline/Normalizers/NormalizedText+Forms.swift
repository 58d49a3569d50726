extension NormalizedText {
  /// Brings the text into a normalisation form, with canonical ordering.
  ///
  /// Places are given in order, as Hugging Face's `tokenizers` does: the n-th scalar that begins a
  /// decomposition takes the place of the n-th scalar of the text, even if marks moved in between.
  mutating func normalize(_ form: UnicodeNormalization.Form) {
    var parts = decomposed(isCompatible: form.isCompatible)
    Self.orderCanonically(&parts)
    if form.composes { parts = Composer.composed(parts) }
    place(parts)
  }

  /// A scalar of the result, and how it came about.
  fileprivate struct Part {
    var scalar: UInt32
    let order: UInt32
    /// 1 for a scalar that was added to the one before, 0 for one that took another's place, -n
    /// for one that took the places of n more.
    var change: Int
  }

  private func decomposed(isCompatible: Bool) -> [Part] {
    let normalization = UnicodeNormalization.shared
    let tables = UnicodeTables.shared
    var parts: [Part] = []
    parts.reserveCapacity(elements.count)
    var scalars: [UInt32] = []
    for element in elements {
      scalars.removeAll(keepingCapacity: true)
      normalization.appendDecomposition(
        of: element.scalar, isCompatible: isCompatible, to: &scalars)
      for (index, scalar) in scalars.enumerated() {
        let order = tables.combiningClass(of: scalar)
        parts.append(Part(scalar: scalar, order: order, change: index == 0 ? 0 : 1))
      }
    }
    return parts
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

  private mutating func place(_ parts: [Part]) {
    var result: [Element] = []
    result.reserveCapacity(parts.count)
    var next = 0
    for part in parts {
      let index = part.change > 0 ? next - 1 : next
      if part.change <= 0 { next += 1 - part.change }
      let source = elements[min(max(index, 0), elements.count - 1)]
      result.append(Element(scalar: part.scalar, start: source.start, end: source.end))
    }
    elements = result
  }

  /// Canonical composition (Unicode, section 3.11).
  private struct Composer {
    private var result: [Part] = []
    /// The starter that marks may still join.
    private var starter: Part?
    /// Marks that did not join it.
    private var marks: [Part] = []

    static func composed(_ parts: [Part]) -> [Part] {
      var composer = Composer()
      for part in parts { composer.add(part) }
      composer.flush()
      return composer.result
    }

    private mutating func flush() {
      if let starter { result.append(starter) }
      result += marks
      starter = nil
      marks.removeAll()
    }

    private mutating func add(_ part: Part) {
      guard var first = starter else {
        if part.order == 0 { starter = part } else { result.append(part) }
        return
      }
      // A mark of the same class, or any mark before a starter, stands in the way.
      let isBlocked = marks.last.map { $0.order >= part.order } ?? false
      if !isBlocked,
        let composed = UnicodeNormalization.shared.composition(of: first.scalar, and: part.scalar)
      {
        first.scalar = composed
        first.change += part.change - 1
        starter = first
      } else if part.order == 0 {
        flush()
        starter = part
      } else {
        marks.append(part)
      }
    }
  }
}
