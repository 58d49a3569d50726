/// All ways to spell the words of a corpus in pieces: at each place of the text, the pieces that
/// start there.
///
/// The arcs are laid down once, from the suffixes that start with each seed, and only thinned out
/// as pieces go; so nothing is looked up while a vocabulary is trained.
struct PieceLattice: Sendable {
  /// A piece that starts at a place: its number and its length in characters.
  struct Arc: Sendable {
    private let bits: UInt32

    @inline(__always)
    init(piece: Int, length: Int) {
      bits = UInt32(truncatingIfNeeded: piece << 8 | length)
    }

    @inline(__always)
    var piece: Int { Int(bits >> 8) }

    @inline(__always)
    var length: Int { Int(bits & 0xFF) }
  }

  /// Where a piece is found in the text, and its length in characters.
  struct Piece: Sendable {
    let place: Int32
    let length: Int32
  }

  /// The number of what stands for a character that is no piece any more.
  static let unknown = 0
  /// The most characters that a piece may have, and the most pieces.
  static let longestPiece = 0xFF
  static let pieceLimit = 1 << 24

  let text: WordText
  /// The most characters that a piece has.
  let longest: Int
  /// The arcs by the place where they start, shorter ones first.
  private(set) var arcs: [Arc]
  /// By place, where its arcs start.
  private(set) var offsets: [Int]

  /// Lays down the arcs of pieces: `characters` says by scalar which number its piece has, and
  /// `substrings` are numbered from `firstSubstring`.
  init(
    _ text: WordText, longest: Int, characters: [UInt32: Int],
    substrings: [RepeatedSubstrings.Substring], firstSubstring: Int, order: SuffixOrder
  ) {
    self.text = text
    self.longest = longest
    var next = [Int](repeating: 0, count: text.symbols.count + 1)
    for place in text.symbols.indices where text.symbols[place] != WordText.end {
      next[place + 1] = 1
    }
    for substring in substrings {
      for index in substring.suffixes { next[order[index] + 1] += 1 }
    }
    for place in next.indices.dropFirst() { next[place] += next[place - 1] }
    offsets = next
    arcs = [Arc](repeating: Arc(piece: 0, length: 0), count: next[next.count - 1])
    for place in text.symbols.indices where text.symbols[place] != WordText.end {
      let piece = characters[text.symbols[place] - 1] ?? Self.unknown
      arcs[next[place]] = Arc(piece: piece, length: 1)
      next[place] += 1
    }
    for (number, substring) in substrings.enumerated().sorted(by: Self.isShorter) {
      let arc = Arc(piece: firstSubstring + number, length: substring.length)
      for index in substring.suffixes {
        let place = order[index]
        arcs[next[place]] = arc
        next[place] += 1
      }
    }
  }

  private static func isShorter(
    _ one: (offset: Int, element: RepeatedSubstrings.Substring),
    _ other: (offset: Int, element: RepeatedSubstrings.Substring)
  ) -> Bool {
    one.element.length == other.element.length
      ? one.offset < other.offset : one.element.length < other.element.length
  }

  /// Gives pieces new numbers and takes out the arcs of those that have none; a character without a
  /// piece is unknown from then on.
  mutating func renumber(_ numbers: [Int32]) {
    var target = 0
    var source = 0
    for place in 0..<offsets.count - 1 {
      let end = offsets[place + 1]
      offsets[place] = target
      while source < end {
        let arc = arcs[source]
        source += 1
        let number = Int(numbers[arc.piece])
        if number >= 0 {
          arcs[target] = Arc(piece: number, length: arc.length)
          target += 1
        } else if arc.length == 1 {
          arcs[target] = Arc(piece: Self.unknown, length: 1)
          target += 1
        }
      }
    }
    offsets[offsets.count - 1] = target
    arcs.removeLast(arcs.count - target)
  }
}
