public import Layers
public import Tokenizers
public import Torch

/// The tokens of one sequence as a model reads them.
public struct TokenSequence: Sendable, Equatable {
  /// Token ids.
  public var ids: [Int32]
  /// Token types, one a token.
  public var segments: [Int32]

  /// Makes a sequence.
  public init(ids: [Int32], segments: [Int32]) {
    self.ids = ids
    self.segments = segments
  }

  /// An encoding's tokens.
  public init(_ encoding: Encoding) {
    self.init(ids: encoding.ids, segments: encoding.segments)
  }

  /// Adds the tokens to a hash.
  public func feed(_ hash: inout StableHash) {
    hash.add(ids)
    hash.add(segments)
  }
}

extension RaggedBatch {
  /// Sequences one after another; token types only where there is one besides 0.
  public init(_ sequences: [TokenSequence], on device: Device) throws {
    let usesSegments = sequences.contains { $0.segments.contains { $0 != 0 } }
    try self.init(
      sequences.map(\.ids), segments: usesSegments ? sequences.map(\.segments) : nil, on: device)
  }
}
