/// A pattern of paths as Python's hub library reads it: `*` stands for any characters, slashes among
/// them, `?` for one, `[abc]` and `[!abc]` for one of a set; a folder's name with a slash at its end
/// stands for all in it.
public struct FilePattern: Sendable, Hashable, CustomStringConvertible {
  /// The pattern as it was given.
  public let description: String
  private let pieces: [Piece]

  private enum Piece: Sendable, Hashable {
    case any
    case one
    case exactly(Character)
    case among([ClosedRange<Character>], isNegated: Bool)
  }

  /// Reads a pattern.
  public init(_ text: String) {
    description = text
    pieces = Self.pieces(Array(text.hasSuffix("/") ? text + "*" : text))
  }

  /// Whether a path fits as a whole.
  public func matches(_ path: String) -> Bool {
    let characters = Array(path)
    var (piece, place) = (0, 0)
    // Where to go on when the characters that the latest `*` has taken were too few.
    var retry: (piece: Int, place: Int)?
    while place < characters.count {
      if piece < pieces.count, pieces[piece] == .any {
        retry = (piece, place)
        piece += 1
      } else if piece < pieces.count, fits(pieces[piece], characters[place]) {
        (piece, place) = (piece + 1, place + 1)
      } else if let last = retry {
        retry = (last.piece, last.place + 1)
        (piece, place) = (last.piece + 1, last.place + 1)
      } else {
        return false
      }
    }
    return pieces[piece...].allSatisfy { $0 == .any }
  }

  private func fits(_ piece: Piece, _ character: Character) -> Bool {
    switch piece {
    case .any, .one: true
    case .exactly(let wanted): wanted == character
    case .among(let ranges, let isNegated): ranges.contains { $0 ~= character } != isNegated
    }
  }

  private static func pieces(_ text: [Character]) -> [Piece] {
    var pieces: [Piece] = []
    var place = 0
    while place < text.count {
      let character = text[place]
      place += 1
      switch character {
      case "*": if pieces.last != .any { pieces.append(.any) }
      case "?": pieces.append(.one)
      case "[":
        if let (set, end) = set(text, from: place) {
          pieces.append(set)
          place = end
        } else {
          pieces.append(.exactly("["))
        }
      default: pieces.append(.exactly(character))
      }
    }
    return pieces
  }

  /// The set that begins after a bracket, and the place after its end; nil when it has no end.
  private static func set(_ text: [Character], from start: Int) -> (Piece, Int)? {
    var place = start
    let isNegated = place < text.count && text[place] == "!"
    if isNegated { place += 1 }
    // A closing bracket that comes first is meant as itself.
    let search = place < text.count && text[place] == "]" ? place + 1 : place
    guard search <= text.count, let end = text[search...].firstIndex(of: "]") else { return nil }
    var ranges: [ClosedRange<Character>] = []
    while place < end {
      if place + 2 < end, text[place + 1] == "-" {
        // A range whose ends are the wrong way round holds nothing.
        if text[place] <= text[place + 2] { ranges.append(text[place]...text[place + 2]) }
        place += 3
      } else {
        ranges.append(text[place]...text[place])
        place += 1
      }
    }
    return (.among(ranges, isNegated: isNegated), end + 1)
  }
}
