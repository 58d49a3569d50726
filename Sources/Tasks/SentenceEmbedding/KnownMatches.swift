internal import Torch

/// Candidates of a batch that are known to be no negatives of a text though they stand in other
/// rows: its own partner's text again, the partners of the same text in other rows, and that text
/// itself.
///
/// Unmasked, the loss would push apart what the data say belongs together.
struct KnownMatches {
  /// For each example the candidates to leave out: partners in the order of the examples, then
  /// opposed texts.
  let places: [[Int]]
  private let candidates: Int

  init(_ examples: [SentenceExample]) {
    let partners = examples.map { $0.positive?.ids ?? [] }
    let all = partners + examples.flatMap { $0.negatives.map(\.ids) }
    candidates = all.count
    var rows: [[Int32]: [Int]] = [:]
    for (place, candidate) in all.enumerated() { rows[candidate, default: []].append(place) }
    var sameText: [[Int32]: [Int]] = [:]
    for (row, example) in examples.enumerated() {
      sameText[example.anchor.ids, default: []].append(row)
    }
    places = examples.enumerated().map { row, example in
      var known = Set(rows[example.anchor.ids] ?? [])
      for other in sameText[example.anchor.ids] ?? [] {
        known.formUnion(rows[partners[other]] ?? [])
      }
      known.remove(row)
      return known.sorted()
    }
  }

  /// True where a candidate is to be left out, `[examples, candidates]`; nil when none is.
  func mask(on device: Device) throws -> Tensor? {
    guard places.contains(where: { !$0.isEmpty }) else { return nil }
    var mask = [Bool](repeating: false, count: places.count * candidates)
    for (row, known) in places.enumerated() {
      for place in known { mask[row * candidates + place] = true }
    }
    return try Tensor(mask, shape: [places.count, candidates]).to(device)
  }
}
