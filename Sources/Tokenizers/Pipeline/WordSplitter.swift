/// The pre-tokeniser as a plan: which stages only split, and whether the last one's bytes can be
/// spelt by the model without being written as characters first.
struct WordSplitter: Sendable {
  private let stages: [PreTokenizer]
  /// The last stage where the model spells bytes itself.
  private let byteLevel: ByteLevel?
  /// Whether every stage leaves the text as it is, up to a space before it.
  private let onlySplits: Bool

  /// Whether words reach the model as bytes that stand for ``ByteLevel``'s characters.
  var spellsBytes: Bool { byteLevel != nil }

  init(_ preTokenizer: PreTokenizer?, for model: Model) {
    if case .bytePair(let model) = model {
      self.init(preTokenizer, keepsBytes: model.canSpellBytes)
    } else {
      self.init(preTokenizer, keepsBytes: false)
    }
  }

  /// A plan whose last stage leaves bytes as they are where that is asked for and it can.
  init(_ preTokenizer: PreTokenizer?, keepsBytes: Bool) {
    var stages = preTokenizer?.stages ?? []
    if keepsBytes, case .byteLevel(let last) = stages.last {
      byteLevel = last
      stages.removeLast()
    } else {
      byteLevel = nil
    }
    self.stages = stages
    onlySplits = stages.allSatisfy { stage in
      switch stage {
      case .metaspace, .byteLevel: false
      default: true
      }
    }
  }

  /// Memory that splitting uses again and again.
  struct Scratch {
    fileprivate(set) var words: [Range<Int>] = []
    fileprivate var others: [Range<Int>] = []
    fileprivate var split = SplitScratch()
  }

  /// Splits a part of an unchanged text into `scratch.words`; false if a stage would change it.
  func split(_ text: Span<UInt8>, _ range: Range<Int>, _ scratch: inout Scratch) -> Bool {
    guard onlySplits else { return false }
    scratch.words.removeAll(keepingCapacity: true)
    if range.isEmpty { return true }
    scratch.words.append(range)
    for stage in stages {
      swap(&scratch.words, &scratch.others)
      scratch.words.removeAll(keepingCapacity: true)
      for word in scratch.others { stage.split(text, word, &scratch.split, into: &scratch.words) }
    }
    guard let byteLevel else { return true }
    if byteLevel.addsPrefixSpace, !scratch.words.allSatisfy({ text[$0.lowerBound] == 0x20 }) {
      return false
    }
    guard byteLevel.usesPattern else { return true }
    swap(&scratch.words, &scratch.others)
    scratch.words.removeAll(keepingCapacity: true)
    for word in scratch.others {
      ByteLevel.split(text, word, &scratch.split, into: &scratch.words)
    }
    return true
  }

  /// Splits a text that stages may change.
  func split(_ text: inout AlignedText, _ scratch: inout Scratch) {
    for stage in stages { stage.apply(to: &text, &scratch.split) }
    byteLevel?.split(&text, &scratch.split)
  }
}
