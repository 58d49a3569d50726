import Foundation
import Layers
import TestSupport
import Testing
import Torch

@Suite struct CheckpointsFolderTests {
  private let folder: TemporaryFolder

  init() throws {
    folder = try TemporaryFolder()
  }

  @Test func prefersSafetensorsToPickles() throws {
    _ = try folder.file("pytorch_model.bin", containing: "unsound")
    try SafetensorsWriter.write(
      [("a", try Tensor.zeros([1]))], to: folder.url.appending(path: "model.safetensors"))
    #expect(try Checkpoint.open(folder: folder.url).names == ["a"])
  }

  @Test func tellsWhatAFolderWithoutWeightsHolds() throws {
    _ = try folder.file("tf_model.h5", containing: "")
    _ = try folder.file("config.json", containing: "{}")
    let error = try #require(refusal { try Checkpoint.open(folder: folder.url) })
    #expect(error.code == .access)
    #expect(error.description.contains("it holds config.json, tf_model.h5."))
    #expect(error.description.contains("model.safetensors"))
  }

  @Test func tellsThatAFolderIsEmpty() throws {
    let error = try #require(refusal { try Checkpoint.open(folder: folder.url) })
    #expect(error.description.contains("it is empty"))
  }

  @Test func tellsThatAFolderIsNotThere() throws {
    let absent = folder.url.appending(path: "absent")
    let error = try #require(refusal { try Checkpoint.open(folder: absent) })
    #expect(error.description == "There is no folder \(absent.path).")
  }

  @Test func tellsThatAFolderIsAFile() throws {
    let file = try folder.file("model", containing: "x")
    let error = try #require(refusal { try Checkpoint.open(folder: file) })
    #expect(error.description.contains("is a file"))
  }

  @Test func showsTensorsUnderOtherNames() throws {
    let renamed = RenamedWeights(try source("bert.a.gamma", "bert.a.beta", "cls.x")) { name in
      name.hasPrefix("cls.") ? nil : WeightNames.current(WeightNames.dropping("bert.")(name))
    }
    #expect(renamed.names == ["a.bias", "a.weight"])
    #expect(renamed.hidden == ["cls.x"])
    #expect(try renamed.tensor("a.weight").item() == 0)
    #expect(try renamed.tensor("a.bias").item() == 1)
    #expect(renamed.shape(of: "a.weight") == [1])
    #expect(renamed.dataType(of: "bert.a.gamma") == nil)
    #expect(renamed.originalName(of: "a.weight") == "bert.a.gamma")
    #expect(try #require(refusal { try renamed.tensor("cls.x") }).code == .weights)
  }

  @Test func refusesATensorThatTwoNamesStandFor() throws {
    let renamed = RenamedWeights(try source("a.gamma", "a.weight"), mapping: WeightNames.current)
    let error = try #require(refusal { try renamed.tensor("a.weight") })
    #expect(error.description.contains("'a.gamma' and 'a.weight' both stand for 'a.weight'"))
  }

  @Test(arguments: [
    ("gamma", "weight"), ("LayerNorm.beta", "LayerNorm.bias"), ("a.gammas", "a.gammas"),
    ("alpha", "alpha"),
  ])
  func makesOldSpellingsCurrent(_ old: String, _ current: String) {
    #expect(WeightNames.current(old) == current)
  }

  @Test func addsAndDropsAPrefixOnce() {
    #expect(WeightNames.adding("bert.")("a") == "bert.a")
    #expect(WeightNames.adding("bert.")("bert.a") == "bert.a")
    #expect(WeightNames.dropping("bert.")("bert.a") == "a")
    #expect(WeightNames.dropping("bert.")("a") == "a")
  }

  /// A file whose tensors hold their place in the list.
  private func source(_ names: String...) throws -> any WeightSource {
    let url = folder.url.appending(path: "model.safetensors")
    let tensors = try names.enumerated().map { ($1, try Tensor.full([1], Double($0))) }
    try SafetensorsWriter.write(tensors, to: url)
    return try SafetensorsFile(url)
  }
}
