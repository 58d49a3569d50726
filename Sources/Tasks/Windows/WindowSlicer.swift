public import Datasets
public import Tokenizers

/// Cuts encodings into overlapping windows, each with the special tokens and the text that is not
/// cut around its part of the one that is.
///
/// Windows are those of Transformers' fast tokenizers with `return_overflowing_tokens=True`, the
/// overlap as `stride`, and `truncation="only_second"` for pairs. Places in the text are those of
/// the whole encoding: of tokenizers that put a space before texts (`add_prefix_space`) and trim
/// places, Transformers counts the space before a window's first word as part of it; here it is not.
public struct WindowSlicer: Sendable {
  /// Length and overlap.
  public let settings: WindowSettings

  /// Makes a slicer.
  ///
  /// - Throws: ``TasksError`` when the settings make no windows.
  public init(_ settings: WindowSettings) throws {
    try settings.validate()
    self.settings = settings
  }

  /// The parts of the text that slides, one a window, as places in an encoding.
  ///
  /// - Parameters:
  ///   - encoding: The whole text, or pair of texts, nothing cut.
  ///   - text: Which text slides: 0 the first, 1 the second of a pair.
  ///   - location: Where the row comes from, for messages.
  /// - Returns: At least one part; the whole text where all fits.
  /// - Throws: ``TasksError`` when what is not cut leaves no room for more than the overlap.
  public func parts(
    of encoding: Encoding, sliding text: Int, at location: RowLocation
  ) throws -> [Range<Int>] {
    let body = encoding.places(of: text)
    guard encoding.count > settings.length else { return [body] }
    let fixed = encoding.count - body.count
    let room = settings.length - fixed
    guard room > settings.overlap else {
      throw TasksError(
        .maximumLength,
        "\(location): a window of \(settings.length) tokens has \(fixed) for "
          + (text == 0 ? "special tokens" : "the first text and special tokens")
          + " and room for \(max(0, room)) of the text that is cut, not more than the "
          + "\(settings.overlap) that windows share. Raise the length of windows, share less, or "
          + "shorten the first text.")
    }
    var parts: [Range<Int>] = []
    for start in stride(from: body.lowerBound, to: body.upperBound, by: room - settings.overlap) {
      let end = min(start + room, body.upperBound)
      parts.append(start..<end)
      if end == body.upperBound { break }
    }
    return parts
  }

  /// The windows of an encoding.
  ///
  /// - Parameters:
  ///   - encoding: The whole text, or pair of texts, nothing cut.
  ///   - text: Which text slides: 0 the first, 1 the second of a pair.
  ///   - location: Where the row comes from, for messages.
  /// - Returns: At least one; the whole encoding where all fits.
  /// - Throws: As ``parts(of:sliding:at:)`` does.
  public func windows(
    of encoding: Encoding, sliding text: Int, at location: RowLocation
  ) throws -> [Encoding] {
    try parts(of: encoding, sliding: text, at: location).map {
      encoding.window(keeping: $0, of: text)
    }
  }
}

extension Encoding {
  /// Where the tokens of a text stand; an empty range at the end where it has none.
  public func places(of text: Int) -> Range<Int> {
    guard let first = sequences.firstIndex(of: Int8(text)),
      let last = sequences.lastIndex(of: Int8(text))
    else { return count..<count }
    return first..<last + 1
  }

  /// The encoding with a part of one text alone; other texts and special tokens stay.
  ///
  /// - Parameters:
  ///   - part: Places within those of the text.
  ///   - text: 0 the first text, 1 the second of a pair.
  /// - Returns: The encoding without the text's other tokens.
  public func window(keeping part: Range<Int>, of text: Int) -> Encoding {
    let body = places(of: text)
    guard part != body else { return self }
    func kept<Element>(_ elements: [Element]) -> [Element] {
      Array(elements[..<body.lowerBound]) + elements[part] + elements[body.upperBound...]
    }
    return Encoding(
      ids: kept(ids), segments: kept(segments), offsets: kept(offsets),
      sequences: kept(sequences), words: kept(words))
  }
}

extension RowEncoder {
  /// The same, but for texts that are cut into windows afterwards: nothing is cut here.
  public var uncut: RowEncoder {
    var encoder = self
    encoder.options.maximumLength = nil
    return encoder
  }
}
