internal import Torch

// What stands before the tokens of every sequence: keys without tokens, or virtual tokens.
extension RaggedBatch {
  /// Where sequences begin when `count` more rows precede each, `[N + 1]`.
  func boundaries(after count: Int) throws -> Tensor {
    var boundaries: [Int32] = [0]
    for length in lengths {
      boundaries.append(boundaries[boundaries.count - 1] + Int32(length + count))
    }
    return try Tensor(boundaries)
  }

  /// The same tokens at positions that are `count` further on.
  func shifted(by count: Int) throws -> RaggedBatch {
    guard count > 0 else { return self }
    var shifted = try RaggedBatch(
      sequences, firstPositions: firstPositions.map { $0 + count }, on: tokens.device)
    shifted.segments = segments
    return shifted
  }

  /// Sequences that begin with `count` more tokens, of id 0 and type 0: in the places of their word
  /// vectors a model puts those of a method.
  func led(by count: Int) throws -> RaggedBatch {
    let virtual = [Int32](repeating: 0, count: count)
    var led = try RaggedBatch(
      sequences.map { virtual + $0 }, firstPositions: firstPositions, on: tokens.device)
    led.segments = try segments.map { types in
      try types.prefixed(
        by: Tensor([Int64](repeating: 0, count: count)).to(types.device), boundaries: boundaries)
    }
    return led
  }
}

extension TokenSelection {
  /// The same tokens where `count` more stand before each sequence.
  func following(_ count: Int) throws -> TokenSelection {
    let ends = try boundaries.values(as: Int32.self)
    var offsets: [Int64] = []
    for sequence in 1..<ends.count {
      offsets += [Int64](
        repeating: Int64(sequence * count), count: Int(ends[sequence] - ends[sequence - 1]))
    }
    return TokenSelection(
      places: try places + Tensor(offsets).to(places.device), boundaries: boundaries,
      count: self.count, endsSequences: endsSequences, startsSequences: false)
  }
}
