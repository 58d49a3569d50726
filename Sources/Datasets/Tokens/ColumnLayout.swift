/// How the lines of a CoNLL file are cut into columns.
struct ColumnLayout: Equatable {
  /// What stands between two columns.
  enum Delimiter: Equatable {
    case byte(UInt8)
    /// Any number of spaces and tabs.
    case spaces
    /// Nothing: each line is one word.
    case none

    var name: String {
      switch self {
      case .byte(.tab): "tabs"
      case .byte(UInt8(ascii: ",")): "commas"
      case .byte(UInt8(ascii: ";")): "semicolons"
      case .byte(let byte): "the character \(Character(Unicode.Scalar(byte)))"
      case .spaces: "spaces"
      case .none: "nothing: each line is one word"
      }
    }
  }

  private static let linesForLayout = 1000
  private static let candidates: [Delimiter] = [
    .byte(.tab), .spaces, .byte(UInt8(ascii: ",")), .byte(UInt8(ascii: ";")),
    .byte(UInt8(ascii: "|")),
  ]

  let delimiter: Delimiter
  /// The number of columns of most lines.
  let count: Int
  /// Whether the file is CoNLL-U: ten columns, the first of them the number of the word.
  let isUniversal: Bool

  /// Finds the delimiter that cuts the first lines into the same number of columns, at least two.
  ///
  /// Where none does so for all lines, the one that does so for most of them, at least half, is
  /// taken, so that an odd line is named as such. Without one each line is a word.
  init(_ bytes: ByteView, format: DataFormat?) {
    let sample = Self.sample(bytes)
    let candidates: [Delimiter] =
      switch format {
      case .tsv: [.byte(.tab)]
      case .csv: [.byte(UInt8(ascii: ","))]
      default: Self.candidates
      }
    var best: (delimiter: Delimiter, count: Int, lines: Int) = (.none, 1, sample.count / 2)
    for delimiter in candidates {
      var lines: [Int: Int] = [:]
      for line in sample { lines[Self.fields(bytes, line, delimiter).count, default: 0] += 1 }
      guard let most = lines.max(by: { ($0.value, $1.key) < ($1.value, $0.key) }), most.key > 1,
        most.value > best.lines || best.count == 1 && most.value * 2 >= sample.count
      else { continue }
      best = (delimiter, most.key, most.value)
    }
    (delimiter, count) = (best.delimiter, best.count)
    isUniversal = Self.isUniversal(bytes, sample, delimiter, count)
  }

  /// The first lines that hold words, as far as can be told yet.
  private static func sample(_ bytes: ByteView) -> [Range<Int>] {
    var lines = LineCursor(bytes)
    var sample: [Range<Int>] = []
    var marked: [Range<Int>] = []
    while sample.count < linesForLayout, lines.next() {
      if lines.isBlank { continue }
      let line = lines.start..<lines.end
      if bytes[line.lowerBound] == UInt8(ascii: "#") || bytes.starts("-DOCSTART-", in: line) {
        if marked.count < linesForLayout { marked.append(line) }
      } else {
        sample.append(line)
      }
    }
    return sample.isEmpty ? marked : sample
  }

  private static func isUniversal(
    _ bytes: ByteView, _ sample: [Range<Int>], _ delimiter: Delimiter, _ count: Int
  ) -> Bool {
    guard delimiter == .byte(.tab), count == 10, let first = sample.first else { return false }
    let number = fields(bytes, first, delimiter)[0]
    return bytes.text(from: number.lowerBound, to: number.upperBound).first == "1"
  }

  /// The columns of a line.
  func fields(_ bytes: ByteView, _ line: Range<Int>) -> [Range<Int>] {
    Self.fields(bytes, line, delimiter)
  }

  private static func fields(
    _ bytes: ByteView, _ line: Range<Int>, _ delimiter: Delimiter
  ) -> [Range<Int>] {
    var fields: [Range<Int>] = []
    var start = line.lowerBound
    switch delimiter {
    case .none:
      return [line]
    case .byte(let byte):
      while let end = bytes.firstIndex(of: byte, from: start, to: line.upperBound) {
        fields.append(start..<end)
        start = end + 1
      }
      fields.append(start..<line.upperBound)
    case .spaces:
      while start < line.upperBound {
        guard ![.space, .tab].contains(bytes[start]) else {
          start += 1
          continue
        }
        var end = start
        while end < line.upperBound, ![.space, .tab].contains(bytes[end]) { end += 1 }
        fields.append(start..<end)
        start = end
      }
    }
    return fields
  }
}

extension ByteView {
  /// Whether a range begins with a text of ASCII.
  func starts(_ prefix: StaticString, in range: Range<Int>) -> Bool {
    let wanted = prefix.description.utf8
    guard range.count >= wanted.count else { return false }
    return zip(range, wanted).allSatisfy { self[$0] == $1 }
  }
}
