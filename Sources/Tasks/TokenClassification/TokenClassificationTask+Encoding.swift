public import Datasets
internal import Tokenizers

extension TokenClassificationTask {
  /// Examples of rows: the words' tokens as Transformers' tokenizers give them with
  /// `is_split_into_words=True`.
  ///
  /// A row that is too long is cut, and what is cut is counted; with a stride it is read in windows
  /// instead, each of which is an example of its own in training. Words of which no token is left
  /// have none; they are counted among the unknown tokens. With windows, `length` is that of the
  /// longest one and of what had to be cut nevertheless, so that nobody takes the row for cut.
  public func encode(
    _ rows: [TextRow], labels: LabelSet?, with encoder: RowEncoder, for purpose: ExamplePurpose
  ) throws -> [EncodedRow<TaggingExample>] {
    let tokens = try WordTokens(rows, encoder)
    let room = try Room(encoder.options, special: tokens.frame.count, stride: settings.stride)
    let unknown = encoder.tokenizer.specialTokens.unknown?.id
    return try zip(rows, tokens.rows).map { row, words in
      let targets = purpose == .prediction ? [] : try targets(of: row, labels)
      let windows = try room.windows(words, row.location)
      let parts = windows.windows.filter { !$0.words.isEmpty }.map { window in
        self.window(window, words, tokens.frame, all: purpose == .training)
      }
      let wordless = (0..<words.words).count { words.tokens($0).isEmpty }
      let longest = parts.map(\.tokens.ids.count).max() ?? tokens.frame.count
      return EncodedRow(
        examples: purpose == .training
          ? parts.map { Self.example($0, targets, row.location) }
          : [
            TaggingExample(
              windows: parts, wordCount: words.words, targets: targets, location: row.location,
              text: row.text, spans: row.spans)
          ],
        length: longest + windows.truncatedTokens, truncatedTokens: windows.truncatedTokens,
        unknownTokens: wordless + words.ids.count { $0 == unknown })
    }
  }

  private func targets(of row: TextRow, _ labels: LabelSet?) throws -> [Int32] {
    guard case .tags(let tags) = row.target, !tags.isEmpty, tags.count == row.spans.count else {
      throw TasksError(
        .example,
        "\(row.location): the row has \(row.spans.count) words and \(row.target.tagCount) tags; "
          + "one tag for each word was expected.")
    }
    let places = LabelPlaces(labels: labels, location: row.location)
    return try tags.map { Int32(try places.place(of: $0)) }
  }

  /// A window's tokens, and the first of each of its words; all of them where all are labelled.
  private func window(
    _ window: WordWindows.Window, _ row: WordTokens.Row, _ frame: WordTokens.Frame, all: Bool
  ) -> TaggingExample.Window {
    var places: [Int] = []
    var words: [Int] = []
    for word in window.words {
      let tokens = row.tokens(word).clamped(to: window.tokens)
      let read = all && settings.labelledTokens == .all ? tokens : tokens.prefix(1)
      for token in read {
        places.append(frame.before.count + token - window.tokens.lowerBound)
        words.append(word)
      }
    }
    return TaggingExample.Window(
      tokens: frame.sequence(row.ids[window.tokens]), places: places, words: words)
  }

  /// One window as an example of its own, with the words that it answers for.
  private static func example(
    _ window: TaggingExample.Window, _ targets: [Int32], _ location: RowLocation
  ) -> TaggingExample {
    var window = window
    var own: [Int32] = []
    var last: Int?
    for (place, word) in window.words.enumerated() {
      if word != last { own.append(targets[word]) }
      last = word
      window.words[place] = own.count - 1
    }
    return TaggingExample(
      windows: [window], wordCount: own.count, targets: own, location: location)
  }
}

/// How many tokens of words a sequence takes, and what becomes of longer rows.
private struct Room {
  let options: EncodingOptions
  /// nil for no limit.
  let tokens: Int?
  let stride: Int?
  let special: Int

  init(_ options: EncodingOptions, special: Int, stride: Int?) throws {
    self.options = options
    self.special = special
    self.stride = stride
    tokens = options.maximumLength.map { $0 - special }
    guard let tokens else { return }
    guard tokens > 0 else {
      throw TasksError(
        .maximumLength,
        "A maximum length of \(tokens + special) tokens leaves no room for words beside the "
          + "\(special) special ones.")
    }
    guard let stride, stride >= tokens else { return }
    throw TasksError(
      .setting,
      "Windows of \(tokens) tokens, without the special ones, cannot share \(stride): the stride "
        + "must be less than that.")
  }

  func windows(_ row: WordTokens.Row, _ location: RowLocation) throws -> WordWindows {
    guard let tokens, row.ids.count > tokens else {
      return WordWindows(cutting: row, to: row.ids.count, fromLeft: false)
    }
    if let stride { return WordWindows(sliding: row, room: tokens, stride: stride) }
    guard options.truncation != .none else {
      throw TasksError(
        .example,
        "\(location): the row has \(row.ids.count + special) tokens, more than the "
          + "\(tokens + special) allowed, and may not be cut.")
    }
    return WordWindows(cutting: row, to: tokens, fromLeft: options.direction == .left)
  }
}

extension RowTarget {
  fileprivate var tagCount: Int {
    if case .tags(let tags) = self { tags.count } else { 0 }
  }
}
