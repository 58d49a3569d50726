import Layers

extension ModelFamily {
  /// BERT: `model_type` "bert".
  public static let bert = ModelFamily(
    modelType: "bert",
    architectures: .init(
      encoder: "BertModel", sequenceClassification: "BertForSequenceClassification"),
    // A bare `BertModel` is stored without the prefix that the model has inside a task model.
    basePrefix: "bert.",
    // Checkpoints converted from TensorFlow spell the norms' parameters so.
    oldSpellings: [".LayerNorm.gamma": ".LayerNorm.weight", ".LayerNorm.beta": ".LayerNorm.bias"],
    // A buffer of 0, 1, 2, … that old versions stored.
    buffers: ["embeddings.position_ids"],
    // Checkpoints of masked language models have no pooler; it belongs to the head on whole texts.
    heads: .init(sequenceClassification: ["classifier.", "bert.pooler."]),
    dropoutKeys: ["hidden_dropout_prob", "attention_probs_dropout_prob", "classifier_dropout"],
    maximumLength: { try BertConfiguration($0).maximumLength },
    makeEncoder: { file, scope in try Bert(BertConfiguration(file), at: scope) },
    makeSequenceClassifier: { file, labels, scope in
      try BertForSequenceClassification(BertConfiguration(file), labels: labels, at: scope)
    })
}
