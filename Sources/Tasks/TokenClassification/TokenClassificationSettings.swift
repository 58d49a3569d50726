public import Evaluation

/// What is asked of token classification beyond a model and data.
public struct TokenClassificationSettings: Codable, Sendable, Equatable {
  /// Which tokens of a word are learned from.
  public enum LabelledTokens: String, Codable, Sendable, CaseIterable {
    /// The first one alone (Devlin et al. 2018, arXiv:1810.04805, section 5.3).
    case first
    /// All of them; those after the first get the tag that goes on where the first one's begins:
    /// `I-PER` after `B-PER`, where the tags have both.
    case all
  }

  /// What becomes of tags in data files that break the rules of their scheme.
  public enum IllegalTags: String, Codable, Sendable, CaseIterable {
    /// The sentence is tagged anew with the entities that seqeval's default mode reads; how often is
    /// told.
    case repair
    /// The row is a bad one.
    case refuse
  }

  /// What becomes of predicted tags that may not follow each other.
  public enum IllegalTransitions: String, Codable, Sendable, CaseIterable {
    /// The sentence is tagged anew with the entities that seqeval's default mode reads; its scores
    /// are the same before and after.
    case repair
    /// The best of all legal sequences is looked for (Viterbi), so that there are none.
    case forbid
    /// They stay as they are.
    case keep
  }

  /// Which tokens of a word are learned from; a word is always answered by its first one.
  public var labelledTokens: LabelledTokens
  /// How the tags of data files are to be read.
  public var scheme: TagSchemeChoice
  /// The scheme that the model learns, into which data are converted; nil for that of the data.
  public var convertTo: TagScheme?
  /// What becomes of tags in data files that break the rules of their scheme.
  public var illegalTags: IllegalTags
  /// What becomes of predicted tags that may not follow each other.
  public var illegalTransitions: IllegalTransitions
  /// Whether a linear-chain conditional random field scores the tags of a sentence together.
  ///
  /// Over neural networks: Huang, Xu and Yu 2015, arXiv:1508.01991.
  public var crf: Bool
  /// Tokens that two windows over a long row share, as `stride` of Transformers' tokenizers; nil cuts
  /// long rows.
  public var stride: Int?
  /// The names of tags that data files give as numbers from 0.
  public var tagNames: [String]?

  /// Settings; as they stand, those of Transformers' `run_ner.py`.
  public init(
    labelledTokens: LabelledTokens = .first, scheme: TagSchemeChoice = .automatic,
    convertTo: TagScheme? = nil, illegalTags: IllegalTags = .repair,
    illegalTransitions: IllegalTransitions = .repair, crf: Bool = false, stride: Int? = nil,
    tagNames: [String]? = nil
  ) {
    self.labelledTokens = labelledTokens
    self.scheme = scheme
    self.convertTo = convertTo
    self.illegalTags = illegalTags
    self.illegalTransitions = illegalTransitions
    self.crf = crf
    self.stride = stride
    self.tagNames = tagNames
  }

  /// Refuses settings that contradict each other.
  ///
  /// - Throws: ``TasksError`` that says what to change.
  public func validate() throws {
    if let stride, stride < 0 {
      throw TasksError(.setting, "The stride is \(stride); windows share 0 tokens or more.")
    }
    if crf, labelledTokens == .all {
      throw TasksError(
        .setting,
        "A CRF reads one tag a word, and all tokens of a word are to be labelled: "
          + "label the first one alone, or leave the CRF out.")
    }
    if scheme == .none, let convertTo {
      throw TasksError(
        .setting,
        "The tags are said to have no scheme, and are to be converted to \(convertTo.setting): "
          + "name their scheme, or convert nothing.")
    }
    if scheme == .none, illegalTransitions == .forbid {
      throw TasksError(
        .setting,
        "The tags are said to have no scheme, so no transition between them is illegal, and none "
          + "can be forbidden: name their scheme, or forbid none.")
    }
  }

  private enum CodingKeys: String, CodingKey {
    case labelledTokens, scheme, convertTo, illegalTags, illegalTransitions, crf, stride, tagNames
  }

  /// Reads settings; what is not said has its default.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    func value<Value: Decodable>(_ key: CodingKeys, _ plain: Value) throws -> Value {
      try container.decodeIfPresent(Value.self, forKey: key) ?? plain
    }
    let plain = Self()
    self.init(
      labelledTokens: try value(.labelledTokens, plain.labelledTokens),
      scheme: try value(.scheme, plain.scheme),
      convertTo: nil, illegalTags: try value(.illegalTags, plain.illegalTags),
      illegalTransitions: try value(.illegalTransitions, plain.illegalTransitions),
      crf: try value(.crf, plain.crf),
      stride: try container.decodeIfPresent(Int.self, forKey: .stride),
      tagNames: try container.decodeIfPresent([String].self, forKey: .tagNames))
    guard let name = try container.decodeIfPresent(String.self, forKey: .convertTo) else { return }
    guard let scheme = TagScheme(named: name) else {
      throw DecodingError.dataCorruptedError(
        forKey: .convertTo, in: container,
        debugDescription: "Tags are converted to \(TagScheme.settings), not to '\(name)'.")
    }
    convertTo = scheme
  }

  /// Writes every setting that has a value.
  public func encode(to encoder: any Encoder) throws {
    var container = encoder.container(keyedBy: CodingKeys.self)
    try container.encode(labelledTokens, forKey: .labelledTokens)
    try container.encode(scheme, forKey: .scheme)
    try container.encodeIfPresent(convertTo?.setting, forKey: .convertTo)
    try container.encode(illegalTags, forKey: .illegalTags)
    try container.encode(illegalTransitions, forKey: .illegalTransitions)
    try container.encode(crf, forKey: .crf)
    try container.encodeIfPresent(stride, forKey: .stride)
    try container.encodeIfPresent(tagNames, forKey: .tagNames)
  }
}
