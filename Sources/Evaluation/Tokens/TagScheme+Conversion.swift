extension TagScheme {
  /// The entities of a sentence in this scheme, read as seqeval's default mode reads them: an
  /// entity that does not start as it should still counts.
  ///
  /// The letters L, U and M, which seqeval's default mode does not know, are taken for E, S and I.
  ///
  /// - Throws: ``EvaluationError`` for a tag that is none of the scheme.
  public func entities(in tags: [String]) throws(EvaluationError) -> [EntitySpan] {
    let parsed = try ParsedTag.parse(tags)
    var known: [String] = []
    for (word, tag) in parsed.enumerated() {
      guard let role = role(of: tag), let letter = TagScheme.iobes.letter(of: role) else {
        throw EvaluationError(
          .invalidTag, "the tag '\(tag.text)' of word \(word + 1) is none of the scheme \(title)")
      }
      known.append(role == .outside ? "O" : "\(letter)-\(tag.type)")
    }
    return try EntityRules.seqeval.entities(in: known)
  }

  /// The tags that mark these entities in a sentence of so many words.
  ///
  /// - Throws: ``EvaluationError`` where an entity is empty, lies outside of the sentence or
  ///   overlaps another one.
  public func tags(for entities: [EntitySpan], words count: Int) throws(EvaluationError) -> [String]
  {
    var tags = [String](repeating: "O", count: max(0, count))
    let sorted = entities.sorted()
    for (place, entity) in sorted.enumerated() {
      let words = entity.words
      guard !words.isEmpty, words.lowerBound >= 0, words.upperBound <= count else {
        throw EvaluationError(
          .invalidTag,
          "the entity '\(entity.type)' of the words \(words.lowerBound) to \(words.upperBound) does"
            + " not lie in a sentence of \(count) words")
      }
      let previous = place > 0 ? sorted[place - 1] : nil
      if let previous, previous.words.upperBound > words.lowerBound {
        throw EvaluationError(
          .invalidTag,
          "the entities '\(previous.type)' and '\(entity.type)' share word"
            + " \(words.lowerBound + 1); tags mark entities that do not overlap")
      }
      let next = place + 1 < sorted.count ? sorted[place + 1] : nil
      for word in words {
        let role = role(
          first: word == words.lowerBound, last: word == words.upperBound - 1,
          afterSameType: previous?.type == entity.type
            && previous?.words.upperBound == words.lowerBound,
          beforeSameType: next?.type == entity.type && next?.words.lowerBound == words.upperBound)
        tags[word] = text(role, entity.type)
      }
    }
    return tags
  }

  /// The same entities in another scheme.
  ///
  /// - Throws: ``EvaluationError`` for a tag that is none of this scheme.
  public func converted(_ tags: [String], to scheme: TagScheme) throws(EvaluationError) -> [String]
  {
    try scheme.tags(for: entities(in: tags), words: tags.count)
  }

  /// The sentence with its faults repaired.
  ///
  /// It is tagged anew with the entities that ``entities(in:)`` reads; a sentence without faults
  /// stays as it is.
  ///
  /// - Throws: ``EvaluationError`` for a tag that is none of the scheme.
  public func repaired(_ tags: [String]) throws(EvaluationError) -> [String] {
    try converted(tags, to: self)
  }

  private func role(first: Bool, last: Bool, afterSameType: Bool, beforeSameType: Bool) -> TagRole {
    switch self {
    case .iob1: first && afterSameType ? .begin : .inside
    case .iob2: first ? .begin : .inside
    case .ioe1: last && beforeSameType ? .end : .inside
    case .ioe2: last ? .end : .inside
    case .iobes, .bilou, .bmes:
      first && last ? .single : first ? .begin : last ? .end : .inside
    }
  }

  private func text(_ role: TagRole, _ type: String) -> String {
    let letter = self.letter(of: role).map { String($0) } ?? "O"
    return type == "_" ? letter : "\(letter)-\(type)"
  }
}
