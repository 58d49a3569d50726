public import Models
internal import Layers

/// A classifier of tokens, with a CRF over its scores where one is asked for.
///
/// Transformers has no class with a CRF: the folder is stored as the classifier's own, which
/// Transformers loads, and the CRF lies in the same file as `crf.start_transitions`,
/// `crf.end_transitions` and `crf.transitions`, the names of pytorch-crf.
public struct Tagger: TextModel {
  /// What gives each token one score a tag.
  public let classifier: any TokenClassifier
  let crf: LinearChainCRF?

  /// Rows of the word table.
  public var vocabularySize: Int { classifier.vocabularySize }
  /// Tokens of the longest sequence.
  public var maximumLength: Int? { classifier.maximumLength }
  /// Whether a CRF scores steps from tag to tag.
  public var hasCRF: Bool { crf != nil }
}

extension HeadKind<Tagger> {
  /// Tags of words, with a CRF or without.
  public static func tagger(crf: Bool) -> Self {
    let parameters = crf ? ["crf."] : []
    return HeadKind<any TokenClassifier>.tokenClassification.adding(
      "classifying tokens", initialized: parameters, labelled: parameters
    ) { classifier, _, labels, scope in
      Tagger(
        classifier: classifier,
        crf: crf ? try LinearChainCRF(labels: labels, at: scope["crf"]) : nil)
    }
  }
}
