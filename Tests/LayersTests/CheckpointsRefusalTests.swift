import Foundation
import Layers
import TestSupport
import Testing
import Torch

/// A file that must be refused, and words that the sentence must have.
private struct Case: Sendable, CustomTestStringConvertible {
  let name: String
  let content: Data
  let words: [String]
  var testDescription: String { name }

  init(_ name: String, _ content: Data, _ words: String...) {
    self.name = name
    self.content = content
    self.words = words
  }

  init(_ name: String, header: String, data: Int = 0, _ words: String...) {
    self.name = name
    content = safetensors(header: header, data: [UInt8](repeating: 0, count: data))
    self.words = words
  }
}

private let four = #""dtype":"F32","shape":[1],"data_offsets":[0,4]"#

private let cases = [
  Case("an empty file", Data(), "is empty"),
  Case("a file of seven bytes", Data(count: 7), "7 bytes only"),
  Case("a foreign file", Data("%PDF-1.7 and so on".utf8), "is not a safetensors file"),
  Case("a pointer of Git LFS", Data("version https://git-lfs".utf8), "git lfs pull"),
  Case("a zip archive", Data("PK\u{3}\u{4}0123456789".utf8), "zip archive"),
  Case("a header beyond the file", safetensors(header: "{}").dropLast(), "cut short", "2 bytes"),
  Case("a header of no bytes", safetensors(header: ""), "no valid JSON"),
  Case("a header that is no JSON", header: "{\"a\":", "no valid JSON", "byte 5"),
  Case("a header that is no UTF-8", Data([3, 0, 0, 0, 0, 0, 0, 0, 0x22, 0xFF, 0x22]), "UTF-8"),
  Case("a header that is a list", header: "[]", "a list, not an object"),
  Case("two equal names", header: "{\"a\":{\(four)},\"a\":{\(four)}}", data: 4, "'a'", "twice"),
  Case("an entry that is a number", header: "{\"a\":3}", "'a'", "a number"),
  Case("an unknown key", header: "{\"a\":{\(four),\"scale\":1}}", data: 4, "'a'", "'scale'"),
  Case("no type", header: #"{"a":{"shape":[1],"data_offsets":[0,4]}}"#, "'a'", "'dtype'"),
  Case(
    "an unknown type", header: #"{"a":{"dtype":"F8_E4M3","shape":[1],"data_offsets":[0,1]}}"#,
    data: 1, "'a'", "F8_E4M3", "BF16"),
  Case(
    "a negative size", header: #"{"a":{"dtype":"F32","shape":[-1],"data_offsets":[0,4]}}"#,
    data: 4, "'a'", "'shape'"),
  Case(
    "a size that is a fraction",
    header: #"{"a":{"dtype":"F32","shape":[1.5],"data_offsets":[0,4]}}"#,
    data: 4, "'a'", "'shape'"),
  Case(
    "sizes whose product overflows",
    header: #"{"a":{"dtype":"F32","shape":[4611686018427387904,4],"data_offsets":[0,0]}}"#,
    "'a'", "0 bytes"),
  Case(
    "offsets that run backwards",
    header: #"{"a":{"dtype":"F32","shape":[1],"data_offsets":[4,0]}}"#, data: 4,
    "'a'", "'data_offsets'"),
  Case(
    "a shape that takes other bytes",
    header: #"{"a":{"dtype":"F32","shape":[2],"data_offsets":[0,4]}}"#, data: 4,
    "'a'", "[2]", "F32", "4 bytes"),
  Case("data cut short", header: "{\"a\":{\(four)}}", data: 3, "cut short", "4 bytes", "3 are"),
  Case("data to spare", header: "{\"a\":{\(four)}}", data: 5, "1 bytes after"),
  Case(
    "a hole at the start", header: #"{"a":{"dtype":"U8","shape":[1],"data_offsets":[1,2]}}"#,
    data: 2, "'a'", "hole"),
  Case(
    "tensors that overlap",
    header: """
      {"a":{\(four)},"b":{"dtype":"F32","shape":[1],"data_offsets":[2,6]}}
      """, data: 6, "'b'", "overlaps"),
  Case("metadata that is no object", header: #"{"__metadata__":3}"#, "'__metadata__'", "a number"),
  Case(
    "metadata that is no text", header: #"{"__metadata__":{"n":3}}"#,
    "'__metadata__.n'", "a number"),
  Case("values nested too deep", header: String(repeating: "[", count: 90), "nested too deep"),
]

@Suite struct CheckpointsRefusalTests {
  @Test(arguments: cases)
  fileprivate func refusesASafetensorsFileWith(_ sample: Case) throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "bad.safetensors")
    try sample.content.write(to: url)
    let error = try #require(refusal { try SafetensorsFile(url) })
    #expect(error.code == .file)
    #expect(error.description.contains(url.path))
    for word in sample.words {
      #expect(error.description.contains(word), "\(error.description)")
    }
  }

  @Test func saysThatAFileIsNotThere() throws {
    let folder = try TemporaryFolder()
    let error = try #require(
      refusal { try SafetensorsFile(folder.url.appending(path: "absent.safetensors")) })
    #expect(error.code == .access)
    #expect(error.description.hasPrefix("There is no file"))
  }

  @Test func saysThatAFolderIsNoFile() throws {
    let folder = try TemporaryFolder()
    let error = try #require(refusal { try SafetensorsFile(folder.url) })
    #expect(error.description.contains("is not a file"))
  }

  @Test func saysThatATensorIsNotThere() throws {
    let folder = try TemporaryFolder()
    let url = folder.url.appending(path: "a.safetensors")
    try SafetensorsWriter.write([("a", try Tensor.zeros([2]))], to: url)
    let file = try SafetensorsFile(url)
    #expect(file.shape(of: "b") == nil)
    #expect(file.dataType(of: "b") == nil)
    let error = try #require(refusal { try file.tensor("b") })
    #expect(error.code == .weights)
    #expect(error.description.contains("'b'"))
  }
}
