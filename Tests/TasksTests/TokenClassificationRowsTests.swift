import Datasets
import Evaluation
import Foundation
import Models
import Tasks
import TestSupport
import Testing
import Tokenizers

/// From a file's tags to the model's.
struct TokenClassificationRowsTests {
  /// A file of sentences, one string of tags each; words are numbered.
  private func file(
    _ sentences: [String], _ folder: TemporaryFolder, _ name: String = "train.conll"
  ) throws -> URL {
    let text = sentences.map { tags in
      tags.split(separator: " ").enumerated().map { "w\($0)\t\($1)\n" }.joined()
    }
    return try folder.file(name, containing: text.joined(separator: "\n"))
  }

  private func table(_ task: TokenClassificationTask, _ file: URL, _ reading: RowReading = .init())
    throws -> TextTable
  {
    try TextTable(
      reading: task.reader(file, reading), of: file.lastPathComponent,
      declaredLabels: task.declaredLabels(reading))
  }

  private func tags(_ table: TextTable) -> [String] {
    table.rows.map { row in
      if case .tags(let tags) = row.target { tags.joined(separator: " ") } else { "" }
    }
  }

  @Test("The scheme is found in the training data, which declare every tag of its types")
  func findsTheScheme() throws {
    let folder = try TemporaryFolder()
    let file = try file(["B-PER I-PER O", "B-LOC O"], folder)
    let task = TokenClassificationTask()
    let settled = try #require(try task.settled(on: table(task, file)))
    #expect(settled.declaredLabels(.init()) == ["B-LOC", "B-PER", "I-LOC", "I-PER", "O"])
    #expect(
      settled.summary(of: .init())
        == "words, tags in IOB2 (as the data show; --tag-scheme says otherwise)")
    #expect(try settled.settled(on: table(settled, file)) == nil)
  }

  @Test("Tags are converted to the scheme that is asked for, and the notes say so")
  func convertsTags() throws {
    let folder = try TemporaryFolder()
    let file = try file(["I-PER I-PER O I-LOC B-LOC", "O I-LOC"], folder)
    let task = TokenClassificationTask(.init(convertTo: .iobes))
    let settled = try #require(try task.settled(on: table(task, file)))
    let converted = try table(settled, file)
    #expect(tags(converted) == ["B-PER E-PER O S-LOC S-LOC", "O S-LOC"])
    let note = "train.conll: the tags are IOB1, and are converted to IOBES."
    #expect(converted.notes.contains { $0.hasSuffix(note) })
    #expect(settled.declaredLabels(.init())?.count == 9)

    let stated = TokenClassificationTask(.init(scheme: .scheme(.iob1), convertTo: .iobes))
    let again = try #require(try stated.settled(on: table(stated, file)))
    #expect(tags(try table(again, file)) == tags(converted))
    #expect(again.declaredLabels(.init()) == settled.declaredLabels(.init()))
  }

  @Test("Illegal tags are repaired as seqeval reads them, and counted")
  func repairsIllegalTags() throws {
    let folder = try TemporaryFolder()
    let file = try file(["B-PER I-PER B-LOC", "O I-PER I-LOC", "B-LOC I-LOC"], folder)
    let task = TokenClassificationTask(.init(scheme: .scheme(.iob2)))
    let repaired = try table(task, file)
    #expect(tags(repaired) == ["B-PER I-PER B-LOC", "O B-PER B-LOC", "B-LOC I-LOC"])
    #expect(
      repaired.notes.contains {
        $0.hasSuffix(
          "in 1 of 3 sentences a tag stands where IOB2 does not allow it; they are read as seqeval "
            + "reads them, and tagged anew.")
      })
  }

  @Test("Illegal tags that are refused are named with file and line, or left out")
  func refusesIllegalTags() throws {
    let folder = try TemporaryFolder()
    let file = try file(["B-PER I-PER B-LOC", "O I-PER I-LOC", "B-LOC I-LOC"], folder)
    let task = TokenClassificationTask(
      .init(scheme: .scheme(.iob2), illegalTags: .refuse))
    let message = told { try table(task, file) }
    #expect(
      message?.hasSuffix(
        "train.conll, line 5: the tag 'I-PER' of word 2 cannot follow 'O' in the scheme IOB2.")
        == true, "\(message ?? "")")
    let kept = try table(task, file, RowReading(onBadRow: .leaveOut))
    #expect(kept.rows.count == 2)
    #expect(kept.leftOut.map(\.line) == [5])
    #expect(kept.leftOut.first?.labels == ["O", "I-PER", "I-LOC"])
  }

  @Test("A tag that is none of the stated scheme is named")
  func namesAForeignTag() throws {
    let folder = try TemporaryFolder()
    let file = try file(["B-PER I-PER O", "O E-LOC O"], folder)
    let task = TokenClassificationTask(.init(scheme: .scheme(.iob2)))
    let message = told { try table(task, file) }
    #expect(message?.contains("train.conll, line 5: ") == true)
    #expect(message?.contains("'E-LOC'") == true)
  }

  @Test("Parts of speech have no scheme, and are read as they are")
  func readsPartsOfSpeech() throws {
    let folder = try TemporaryFolder()
    let file = try file(["DET NOUN VERB", "NOUN VERB"], folder)
    let task = TokenClassificationTask()
    let rows = try table(task, file)
    #expect(try task.settled(on: rows) == nil)
    #expect(try LabelSet(from: rows).names == ["DET", "NOUN", "VERB"])
    #expect(
      told { try TokenClassificationTask(.init(convertTo: .iobes)).settled(on: rows) }
        == "The tags are to be converted to bioes, but they show no scheme: not every one is O or a "
        + "letter with a type, such as B-PER. Name the scheme, or take the setting back.")
  }

  @Test("Data in another scheme than a tuned model's are converted to it")
  func convertsToATunedModel() throws {
    let folder = try TemporaryFolder()
    let tuned = try TemporaryFolder()
    let names = ["B-LOC", "E-LOC", "I-LOC", "O", "S-LOC"]
    var configuration = ConfigurationFile(values: ["model_type": .string("bert")])
    ClassificationLabels(names: names, problem: .singleLabel).write(to: &configuration)
    try configuration.encoded().write(to: tuned.url.appending(path: "config.json"))
    let task = try TokenClassificationTask()
      .settled(on: ModelDescription(folder: tuned.url))
    let other = try file(["B-LOC I-LOC O", "B-LOC O"], folder, "other.conll")
    #expect(tags(try table(task, other)) == ["B-LOC E-LOC O", "S-LOC O"])
    let same = try file(["B-LOC E-LOC O", "S-LOC O"], folder, "same.conll")
    #expect(tags(try table(task, same)) == ["B-LOC E-LOC O", "S-LOC O"])
    #expect(task.declaredLabels(.init()) == names)
  }

  @Test("A typed sentence is cut into words, Chinese into characters")
  func cutsTypedSentences() throws {
    let row = try TokenClassificationTask().row(
      "Anna lebt in 北京.", at: RowLocation(file: "input", line: 1))
    let bytes = Array(row.text.utf8)
    #expect(
      row.spans.map { String(decoding: bytes[$0], as: UTF8.self) }
        == ["Anna", "lebt", "in", "北", "京", "."])
  }

  @Test("Settings that contradict each other are refused")
  func refusesContradictions() throws {
    let wrong: [TokenClassificationSettings] = [
      .init(stride: -1), .init(labelledTokens: .all, crf: true),
      .init(scheme: .none, convertTo: .iobes),
      .init(scheme: .none, illegalTransitions: .forbid),
    ]
    let messages = wrong.map { settings in told { try settings.validate() } ?? "" }
    #expect(messages[0] == "The stride is -1; windows share 0 tokens or more.")
    #expect(messages[1].hasPrefix("A CRF reads one tag a word"))
    #expect(messages[2].contains("are to be converted to bioes"))
    #expect(messages[3].contains("none can be forbidden"))
  }

  @Test("Settings are read with their defaults, and written so that they are read again")
  func codesSettings() throws {
    let plain = try JSONDecoder().decode(TokenClassificationSettings.self, from: Data("{}".utf8))
    #expect(plain == TokenClassificationSettings())
    let settings = TokenClassificationSettings(
      labelledTokens: .all, scheme: .scheme(.iob2), convertTo: .iobes, illegalTags: .refuse,
      illegalTransitions: .forbid, stride: 32, tagNames: ["O"])
    let data = try JSONEncoder().encode(settings)
    #expect(try JSONDecoder().decode(TokenClassificationSettings.self, from: data) == settings)
    let message = told {
      try JSONDecoder().decode(
        TokenClassificationSettings.self, from: Data(#"{"scheme": "bioo"}"#.utf8))
    }
    #expect(
      message?.contains(
        "A tag scheme is auto, none, iob1, bio, ioe1, ioe2, bioes, bilou or bmes, not 'bioo'.")
        == true)
  }
}
