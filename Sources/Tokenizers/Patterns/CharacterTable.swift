/// The general categories of Unicode, in the order in which the table numbers them.
enum GeneralCategory: Int, CaseIterable {
  case unassigned, uppercaseLetter, lowercaseLetter, titlecaseLetter, modifierLetter, otherLetter
  case nonspacingMark, spacingMark, enclosingMark
  case decimalNumber, letterNumber, otherNumber
  case connectorPunctuation, dashPunctuation, openPunctuation, closePunctuation
  case initialPunctuation, finalPunctuation, otherPunctuation
  case mathSymbol, currencySymbol, modifierSymbol, otherSymbol
  case spaceSeparator, lineSeparator, paragraphSeparator
  case control, format, surrogate, privateUse

  /// The two letters that patterns write, for instance `Lu`.
  var abbreviation: String { Self.abbreviations[rawValue] }

  private static let abbreviations = [
    "Cn", "Lu", "Ll", "Lt", "Lm", "Lo", "Mn", "Mc", "Me", "Nd", "Nl", "No", "Pc", "Pd", "Ps", "Pe",
    "Pi", "Pf", "Po", "Sm", "Sc", "Sk", "So", "Zs", "Zl", "Zp", "Cc", "Cf", "Cs", "Co",
  ]

  /// Bits, one a category, of those whose abbreviation begins so; nil if there is none.
  static func mask(of prefix: String) -> UInt32? {
    let mask = allCases.reduce(UInt32(0)) { mask, category in
      category.abbreviation.hasPrefix(prefix) ? mask | 1 << UInt32(category.rawValue) : mask
    }
    return mask == 0 || prefix.isEmpty ? nil : mask
  }
}

/// What patterns and pre-tokenisers ask of Unicode scalars, answered as Hugging Face's
/// `tokenizers` answers it: by Oniguruma, and for two stages by Rust's own tables.
struct CharacterTable: Sendable {
  /// The table, read on first use (about a millisecond).
  static let shared = CharacterTable()

  /// Bits of a cell above the general category, which takes the lowest five.
  enum Flag {
    static let whitespace: UInt32 = 1 << 5
    /// `\w` of Oniguruma.
    static let word: UInt32 = 1 << 6
    static let alphabetic: UInt32 = 1 << 7
    static let uppercase: UInt32 = 1 << 8
    static let lowercase: UInt32 = 1 << 9
    static let han: UInt32 = 1 << 10
    /// `\w` of Rust's `regex`, for the stage Whitespace.
    static let rustWord: UInt32 = 1 << 11
    /// A number for Rust, for the stage Digits.
    static let numeric: UInt32 = 1 << 12
  }

  private var cells = BlockTable()

  /// The category and the flags of a scalar.
  @inline(__always)
  subscript(scalar: UInt32) -> UInt32 { cells[scalar] }

  private init() {
    readCategories()
    set(Flag.alphabetic, of: ["L", "Nl"], and: UnicodeCategoryData.otherAlphabetic)
    set(Flag.uppercase, of: ["Lu"], and: UnicodeCategoryData.otherUppercase)
    set(Flag.lowercase, of: ["Ll"], and: UnicodeCategoryData.otherLowercase)
    toggle(UnicodeData.whitespace) { $0 ^ Flag.whitespace }
    toggle(UnicodeCategoryData.han) { $0 ^ Flag.han }
    let word = Self.mask(["M", "Nd", "Pc"])
    let numeric = Self.mask(["N"])
    cells = cells.mapped { _, cell in
      var cell = cell
      if cell & Flag.alphabetic != 0 || word >> (cell & 31) & 1 != 0 {
        cell |= Flag.word | Flag.rustWord
      }
      if numeric >> (cell & 31) & 1 != 0 { cell |= Flag.numeric }
      return cell
    }
    toggle(UnicodeCategoryData.wordDifference) { $0 ^ Flag.rustWord }
    toggle(UnicodeCategoryData.numericDifference) { $0 ^ Flag.numeric }
  }

  private static func mask(_ categories: [String]) -> UInt32 {
    categories.reduce(0) { $0 | (GeneralCategory.mask(of: $1) ?? 0) }
  }

  private mutating func readCategories() {
    var numbers = HexadecimalNumbers(UnicodeCategoryData.categories)
    var position = 0
    while let length = numbers.next(), let category = numbers.next() {
      if category != 0 { cells.update(position..<position + length) { _ in UInt32(category) } }
      position += length
    }
  }

  private mutating func set(_ flag: UInt32, of categories: [String], and others: String) {
    let mask = Self.mask(categories)
    cells = cells.mapped { _, cell in mask >> (cell & 31) & 1 != 0 ? cell | flag : cell }
    toggle(others) { $0 | flag }
  }

  private mutating func toggle(_ ranges: String, _ change: (UInt32) -> UInt32) {
    var numbers = HexadecimalNumbers(ranges)
    var position = 0
    while let gap = numbers.next(), let length = numbers.next() {
      position += gap
      cells.update(position..<position + length, change)
      position += length
    }
  }
}
