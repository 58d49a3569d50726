import Evaluation
import Testing

struct TagSchemeTests {
  /// Entities with neighbours of the same type, which IOB1 and IOE1 mark.
  static let spans = [
    EntitySpan(type: "PER", words: 0..<1), EntitySpan(type: "PER", words: 1..<3),
    EntitySpan(type: "LOC", words: 3..<6), EntitySpan(type: "LOC", words: 7..<8),
  ]

  @Test(arguments: [
    (TagScheme.iob1, "I-PER B-PER I-PER I-LOC I-LOC I-LOC O I-LOC"),
    (.iob2, "B-PER B-PER I-PER B-LOC I-LOC I-LOC O B-LOC"),
    (.ioe1, "E-PER I-PER I-PER I-LOC I-LOC I-LOC O I-LOC"),
    (.ioe2, "E-PER I-PER E-PER I-LOC I-LOC E-LOC O E-LOC"),
    (.iobes, "S-PER B-PER E-PER B-LOC I-LOC E-LOC O S-LOC"),
    (.bilou, "U-PER B-PER L-PER B-LOC I-LOC L-LOC O U-LOC"),
    (.bmes, "S-PER B-PER E-PER B-LOC M-LOC E-LOC O S-LOC"),
  ])
  func marksEntitiesAndReadsThemBack(_ scheme: TagScheme, _ text: String) throws {
    let tags = text.split(separator: " ").map(String.init)
    #expect(try scheme.tags(for: Self.spans, words: 8) == tags)
    #expect(try scheme.entities(in: tags) == Self.spans)
    #expect(scheme.faults(in: tags).isEmpty)
    #expect(TagScheme.detected(in: [tags]) == scheme)
    for other in TagScheme.allCases {
      let converted = try scheme.converted(tags, to: other)
      #expect(try other.converted(converted, to: scheme) == tags, "\(scheme) by way of \(other)")
    }
  }

  @Test func wellFormedTagsAreThoseThatSeqevalReadsStrictlyAndNotSo() throws {
    // The strict mode of IOE1 loses entities even of well-formed tags.
    for example in try TokenCase.all() where example.scheme != .ioe1 {
      for tags in example.truth where example.scheme.faults(in: tags).isEmpty {
        #expect(
          try EntityRules.strict(example.scheme).entities(in: tags)
            == example.scheme.entities(in: tags), "\(example.scheme): \(tags)")
        #expect(try example.scheme.repaired(tags) == tags)
      }
    }
  }

  @Test func repairedTagsHaveNoFaultsAndTheSameEntities() throws {
    for example in try TokenCase.all() {
      for tags in example.truth {
        let repaired = try example.scheme.repaired(tags)
        #expect(example.scheme.faults(in: repaired).isEmpty, "\(example.scheme): \(tags)")
        #expect(try example.scheme.entities(in: repaired) == example.scheme.entities(in: tags))
      }
    }
  }

  @Test func faultsNameTheWordAndWhatIsWrong() {
    let faults = TagScheme.iobes.faults(in: ["I-PER", "E-PER", "O", "X", "B-LOC"])
    #expect(faults.map(\.word) == [0, 3, 5])
    #expect(
      faults.map(\.description) == [
        "the tag 'I-PER' of word 1 cannot follow the start of the sentence in the scheme IOBES",
        "the tag 'X' of word 4 is none of the scheme IOBES",
        "the end of the sentence cannot follow 'B-LOC' in the scheme IOBES",
      ])
    #expect(TagScheme.iob2.allows("I-PER", after: "B-PER"))
    #expect(!TagScheme.iob2.allows("I-LOC", after: "B-PER"))
    #expect(!TagScheme.iobes.allows(nil, after: "B-PER"))
  }

  @Test(arguments: [
    (["O", "B-PER", "I-PER"], TagScheme.iob2), (["O", "I-PER"], .iob1),
    (["O", "I-A", "E-A"], .ioe2), (["S-A"], .iobes), (["U-A", "O"], .bilou),
    (["B-A", "M-A", "E-A"], .bmes), (["B", "M", "E", "S"], .bmes),
    (["B-A", "I-A", "I-B", "I-C", "O"], .iob2),
  ])
  func findsTheSchemeOfASetOfTags(_ tags: [String], _ scheme: TagScheme) {
    #expect(TagScheme.detected(fromTags: tags) == scheme)
  }

  @Test(arguments: [["NOUN", "VERB"], ["O"], [], ["B-A", "L-A", "S-A"], ["B-A", ""]])
  func findsNoSchemeWhereThereIsNone(_ tags: [String]) {
    #expect(TagScheme.detected(fromTags: tags) == nil)
  }

  @Test(arguments: [("BIO", TagScheme.iob2), ("iob1", .iob1), ("BIOES", .iobes), ("Bilou", .bilou)])
  func hasTheNamesThatPeopleUse(_ name: String, _ scheme: TagScheme) {
    #expect(TagScheme(named: name) == scheme)
    #expect(TagScheme(named: "BIOX") == nil)
  }

  @Test func segmentsWithoutATypeAreRead() throws {
    let tags = ["B", "E", "S", "B", "M", "E"]
    let entities = try TagScheme.bmes.entities(in: tags)
    #expect(entities.map(\.words) == [0..<2, 2..<3, 3..<6])
    #expect(try TagScheme.bmes.tags(for: entities, words: 6) == tags)
  }

  @Test(arguments: [
    ([EntitySpan(type: "A", words: 0..<2), EntitySpan(type: "B", words: 1..<3)], "share word 2"),
    ([EntitySpan(type: "A", words: 2..<4)], "does not lie in a sentence of 3 words"),
    ([EntitySpan(type: "A", words: 1..<1)], "does not lie in a sentence of 3 words"),
  ])
  func refusesEntitiesThatTagsCannotMark(_ entities: [EntitySpan], _ message: String) {
    let error = #expect(throws: EvaluationError.self) {
      try TagScheme.iob2.tags(for: entities, words: 3)
    }
    #expect(error?.description.contains(message) == true)
  }

  @Test func refusesTagsThatAreNoneOfTheScheme() {
    for read in [
      { try EntityRules.strict(.iob2).entities(in: ["O", "S-A"]) },
      { try TagScheme.iob2.entities(in: ["O", "S-A"]) },
      { try EntityRules.seqeval.entities(in: ["O", ""]) },
    ] {
      let error = #expect(throws: EvaluationError.self) { try read() }
      #expect(error?.code == .invalidTag)
      #expect(error?.description.contains("word 2") == true)
    }
  }
}
