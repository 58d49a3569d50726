internal import Layers

extension ConfigurationFile {
  /// Makes room for a vocabulary: sets `vocab_size` where it is smaller.
  ///
  /// - Returns: What has to grow in the checkpoint; nil when there is room already.
  /// - Throws: ``ModelsError`` when the file does not say how large the vocabulary is.
  mutating func growVocabulary(to wanted: Int) throws -> RowGrowth? {
    let stored = try integer("vocab_size", atLeast: 1)
    guard wanted > stored else { return nil }
    values["vocab_size"] = .integer(wanted)
    return RowGrowth(from: stored, to: wanted)
  }
}
