public import Layers

extension HeadKind<any TextEncoder> {
  /// The bare model, its parameters under the names that they have inside task models.
  public static var encoder: Self {
    .init(
      inFamily: { family in
        let prefix = String(family.weights.basePrefix.dropLast())
        return ModelHead(
          family.encoder.architecture, initialized: family.encoder.initialized
        ) { file, _, scope in
          try family.encoder.make(file, 0, prefix.isEmpty ? scope : scope[prefix])
        }
      }, purpose: "vectors of texts")
  }
}

extension HeadKind {
  /// A head with layers of a task's own on top, for what Transformers has no class for.
  ///
  /// The model is stored as the head's own class, which Transformers then loads without the further
  /// layers; they lie in the same file under their own names.
  ///
  /// - Parameters:
  ///   - purpose: What it is for, within a sentence.
  ///   - initialized: Prefixes of the further parameters, which a checkpoint may lack.
  ///   - labelled: Those of them whose rows are labels: of no use when the labels are other ones.
  ///   - make: Makes the model at the root of the store, given the head's and the number of labels.
  /// - Returns: The kind of the model that is made.
  public func adding<Other>(
    _ purpose: String, initialized: [String], labelled: [String] = [],
    make: @escaping @Sendable (Model, ConfigurationFile, _ labels: Int, ModuleScope) throws -> Other
  ) -> HeadKind<Other> {
    HeadKind<Other>(
      inFamily: { family in
        inFamily(family).map { head in
          ModelHead<Other>(
            head.architecture, basePrefix: head.basePrefix,
            initialized: head.initialized + initialized, labelled: head.labelled + labelled
          ) { file, labels, scope in
            try make(head.make(file, labels, scope), file, labels, scope)
          }
        }
      }, purpose: purpose)
  }
}
